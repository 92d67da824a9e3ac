package dev.caravan.route;

import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.openai.OpenAiChat;
import dev.caravan.upstream.Calls;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** The chat surface: OpenAI clients in, the shared pipeline, OpenAI clients out. */
final class ChatRoutes extends RouteBuilder {
  private final Surface surface;
  private final Dialect dialect = new OpenAiChat();

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
    from("platform-http:/v1/fim/completions?httpMethodRestrict=POST").routeId("fill-in")
        .routeDescription("POST /v1/fim/completions, code between two pieces, for providers that fill in")
        .errorHandler(noErrorHandler())
        .process(surface::authenticate).id("fill-in.authenticate")
        .process(this::openFillIn).id("fill-in.open-call")
        .to("direct:dispatch").id("fill-in.dispatch")
        .process(surface::answer).id("fill-in.answer");
    // spotless:on
  }

  private void openFillIn(Exchange exchange) {
    byte[] body = Surface.served(exchange).body();
    Calls.errand(exchange, Errand.FILL);
    ReadRequest request = new ReadRequest(body, dialect.readRequest(Errand.FILL, body));
    surface.openCall(exchange, request, true, null);
  }
}
