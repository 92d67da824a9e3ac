package dev.caravan.route;

import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.anthropic.AnthropicMessages;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.TokenEstimate;
import dev.caravan.dialect.hub.tokens.TokenCounter;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** The messages surface: Anthropic clients in, the shared pipeline, Anthropic clients out. */
final class MessagesRoutes extends RouteBuilder {
  private final Surface surface;
  private final Dialect dialect = new AnthropicMessages();

  MessagesRoutes(Surface surface) {
    this.surface = surface;
  }

  @Override
  public void configure() {
    CountTokens counting = new CountTokens(surface, getContext().createProducerTemplate());
    // spotless:off
    from("platform-http:/v1/messages?httpMethodRestrict=POST").routeId("messages")
        .routeDescription("POST /v1/messages, from the client's bytes to the client's bytes")
        .errorHandler(noErrorHandler()) // what fails is answered by the HTTP engine, in the client's dialect
        .process(surface::authenticate).id("messages.authenticate")
        .process(surface::openCall).id("messages.open-call")
        .to("direct:dispatch").id("messages.dispatch")
        .process(surface::answer).id("messages.answer");

    from("platform-http:/v1/messages/count_tokens?httpMethodRestrict=POST").routeId("count-tokens")
        .routeDescription("POST /v1/messages/count_tokens, asked of the provider or estimated")
        .errorHandler(noErrorHandler())
        .process(surface::authenticate).id("count-tokens.authenticate")
        .process(exchange -> count(exchange, counting)).id("count-tokens.count");
    // spotless:on
  }

  private void count(Exchange exchange, CountTokens counting) {
    byte[] body = Surface.served(exchange).body();
    ReadRequest request = new ReadRequest(body, dialect.readRequest(Errand.COUNT, body));
    Conversation conversation = dialect.codec().parseRequest(body);
    JsonWriter estimate = new JsonWriter(64);
    estimate.beginObject().member("input_tokens", tokens(conversation)).endObject();
    counting.answer(exchange, request, "input_tokens", estimate.toBytes());
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
