package dev.caravan.dialect.openai.responses;

import dev.caravan.call.Failure;
import dev.caravan.dialect.hub.JsonWriter;

/** A failure inside a stream that has begun (http-api.md 8.3). */
final class FailureEvent {
  private static final int LONGEST = 2_048;

  private FailureEvent() {}

  /** As most clients know it. */
  static byte[] error(Failure failure, int number) {
    JsonWriter out = new JsonWriter(512);
    out.glue("event: error\ndata: ").fresh().beginObject().member("type", "error");
    out.member("sequence_number", number);
    out.member("code", code(failure)).member("message", cut(failure.message()));
    out.name("param").nul().endObject().glue("\n\n");
    return out.toBytes();
  }

  /** As clients of Codex's family know it. */
  static byte[] failed(Failure failure, int number) {
    JsonWriter out = new JsonWriter(512);
    out.glue("event: response.failed\ndata: ").fresh().beginObject();
    out.member("type", "response.failed").member("sequence_number", number);
    out.name("response").beginObject().member("object", "response").member("status", "failed");
    out.name("error").beginObject().member("type", "server_error");
    out.member("code", code(failure)).member("message", cut(failure.message()));
    out.endObject().endObject().endObject().glue("\n\n");
    return out.toBytes();
  }

  /** OpenAI's code for a status; the failure's own kind says more only to people. */
  private static String code(Failure failure) {
    int status = failure.relay() == null ? failure.kind().status() : failure.relay().status();
    return switch (status) {
      case 401 -> "invalid_api_key";
      case 403 -> "insufficient_quota";
      case 404 -> "model_not_found";
      case 408 -> "request_timeout";
      case 429 -> "rate_limit_exceeded";
      default -> status < 500 ? "invalid_request_error" : "internal_server_error";
    };
  }

  private static String cut(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST);
  }
}
