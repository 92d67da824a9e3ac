package dev.caravan.route;

import dev.caravan.dialect.anthropic.AnthropicMessages;
import org.apache.camel.builder.RouteBuilder;

/** The messages surface: Anthropic clients in, the shared pipeline, Anthropic clients out. */
final class MessagesRoutes extends RouteBuilder {
  private final Surface surface;
  private final CountTokens count = new CountTokens(new AnthropicMessages());

  MessagesRoutes(Surface surface) {
    this.surface = surface;
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/v1/messages?httpMethodRestrict=POST").routeId("messages")
        .routeDescription("POST /v1/messages, from the client's bytes to the client's bytes")
        .errorHandler(noErrorHandler()) // what fails is answered by the HTTP engine, in the client's dialect
        .process(surface::authenticate).id("messages.authenticate")
        .process(surface::openCall).id("messages.open-call")
        .to("direct:dispatch").id("messages.dispatch")
        .process(surface::answer).id("messages.answer");

    from("platform-http:/v1/messages/count_tokens?httpMethodRestrict=POST").routeId("count-tokens")
        .routeDescription("POST /v1/messages/count_tokens, answered without a provider")
        .errorHandler(noErrorHandler())
        .process(surface::authenticate).id("count-tokens.authenticate")
        .process(count).id("count-tokens.count");
    // spotless:on
  }
}
