package dev.caravan.provider.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The API key of an account of iFlow, which calls carry in place of the account's token
 * (providers.md 8). It is fetched after a login and after each refresh; what was fetched before
 * stays when that fails.
 */
public final class IFlowAccount implements AccountSetup {
  private static final String USER_INFO = "https://iflow.cn/api/oauth/getUserInfo";

  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper();
  }

  @Override
  public String name() {
    return "iflow";
  }

  @Override
  public Map<String, String> complete(AccountState account, AccountClient client)
      throws IOException {
    if (account.fact("credential_type").filter("cookie"::equals).isPresent()) {
      return Map.of(); // its key came with the cookie
    }
    if (account.occasion() == AccountState.Occasion.FIRST_USE
        && account.fact("api_key").isPresent()) {
      return Map.of();
    }
    // the service wants the token there; whoever logs a request leaves out its query
    String url =
        account
                .provider()
                .oauth()
                .map(OAuth::userInfoUrl)
                .filter(u -> !u.isEmpty())
                .orElse(USER_INFO)
            + "?accessToken="
            + URLEncoder.encode(account.accessToken(), StandardCharsets.UTF_8);
    AccountClient.Answer answer = client.send(AccountClient.Request.get(url));
    if (!answer.isGood()) {
      throw new IOException("its key was refused with " + answer.status());
    }
    return facts(answer.body());
  }

  @Override
  public AccountClient.Answer grantFor(String cookie, OAuth oauth, AccountClient client)
      throws IOException {
    return new IFlowCookie(oauth.cookieUrl(), client).grant(cookie);
  }

  private static Map<String, String> facts(String body) throws IOException {
    JsonNode root;
    try {
      root = Mapper.TREES.readTree(body);
    } catch (IOException e) {
      throw new IOException("the answer that should hold its key is not JSON", e);
    }
    JsonNode data = root == null ? Mapper.TREES.missingNode() : root.path("data");
    String key = data.path("apiKey").asText("").strip();
    if (root == null || !root.path("success").asBoolean(true) || key.isEmpty()) {
      throw new IOException("the service gives no key for it");
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("api_key", key);
    String email = data.path("email").asText("").strip();
    String who = email.isEmpty() ? data.path("phone").asText("").strip() : email;
    if (!who.isEmpty()) {
      facts.put("email", who);
    }
    return facts;
  }
}
