package dev.caravan.route;

import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.MemberEdits;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.openai.responses.OpenAiResponses;
import dev.caravan.http.ServedRequest;
import dev.caravan.upstream.Calls;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** The responses surface: OpenAI's newer clients in, the shared pipeline, the same clients out. */
final class ResponsesRoutes extends RouteBuilder {
  private static final String NO_SOCKET =
      "{\"error\":{\"message\":\"client request: only HTTP is served here; send POST /v1/responses with \\\"stream\\\": true\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"upgrade_required\"}}";

  private final Dialect dialect = new OpenAiResponses();
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
    from("platform-http:/v1/responses/compact?httpMethodRestrict=POST").routeId("responses-compact")
        .routeDescription("POST /v1/responses/compact, for providers that speak this dialect themselves")
        .errorHandler(noErrorHandler())
        .process(surface::authenticate).id("responses-compact.authenticate")
        .process(this::openCompact).id("responses-compact.open-call")
        .to("direct:dispatch").id("responses-compact.dispatch")
        .process(surface::answer).id("responses-compact.answer");
    from("platform-http:/v1/responses?httpMethodRestrict=GET").routeId("responses-socket")
        .routeDescription("GET /v1/responses, for clients that try a WebSocket first")
        .errorHandler(noErrorHandler())
        .process(surface::authenticate).id("responses-socket.authenticate")
        .process(ResponsesRoutes::refuseSocket).id("responses-socket.refuse");
    // spotless:on
  }

  /** A compacted conversation comes in one piece, and providers refuse to be told so. */
  private void openCompact(Exchange exchange) throws IOException {
    byte[] body = Surface.served(exchange).body();
    if (dialect.readRequest(Errand.COMPACT, body).stream()) {
      throw BadRequest.of(
          Kind.INVALID_REQUEST,
          "streaming is not supported for compact responses; leave \"stream\" out",
          "stream");
    }
    List<Splice> edits = MemberEdits.of(body, Set.of("stream"), Map.of(), Map.of());
    byte[] bare = Splice.join(Splice.apply(body, JsonBytes.markLength(body), edits));
    Calls.errand(exchange, Errand.COMPACT);
    surface.openCall(
        exchange, new ReadRequest(bare, dialect.readRequest(Errand.COMPACT, bare)), false, null);
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
