package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.gemini.Gemini;
import dev.caravan.dialect.gemini.TokenEstimate;
import dev.caravan.http.ServedRequest;
import dev.caravan.upstream.Calls;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/**
 * The Gemini surface: Google's clients in, the shared pipeline, Google's clients out. The paths are
 * served under {@code /v1beta} and under {@code /v1}, where the newer SDKs ask (clients.md).
 */
final class GeminiRoutes extends RouteBuilder {
  private static final String ARRAY = "caravanGeminiArray";

  /** Google's SDK for Python takes any other line than data for the beginning of an error. */
  private static final byte[] BLANK_LINE = {'\n'};

  private final Surface surface;
  private final boolean eventsUnlessSaid;

  /**
   * Makes the routes.
   *
   * @param eventsUnlessSaid whether a stream is one of events when {@code alt=} is not there
   */
  GeminiRoutes(Surface surface, boolean eventsUnlessSaid) {
    this.surface = surface;
    this.eventsUnlessSaid = eventsUnlessSaid;
  }

  @Override
  public void configure() {
    CountTokens counting = new CountTokens(surface, getContext().createProducerTemplate());
    // spotless:off
    from("platform-http:/v1beta/models/?httpMethodRestrict=POST&matchOnUriPrefix=true")
        .routeId("gemini")
        .routeDescription(
            "POST /v1beta/models/{id}:{method}, from the client's bytes to the client's bytes")
        .errorHandler(
            noErrorHandler()) // what fails is answered by the HTTP engine, in the client's dialect
        .process(surface::authenticate)
        .id("gemini.authenticate")
        .process(exchange -> open(exchange, counting))
        .id("gemini.open-call")
        .to("direct:dispatch")
        .id("gemini.dispatch")
        .process(this::answer)
        .id("gemini.answer");
    from("platform-http:/v1/models/?httpMethodRestrict=POST&matchOnUriPrefix=true")
        .routeId("gemini-v1")
        .routeDescription("POST /v1/models/{id}:{method}, the same where newer SDKs ask")
        .errorHandler(noErrorHandler())
        .process(surface::authenticate)
        .id("gemini-v1.authenticate")
        .process(exchange -> open(exchange, counting))
        .id("gemini-v1.open-call")
        .to("direct:dispatch")
        .id("gemini-v1.dispatch")
        .process(this::answer)
        .id("gemini-v1.answer");
    // spotless:on
  }

  /** Finds out what is asked of which model, and opens a call for it. */
  private void open(Exchange exchange, CountTokens counting) {
    ServedRequest served = Surface.served(exchange);
    String path = served.path();
    if (!GeminiPath.isOne(path)) {
      throw new CallFailed(
          Failure.of(
                  Kind.METHOD_NOT_ALLOWED,
                  Stage.CLIENT_REQUEST,
                  "client request: POST is not served at %s".formatted(shown(path)))
              .with(Map.of("allow", "GET, HEAD")));
    }
    GeminiPath asked =
        GeminiPath.of(path)
            .orElseThrow(
                () -> unknown("a path names a model and a method, models/{model}:generateContent"));
    switch (asked.method()) {
      case "generateContent" -> open(exchange, served, asked, false, true);
      case "streamGenerateContent" -> {
        served.breakSilenceWith(BLANK_LINE);
        boolean array = !asksForEvents(exchange);
        open(exchange, served, asked, true, !array);
        if (array) {
          exchange.setProperty(ARRAY, true);
        }
      }
      case "countTokens" -> {
        byte[] body = served.body();
        byte[] estimate = TokenEstimate.answer(body);
        ReadRequest request = Gemini.requestToCount(body, asked.model());
        counting.answer(exchange, request, "totalTokens", estimate);
        exchange.setRouteStop(true);
      }
      default ->
          throw unknown(
              "there is no method \"%s\"; known: generateContent, streamGenerateContent, countTokens"
                  .formatted(shown(asked.method())));
    }
  }

  private void open(
      Exchange exchange, ServedRequest served, GeminiPath asked, boolean stream, boolean promise) {
    Clues clues = surface.clues(served);
    ReadRequest request = Gemini.request(served.body(), asked.model(), stream, clues);
    surface.openCall(exchange, request, promise, clues);
  }

  private static CallFailed unknown(String why) {
    return new CallFailed(
        Failure.of(Kind.PATH_NOT_FOUND, Stage.CLIENT_REQUEST, "client request: " + why));
  }

  private boolean asksForEvents(Exchange exchange) {
    String alt = exchange.getMessage().getHeader("alt", String.class);
    return alt == null ? eventsUnlessSaid : alt.equalsIgnoreCase("sse");
  }

  @SuppressWarnings("unchecked") // streams of answers are streams of buffers
  private void answer(Exchange exchange) {
    surface.answer(exchange);
    Call call = Calls.of(exchange);
    if (!call.stream() || exchange.getProperty(ARRAY) == null) {
      return;
    }
    Message message = exchange.getMessage();
    switch (message.getBody()) {
      case ReadStream<?> stream ->
          message.setBody(new JsonArrayStream((ReadStream<Buffer>) stream));
      case byte[] events -> message.setBody(JsonArrayStream.of(events));
      case null, default -> {}
    }
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
  }

  private static String shown(String text) {
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }
}
