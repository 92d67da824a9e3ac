package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.ModelName;
import dev.caravan.call.Secret;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.Splice;
import dev.caravan.provider.Provider;
import dev.caravan.upstream.Calls;
import dev.caravan.upstream.UpstreamFault;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The steps {@code toHttpRequest} and {@code fromHttpAnswer}, around a call by {@code http:} in a
 * template that does not use {@code upstream:}. Thread-safe.
 */
public final class HttpSteps {
  private static final String JSON = "application/json";

  private final Dialects dialects;

  public HttpSteps(Dialects dialects) {
    this.dialects = dialects;
  }

  /**
   * Makes the message what the provider wants: address, credential, headers, its own name of the
   * model.
   */
  public void toHttpRequest(Exchange exchange) {
    Call call = Calls.of(exchange);
    Provider provider = provider(exchange, call);
    if (Calls.errand(exchange) != null) {
      throw new IllegalStateException("only upstream: runs errands; this template calls by http:");
    }
    Dialect dialect = dialects.named(provider.getDialect());
    ReadRequest read = Calls.request(exchange, dialect);
    Envelope envelope = read.envelope();
    ModelName model = call.model();
    String name = provider.model(model == null ? envelope.model() : model.upstreamModel()).id();
    Message message = exchange.getMessage();
    message.setBody(
        Splice.join(
            Splice.apply(
                read.body(),
                JsonBytes.markLength(read.body()),
                dialect.forUpstream(envelope, name, provider.reportsStreamUsage()))));
    message.removeHeaders("*");
    Secret secret = Calls.secret(exchange);
    Map<String, String> headers = provider.requestHeaders(secret);
    headers.forEach(message::setHeader);
    message.setHeader("accept", call.stream() ? "text/event-stream" : JSON);
    message.setHeader(Exchange.CONTENT_TYPE, JSON);
    message.setHeader(Exchange.HTTP_METHOD, "POST");
    message.setHeader(Exchange.HTTP_URI, provider.chatUrl().orElseThrow());
    Calls.forgetHeadersAfterwards(exchange);
  }

  /** Reads an answer in one piece: its usage, and the name of the model that the client knows. */
  public void fromHttpAnswer(Exchange exchange) {
    Call call = Calls.of(exchange);
    if (call.stream()) {
      return;
    }
    Message message = exchange.getMessage();
    byte[] body = message.getBody(byte[].class);
    AnswerFacts facts =
        dialects
            .named(provider(exchange, call).getDialect())
            .readAnswer(body == null ? new byte[0] : body);
    if (body == null || facts.shape() != AnswerFacts.Shape.ANSWER) {
      throw new UpstreamFault(
          Fault.of(FaultClass.UNREADABLE_ANSWER, "body", "the answer is none of the dialect"));
    }
    call.used(facts.usage());
    message.setBody(named(body, facts, call));
  }

  private static byte[] named(byte[] body, AnswerFacts facts, Call call) {
    return facts.modelAt() == null
        ? body
        : Splice.join(
            Splice.apply(
                body,
                0,
                List.of(
                    new Splice(
                        facts.modelAt().start(),
                        facts.modelAt().end(),
                        JsonBytes.quote(call.requestedModel())))));
  }

  private static Provider provider(Exchange exchange, Call call) {
    ModelName model = call.model();
    @Nullable Provider provider =
        model == null
            ? null
            : exchange
                .getContext()
                .getRegistry()
                .lookupByNameAndType(model.provider(), Provider.class);
    if (provider == null) {
      throw new IllegalStateException("this step belongs into the template of a provider");
    }
    return provider;
  }
}
