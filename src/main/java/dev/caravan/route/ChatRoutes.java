package dev.caravan.route;

import org.apache.camel.builder.RouteBuilder;

/** The chat surface: OpenAI clients in, the shared pipeline, OpenAI clients out. */
final class ChatRoutes extends RouteBuilder {
  private final Surface surface;

  ChatRoutes(Surface surface) {
    this.surface = surface;
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/v1/chat/completions?httpMethodRestrict=POST").routeId("chat")
        .routeDescription("POST /v1/chat/completions, from the client's bytes to the client's bytes")
        .errorHandler(noErrorHandler()) // what fails is answered by the HTTP engine, in the client's dialect
        .process(surface::authenticate).id("chat.authenticate")
        .process(surface::openCall).id("chat.open-call")
        .to("direct:dispatch").id("chat.dispatch")
        .process(surface::answer).id("chat.answer");
    // spotless:on
  }
}
