package dev.caravan.route;

import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.TokenEstimate;
import dev.caravan.dialect.hub.tokens.TokenCounter;
import dev.caravan.http.ServedRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Counts the tokens of a messages request as far as that can be done here (http-api.md 6): within
 * milliseconds, without a provider, for any model.
 */
final class CountTokens implements Processor {
  private final Dialect dialect;

  CountTokens(Dialect dialect) {
    this.dialect = dialect;
  }

  @Override
  public void process(Exchange exchange) {
    ServedRequest served = ServedRequest.of(exchange);
    if (served == null) {
      throw new IllegalStateException("tokens are counted for HTTP requests only");
    }
    Conversation conversation = dialect.codec().parseRequest(served.body());
    if (conversation.model().isBlank()) {
      throw BadRequest.missing("model", "name one as provider/model");
    }
    if (conversation.messages().isEmpty()) {
      throw BadRequest.missing("messages", "it must be an array with at least one message");
    }
    JsonWriter count = new JsonWriter(64);
    count.beginObject().member("input_tokens", tokens(conversation)).endObject();
    Message message = exchange.getMessage();
    message.setHeaders(
        exchange.getContext().getCamelContextExtension().getHeadersMapFactory().newMap());
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setHeader("X-Gateway-Count", "estimate");
    message.setBody(count.toBytes());
  }

  /**
   * By its table for a model that has one, once that is loaded; until then, and for all others, by
   * the length of the texts, which is as near and holds no memory.
   */
  private static long tokens(Conversation conversation) {
    String model = conversation.model();
    return TokenCounter.isExactFor(model) && TokenCounter.isReadyFor(model)
        ? TokenCounter.of(model).conversation(conversation).total()
        : TokenEstimate.of(conversation);
  }
}
