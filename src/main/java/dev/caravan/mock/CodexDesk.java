package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The back end of ChatGPT plans: OpenAI's responses below {@code /backend-api}, for requests that
 * hold what it wants and nothing else.
 */
final class CodexDesk {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "/backend-api/";

  private static final List<String> REFUSED =
      List.of(
          "temperature",
          "top_p",
          "max_output_tokens",
          "max_tokens",
          "metadata",
          "user",
          "previous_response_id",
          "safety_identifier",
          "prompt_cache_retention");

  private CodexDesk() {}

  static boolean isOne(String path) {
    return path.startsWith(ROOT);
  }

  /** What is wrong with a request, null when nothing is. */
  static @Nullable Refusal refusal(HttpServerRequest head, byte[] body) {
    JsonNode request;
    try {
      request = JSON.readTree(body);
    } catch (IOException e) {
      return Refusal.invalid(400, "The body cannot be read.");
    }
    if (!request.path("stream").asBoolean(false)) {
      return detail("Stream must be set to true");
    }
    if (request.path("store").asBoolean(true)) {
      return detail("Store must be set to false");
    }
    if (!request.path("instructions").isTextual()) {
      return detail("Instructions are required");
    }
    if (!request.path("input").isArray()) {
      return detail("Input must be a list");
    }
    for (JsonNode item : request.path("input")) {
      if (item.path("encrypted_content").asText("").contains("broken")) {
        return new Refusal(
            400,
            0,
            "application/json",
            "{\"error\":{\"message\":\"The encrypted content could not be verified.\",\"type\":\"invalid_request_error\",\"code\":\"invalid_encrypted_content\"}}");
      }
    }
    for (String name : REFUSED) {
      if (request.has(name)) {
        return detail("Unsupported parameter: " + name);
      }
    }
    return null;
  }

  private static Refusal detail(String text) {
    return new Refusal(400, 0, "application/json", "{\"detail\":" + Json.quoted(text) + "}");
  }

  /** What is used of the plan's windows. */
  static String usage(int percent) {
    return """
        {"plan_type":"plus","rate_limit":{"allowed":%s,"limit_reached":%s,\
        "primary_window":{"used_percent":%d,"limit_window_seconds":18000,"reset_after_seconds":3600},\
        "secondary_window":{"used_percent":7,"limit_window_seconds":604800,"reset_after_seconds":86400}},\
        "credits":{"has_credits":false,"unlimited":false,"balance":null}}"""
        .formatted(percent < 100, percent >= 100, percent);
  }

  /** The same as an event of a stream; its window ends two hours from now. */
  static String rateLimits(int percent) {
    return """
        {"type":"codex.rate_limits","plan_type":"plus","rate_limits":{"allowed":%s,"limit_reached":%s,\
        "primary":{"used_percent":%d,"window_minutes":300,"resets_at":%d},\
        "secondary":{"used_percent":7,"window_minutes":10080,"reset_after_seconds":86400}}}"""
        .formatted(
            percent < 100, percent >= 100, percent, System.currentTimeMillis() / 1000 + 7200);
  }

  /** The models of the plan, in the shape of this back end. */
  static String models(List<String> models) {
    return models.stream()
        .map(id -> "{\"slug\":" + Json.quoted(id) + ",\"display_name\":" + Json.quoted(id) + "}")
        .collect(Collectors.joining(",", "{\"models\":[", "]}"));
  }
}
