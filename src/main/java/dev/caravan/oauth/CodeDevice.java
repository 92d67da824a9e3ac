package dev.caravan.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A login by device that ends in an authorization code instead of tokens, as OpenAI has it for
 * ChatGPT plans (providers.md 9.5): no RFC 8628. Where a code is, and where it is waited for, are
 * neighbours: {@code …/usercode} and {@code …/token}.
 */
final class CodeDevice {
  /** Of PKCE (RFC 7636, 4.1). */
  private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

  private static final Duration USUAL_INTERVAL = Duration.ofSeconds(5);

  /** What the person types in, and how often is asked whether they have. */
  record Begun(String id, String userCode, Duration interval) {
    @Override
    public String toString() {
      return "Begun";
    }
  }

  /**
   * What the person has agreed to.
   *
   * @param verifier of PKCE, which the vendor has made
   */
  record Agreed(String code, String verifier) {
    @Override
    public String toString() {
      return "Agreed";
    }
  }

  private final OAuth oauth;
  private final AccountClient http;

  CodeDevice(OAuth oauth, AccountClient http) {
    this.oauth = oauth;
    this.http = http;
  }

  Begun begin(String clientId) throws LoginFailed {
    JsonNode told =
        ask(
            oauth.deviceUrl(),
            AccountDocument.JSON.createObjectNode().put("client_id", clientId),
            "a code for a device");
    String id = told == null ? "" : told.path("device_auth_id").asText("");
    String code =
        told == null ? "" : told.path("user_code").asText(told.path("usercode").asText(""));
    if (told == null || id.isEmpty() || code.isEmpty()) {
      throw new LoginFailed("the vendor gave no code for a device");
    }
    long seconds = told.path("interval").asLong(USUAL_INTERVAL.toSeconds());
    return new Begun(id, code, Duration.ofSeconds(Math.max(1, seconds)));
  }

  /** Whether the person has agreed by now; null when they have not. */
  @Nullable Agreed ask(Begun begun) throws LoginFailed {
    JsonNode told =
        ask(
            URI.create(oauth.deviceUrl()).resolve("token").toString(),
            AccountDocument.JSON
                .createObjectNode()
                .put("device_auth_id", begun.id())
                .put("user_code", begun.userCode()),
            "whether somebody has agreed");
    if (told == null) {
      return null;
    }
    String code = told.path("authorization_code").asText("");
    String verifier = told.path("code_verifier").asText("");
    if (code.isEmpty() || !VERIFIER.matcher(verifier).matches()) {
      throw new LoginFailed("the vendor agreed without a code that is of use");
    }
    return new Agreed(code, verifier);
  }

  /** The answer, null for one that says: not yet. */
  private @Nullable JsonNode ask(String url, ObjectNode question, String what) throws LoginFailed {
    try {
      AccountClient.Answer answer =
          http.send(AccountClient.Request.postJson(url, question.toString()));
      if (answer.status() == 403 || answer.status() == 404) {
        return null;
      }
      if (!answer.isGood()) {
        throw new LoginFailed("the vendor does not tell %s (%d)".formatted(what, answer.status()));
      }
      return AccountDocument.JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new LoginFailed("the vendor answered a page that is not JSON");
    } catch (IOException e) {
      throw new LoginFailed(String.valueOf(e.getMessage()));
    }
  }
}
