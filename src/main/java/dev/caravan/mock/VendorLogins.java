package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the vendors of subscriptions do in their own way when somebody logs in (providers.md 5.10,
 * 7, 8 and 9.5): their paths, so that a provider's file only needs another host, and the members of
 * their answers.
 */
final class VendorLogins {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter IN_CHINA =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.ofHours(8));

  /** Vendors' paths of what every provider has. */
  private static final Map<String, String> SAME =
      Map.ofEntries(
          Map.entry("/o/oauth2/v2/auth", "/authorize"),
          Map.entry("/oauth/authorize", "/authorize"),
          Map.entry("/oauth", "/authorize"),
          Map.entry("/oauth/token", "/token"),
          Map.entry("/api/v1/oauth2/token", "/token"),
          Map.entry("/api/v1/oauth2/device/code", "/device"),
          Map.entry("/oauth2/v1/userinfo", "/userinfo"));

  private static final Set<String> PLANS = Set.of("free", "pro", "team", "business", "enterprise");

  /** What a page of a vendor's own answers. */
  record Page(int status, String json) {}

  private VendorLogins() {}

  /** The path of the same thing here. */
  static String plain(String path) {
    return SAME.getOrDefault(path, path);
  }

  /** What an id token says of somebody; the first word of an address may be a plan. */
  static String claims(String who) {
    String word = who.replaceFirst("[^A-Za-z0-9].*", "").toLowerCase(Locale.ROOT);
    ObjectNode claims = JSON.createObjectNode().put("email", who);
    claims
        .putObject("https://api.openai.com/auth")
        .put("chatgpt_account_id", "acct_" + who.replace('@', '_'))
        .put("chatgpt_plan_type", PLANS.contains(word) ? word : "plus");
    return claims.toString();
  }

  /** iFlow wraps what a refresh grants. */
  static boolean wraps(String path, Map<String, String> form) {
    return path.equals("/oauth/token")
        && form.containsKey("authorization")
        && form.getOrDefault("grant_type", "").equals("refresh_token");
  }

  /** iFlow's page of an account. */
  static Page iflowUser(String token, @Nullable String who) {
    return who == null
        ? new Page(200, "{\"success\":false,\"message\":\"token is not valid\",\"data\":null}")
        : new Page(
            200,
            "{\"success\":true,\"data\":{\"apiKey\":%s,\"email\":%s,\"phone\":\"1\"}}"
                .formatted(Json.quoted("sk-iflow-" + token), Json.quoted(who)));
  }

  /** iFlow's page of keys, for a browser that is logged in: tells the name, or makes a new key. */
  static Page iflowKey(String method, String cookie, String body, int number, long now) {
    String value = cookie.replaceFirst("^BXAuth=", "").replaceFirst(";.*$", "");
    if (value.isEmpty() || value.contains("old")) {
      return new Page(401, "{\"success\":false,\"message\":\"not logged in\"}");
    }
    if (!method.equals("POST")) {
      return new Page(
          200,
          "{\"success\":true,\"data\":{\"name\":\"ann\",\"apiKeyMask\":\"sk-***\",\"expireTime\":\"2026-01-01 00:00\"}}");
    }
    try {
      JsonNode asked = JSON.readTree(body);
      if (asked.path("name").asText("").isEmpty()) {
        return new Page(400, "{\"success\":false,\"message\":\"name is missing\"}");
      }
    } catch (IOException e) {
      return new Page(400, "{\"success\":false,\"message\":\"not JSON\"}");
    }
    return new Page(
        200,
        "{\"success\":true,\"data\":{\"apiKey\":\"sk-cookie-%d\",\"name\":\"ann\",\"expireTime\":\"%s\"}}"
            .formatted(number, IN_CHINA.format(Instant.ofEpochMilli(now).plusSeconds(7 * 86_400))));
  }
}
