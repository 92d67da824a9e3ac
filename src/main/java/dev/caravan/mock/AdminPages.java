package dev.caravan.mock;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** The paths below {@code /__}: the mock's own view, for people with a shell. */
final class AdminPages {
  private final Stage stage;

  AdminPages(Stage stage) {
    this.stage = stage;
  }

  void handle(HttpServerRequest request) {
    switch (request.method() + " " + request.path()) {
      case "GET /__stats" -> answer(request, 200, stats(stage.tally().stats()));
      case "GET /__last" -> answer(request, 200, written(this::last));
      case "POST /__reset" -> {
        stage.reset();
        answer(request, 200, "{\"reset\":true}\n");
      }
      case "POST /__record" -> {
        boolean on = !"0".equals(request.getParam("on"));
        stage.recorder().record(on);
        answer(request, 200, "{\"recording\":" + on + "}\n");
      }
      default ->
          answer(
              request,
              404,
              Refusal.invalid(
                      404, "Known: GET /__stats, GET /__last, POST /__reset, POST /__record?on=1.")
                  .body());
    }
  }

  private static void answer(HttpServerRequest request, int status, String body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(body);
  }

  private static String stats(MockStats stats) {
    return written(
        json -> {
          json.writeStartObject();
          json.writeNumberField("total", stats.total());
          json.writeNumberField("streams", stats.streams());
          json.writeNumberField("chunks", stats.chunks());
          json.writeNumberField("inflight", stats.inFlight());
          json.writeNumberField("max_inflight", stats.maxInFlight());
          json.writeNumberField("open_connections", stats.openConnections());
          json.writeNumberField("connections_ever", stats.connections());
          json.writeNumberField("aborted", stats.aborted());
          counts(json, "per_key", stats.perKey());
          counts(json, "per_model", stats.perModel());
          counts(json, "per_status", stats.perStatus());
          json.writeEndObject();
        });
  }

  private static void counts(JsonGenerator json, String name, Map<?, Long> counts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (var entry : counts.entrySet()) {
      json.writeNumberField(entry.getKey().toString(), entry.getValue());
    }
    json.writeEndObject();
  }

  private void last(JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (ReceivedRequest request : stage.recorder().requests()) {
      json.writeStartObject();
      json.writeStringField("method", request.method());
      json.writeStringField("path", request.path());
      json.writeObjectFieldStart("headers");
      for (var header : request.headers().entrySet()) {
        json.writeStringField(header.getKey(), String.join(", ", header.getValue()));
      }
      json.writeEndObject();
      json.writeStringField("body", request.text());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private interface Page {
    void write(JsonGenerator json) throws IOException;
  }

  private static String written(Page page) {
    var out = new StringWriter();
    try (JsonGenerator json = Json.FACTORY.createGenerator(out).useDefaultPrettyPrinter()) {
      page.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return out.append('\n').toString();
  }
}
