package dev.caravan.provider.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.AccountUnusable;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which account of ChatGPT a token is for, and on which plan (providers.md 9.5). It stands in the
 * claims of the id token, or of the access token where there is no other; both came over TLS from
 * the vendor, so their signatures are not looked at.
 */
public final class CodexAccount implements AccountSetup {
  private static final String CLAIM = "https://api.openai.com/auth";
  private static final int LONGEST_TOKEN = 64 * 1024;

  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper();
  }

  @Override
  public String name() {
    return "codex";
  }

  /**
   * Reads what the tokens say.
   *
   * @throws AccountUnusable if no token names an account, since every request has to
   */
  @Override
  public Map<String, String> complete(AccountState account, AccountClient client)
      throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    String fresh = account.answer().get("id_token") instanceof String said ? said : "";
    for (String token :
        new String[] {fresh, account.fact("id_token").orElse(""), account.accessToken()}) {
      claims(token).ifPresent(claims -> read(claims, facts));
    }
    if (!facts.containsKey("account_id") && account.fact("account_id").isEmpty()) {
      throw new AccountUnusable(
          "its tokens name no ChatGPT account, which every request needs; log in again, or set"
              + " OPENAI_CODEX_<n>_ACCOUNT_ID",
          true);
    }
    return facts;
  }

  /** What an earlier token has said stays. */
  private static void read(JsonNode claims, Map<String, String> facts) {
    JsonNode auth = claims.path(CLAIM);
    put(facts, "account_id", auth.path("chatgpt_account_id"));
    put(facts, "plan_type", auth.path("chatgpt_plan_type"));
    put(facts, "user_id", auth.path("chatgpt_user_id"));
    put(facts, "active_until", auth.path("chatgpt_subscription_active_until"));
    put(facts, "email", claims.path("email"));
    put(facts, "email", claims.path("https://api.openai.com/profile").path("email"));
  }

  private static void put(Map<String, String> facts, String name, JsonNode value) {
    String text = value.isValueNode() && !value.isNull() ? value.asText("").strip() : "";
    if (!text.isEmpty()) {
      facts.putIfAbsent(name, text);
    }
  }

  /** The claims of a JWT (RFC 7519), none of what is no JWT. */
  static Optional<JsonNode> claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || token.length() > LONGEST_TOKEN) {
      return Optional.empty();
    }
    try {
      JsonNode claims = Mapper.TREES.readTree(Base64.getUrlDecoder().decode(parts[1]));
      return claims != null && claims.isObject() ? Optional.of(claims) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
