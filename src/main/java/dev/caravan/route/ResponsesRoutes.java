package dev.caravan.route;

import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.http.ServedRequest;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** The responses surface: OpenAI's newer clients in, the shared pipeline, the same clients out. */
final class ResponsesRoutes extends RouteBuilder {
  private static final String NO_SOCKET =
      "{\"error\":{\"message\":\"client request: only HTTP is served here; send POST /v1/responses with \\\"stream\\\": true\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"upgrade_required\"}}";

  private final Surface surface;

  ResponsesRoutes(Surface surface) {
    this.surface = surface;
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/v1/responses?httpMethodRestrict=POST").routeId("responses")
        .routeDescription("POST /v1/responses, from the client's bytes to the client's bytes")
        .errorHandler(noErrorHandler()) // what fails is answered by the HTTP engine, in the client's dialect
        .process(surface::authenticate).id("responses.authenticate")
        .process(surface::openCall).id("responses.open-call")
        .to("direct:dispatch").id("responses.dispatch")
        .process(surface::answer).id("responses.answer");
    from("platform-http:/v1/responses?httpMethodRestrict=GET").routeId("responses-socket")
        .routeDescription("GET /v1/responses, for clients that try a WebSocket first")
        .errorHandler(noErrorHandler())
        .process(surface::authenticate).id("responses-socket.authenticate")
        .process(ResponsesRoutes::refuseSocket).id("responses-socket.refuse");
    // spotless:on
  }

  /** After 426 clients use HTTP at once; after any other status they try the socket again. */
  private static void refuseSocket(Exchange exchange) {
    ServedRequest served = ServedRequest.of(exchange);
    String upgrade = served == null ? null : served.header("Upgrade");
    if ("websocket".equalsIgnoreCase(upgrade)) {
      StatusRoutes.json(exchange, 426, NO_SOCKET);
      return;
    }
    throw new CallFailed(
        Failure.of(
                Kind.METHOD_NOT_ALLOWED,
                Stage.CLIENT_REQUEST,
                "client request: GET is not served here; send POST")
            .with(Map.of("allow", "POST")));
  }
}
