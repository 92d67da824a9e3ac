package dev.caravan.dialect.gemini;

import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.hub.JsonWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Failures in Google's shape: {@code {"error":{code,message,status,details}}} (google.rpc.Status;
 * http-api.md 1.8).
 */
final class ErrorWriter {
  private ErrorWriter() {}

  /**
   * The body of a failure.
   *
   * @param retryAfter told as a {@code RetryInfo}, null for none
   */
  static byte[] write(int code, String status, String message, @Nullable Duration retryAfter) {
    JsonWriter out = new JsonWriter(192 + message.length());
    out.beginObject().name("error").beginObject();
    out.member("code", code).member("message", message).member("status", status);
    if (retryAfter != null) {
      long seconds = Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
      out.name("details").beginArray().beginObject();
      out.member("@type", "type.googleapis.com/google.rpc.RetryInfo");
      out.member("retryDelay", seconds + "s").endObject().endArray();
    }
    return out.endObject().endObject().toBytes();
  }

  static String status(Kind kind) {
    return switch (kind) {
      case INVALID_JSON,
          MISSING_FIELD,
          INVALID_TYPE,
          UNSUPPORTED_PARAMETER,
          CONTEXT_TOO_LONG,
          INVALID_REQUEST,
          BODY_TOO_LARGE,
          METHOD_NOT_ALLOWED,
          REQUEST_TIMEOUT,
          HEADERS_TOO_LARGE ->
          "INVALID_ARGUMENT";
      case CLIENT_KEY_REFUSED -> "UNAUTHENTICATED";
      case NOT_ALLOWED -> "PERMISSION_DENIED";
      case MODEL_NOT_FOUND, PATH_NOT_FOUND -> "NOT_FOUND";
      case BUDGET_SPENT, CLIENT_RATE_LIMITED, ALL_CREDENTIALS_LIMITED -> "RESOURCE_EXHAUSTED";
      case ALL_CREDENTIALS_BUSY, UPSTREAM_UNAVAILABLE, GATEWAY_UNAVAILABLE -> "UNAVAILABLE";
      case CREDENTIALS_REJECTED -> "FAILED_PRECONDITION";
      case BAD_GATEWAY, INTERNAL -> "INTERNAL";
      case UPSTREAM_TIMEOUT -> "DEADLINE_EXCEEDED";
    };
  }

  /** Google's word for a status. */
  static String status(int code) {
    return switch (code) {
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 409 -> "ABORTED";
      case 402, 429 -> "RESOURCE_EXHAUSTED";
      case 499 -> "CANCELLED";
      case 503, 529 -> "UNAVAILABLE";
      case 504 -> "DEADLINE_EXCEEDED";
      default -> code < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
    };
  }
}
