package dev.caravan.route;

import dev.caravan.dialect.Errand;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.upstream.Calls;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Has the tokens of a request counted where the request itself would go, as long as that provider
 * speaks the client's dialect and has a credential to spare; whatever stands in the way, the caller
 * estimates (http-api.md 6, 9.5).
 */
final class CountTokens {
  private final Surface surface;
  private final ProducerTemplate to;

  CountTokens(Surface surface, ProducerTemplate to) {
    this.surface = surface;
    this.to = to;
  }

  /**
   * Answers with the provider's count, else with the estimate.
   *
   * @param member that the count stands in
   * @param estimate a whole answer
   */
  void answer(Exchange exchange, ReadRequest request, String member, byte[] estimate) {
    byte[] exact = exact(exchange, request, member);
    Message message = exchange.getMessage();
    message.setHeaders(
        exchange.getContext().getCamelContextExtension().getHeadersMapFactory().newMap());
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setHeader("X-Gateway-Count", exact == null ? "estimate" : "exact");
    message.setBody(exact == null ? estimate : exact);
  }

  private byte @Nullable [] exact(Exchange exchange, ReadRequest request, String member) {
    Calls.errand(exchange, Errand.COUNT);
    surface.openCall(exchange, request, false, null);
    to.send("direct:dispatch", exchange);
    boolean failed = exchange.getException() != null;
    exchange.setException(null);
    Object body = exchange.getMessage().getBody();
    return !failed && body instanceof byte[] answer && tells(answer, member) ? answer : null;
  }

  private static boolean tells(byte[] answer, String member) {
    try (JsonReader json = new JsonReader(answer)) {
      json.next();
      if (!json.isObject()) {
        return false;
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals(member) && json.isNumber()) {
          return true;
        }
        json.skip();
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
