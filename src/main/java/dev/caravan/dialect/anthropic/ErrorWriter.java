package dev.caravan.dialect.anthropic;

import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.hub.JsonWriter;

/**
 * Failures in Anthropic's shape: {@code {"type":"error","error":{type,message},"request_id"}}
 * (http-api.md 1.8).
 */
final class ErrorWriter {
  private ErrorWriter() {}

  static byte[] write(String type, String message, String requestId) {
    JsonWriter out = new JsonWriter(192 + message.length());
    out.beginObject().member("type", "error").name("error").beginObject();
    out.member("type", type).member("message", message).endObject();
    return out.member("request_id", requestId).endObject().toBytes();
  }

  /**
   * The end of a stream that broke, as if the model had told of it: a block of text, and the
   * message's end (http-api.md 5.6).
   *
   * @param at position of the stream
   */
  static byte[] visible(String message, int at) {
    int index = Position.block(at);
    JsonWriter out = new JsonWriter(512 + message.length());
    if (Position.isOpen(at)) {
      event("content_block_stop", out).member("index", index++).endObject().glue("\n\n");
    }
    event("content_block_start", out).member("index", index).name("content_block").beginObject();
    out.member("type", "text").member("text", "").endObject().endObject().glue("\n\n");
    event("content_block_delta", out).member("index", index).name("delta").beginObject();
    out.member("type", "text_delta").member("text", "Error: " + message).endObject().endObject();
    out.glue("\n\n");
    event("content_block_stop", out).member("index", index).endObject().glue("\n\n");
    event("message_delta", out).name("delta").beginObject().member("stop_reason", "end_turn");
    out.name("stop_sequence").nul().endObject().name("usage").beginObject();
    out.member("output_tokens", 0).endObject().endObject().glue("\n\n");
    return event("message_stop", out).endObject().glue("\n\n").toBytes();
  }

  private static JsonWriter event(String type, JsonWriter out) {
    out.glue("event: ").glue(type).glue("\ndata: ").fresh();
    return out.beginObject().member("type", type);
  }

  static String type(Kind kind) {
    return switch (kind) {
      case INVALID_JSON,
          MISSING_FIELD,
          INVALID_TYPE,
          UNSUPPORTED_PARAMETER,
          CONTEXT_TOO_LONG,
          INVALID_REQUEST,
          METHOD_NOT_ALLOWED,
          REQUEST_TIMEOUT,
          HEADERS_TOO_LARGE ->
          "invalid_request_error";
      case CLIENT_KEY_REFUSED -> "authentication_error";
      case BUDGET_SPENT -> "billing_error";
      case NOT_ALLOWED -> "permission_error";
      case MODEL_NOT_FOUND, PATH_NOT_FOUND -> "not_found_error";
      case BODY_TOO_LARGE -> "request_too_large";
      case CLIENT_RATE_LIMITED, ALL_CREDENTIALS_LIMITED -> "rate_limit_error";
      case ALL_CREDENTIALS_BUSY, UPSTREAM_UNAVAILABLE, GATEWAY_UNAVAILABLE -> "overloaded_error";
      case CREDENTIALS_REJECTED, BAD_GATEWAY, INTERNAL -> "api_error";
      case UPSTREAM_TIMEOUT -> "timeout_error";
    };
  }

  /** Anthropic's type of a status. */
  static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 504 -> "timeout_error";
      case 503, 529 -> "overloaded_error";
      default -> status < 500 ? "invalid_request_error" : "api_error";
    };
  }
}
