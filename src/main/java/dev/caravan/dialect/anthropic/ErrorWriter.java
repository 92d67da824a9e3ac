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
