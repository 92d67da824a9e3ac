package dev.caravan.mock;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Refusals in Anthropic's shape and words. */
final class MessagesRefusal {
  private static final Pattern MESSAGE = Pattern.compile("\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

  private MessagesRefusal() {}

  static Refusal of(Refusal refusal) {
    if (!refusal.contentType().equals("application/json")) {
      return refusal;
    }
    Matcher message = MESSAGE.matcher(refusal.body());
    String text = message.find() ? message.group(1) : "refused";
    if (refusal.body().contains("context_length_exceeded")) {
      text = "prompt is too long: 9001 tokens > 8192 maximum";
    }
    String body =
        "{\"type\":\"error\",\"error\":{\"type\":\""
            + type(refusal.status())
            + "\",\"message\":\""
            + text
            + "\"},\"request_id\":\"req_mock\"}";
    return new Refusal(refusal.status(), refusal.retryAfterSeconds(), refusal.contentType(), body);
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 503, 529 -> "overloaded_error";
      case 504 -> "timeout_error";
      default -> status < 500 ? "invalid_request_error" : "api_error";
    };
  }
}
