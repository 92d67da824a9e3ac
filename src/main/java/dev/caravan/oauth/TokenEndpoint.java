package dev.caravan.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.device.DeviceCode;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.AccountSetup;
import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a token endpoint (RFC 6749 3.2), and tells apart what its answers mean for an account. The
 * vendors' answers differ from the standard in small ways, so they are read with tolerance: members
 * below {@code data}, errors that are objects. Thread-safe.
 */
final class TokenEndpoint {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration USUAL_REST = Duration.ofSeconds(60);

  /** What a token endpoint has said. */
  sealed interface Answer {

    /** Tokens, as the members of its JSON. */
    record Granted(Map<String, Object> members) implements Answer {
      @Override
      public String toString() {
        return "Granted";
      }
    }

    /**
     * The grant is worth nothing any more.
     *
     * @param code as OAuth spells it, {@code invalid_grant}
     */
    record Refused(String code, String text) implements Answer {}

    /**
     * Nothing is known about the grant.
     *
     * @param after how long to wait, null when it has not said
     * @param again whether the same request may succeed soon
     */
    record NotNow(String code, String text, @Nullable Duration after, boolean again)
        implements Answer {}
  }

  private final OAuth oauth;
  private final AccountClient http;

  TokenEndpoint(OAuth oauth, AccountClient http) {
    this.oauth = oauth;
    this.http = http;
  }

  Answer refresh(ClientKeys client, URI endpoint, String refreshToken) {
    if (client.equals(ClientKeys.NONE)) {
      return ofCookie(refreshToken);
    }
    return ask(
        client, endpoint, new RefreshTokenGrant(new RefreshToken(refreshToken)), refreshScopes());
  }

  /** What the provider's setup makes of the cookie of a browser that is logged in. */
  Answer ofCookie(String cookie) {
    AccountSetup setup = Surroundings.setup(oauth.setup()).orElse(null);
    if (setup == null) {
      return new Answer.NotNow("cookie", "nothing knows what to do with it", null, false);
    }
    try {
      return read(setup.grantFor(cookie, oauth, http));
    } catch (IOException e) {
      return new Answer.NotNow("unreachable", String.valueOf(e.getMessage()), null, true);
    }
  }

  private @Nullable Scope refreshScopes() {
    return oauth.refreshScopes().isEmpty() ? null : Scope.parse(oauth.refreshScopes());
  }

  Answer exchange(ClientKeys client, URI endpoint, String code, URI redirect, String verifier) {
    return ask(
        client,
        endpoint,
        new AuthorizationCodeGrant(
            new com.nimbusds.oauth2.sdk.AuthorizationCode(code),
            redirect,
            new CodeVerifier(verifier)),
        null);
  }

  Answer device(ClientKeys client, URI endpoint, String deviceCode, @Nullable String verifier) {
    HTTPRequest request =
        request(client, endpoint, new DeviceCodeGrant(new DeviceCode(deviceCode)), null);
    String body = String.valueOf(request.getBody());
    return send(request, verifier == null ? body : body + "&code_verifier=" + encoded(verifier));
  }

  private Answer ask(
      ClientKeys client, URI endpoint, AuthorizationGrant grant, @Nullable Scope scope) {
    HTTPRequest request = request(client, endpoint, grant, scope);
    return send(request, String.valueOf(request.getBody()));
  }

  private HTTPRequest request(
      ClientKeys client, URI endpoint, AuthorizationGrant grant, @Nullable Scope scope) {
    ClientID id = new ClientID(client.id());
    String secret = client.secret();
    if (secret.isEmpty()) {
      TokenRequest.Builder plain = new TokenRequest.Builder(endpoint, id, grant);
      return (scope == null ? plain : plain.scope(scope)).build().toHTTPRequest();
    }
    ClientAuthentication auth =
        oauth.clientAuth().equals("basic")
            ? new ClientSecretBasic(id, new Secret(secret))
            : new ClientSecretPost(id, new Secret(secret));
    TokenRequest.Builder known = new TokenRequest.Builder(endpoint, auth, grant);
    HTTPRequest request = (scope == null ? known : known.scope(scope)).build().toHTTPRequest();
    if (oauth.clientAuth().equals("both")) {
      request.setAuthorization(
          new ClientSecretBasic(id, new Secret(secret)).toHTTPAuthorizationHeader());
    }
    return request;
  }

  private Answer send(HTTPRequest request, String body) {
    Map<String, String> headers = new LinkedHashMap<>();
    request.getHeaderMap().forEach((name, values) -> headers.put(name, values.getFirst()));
    headers.putIfAbsent("Accept", "application/json");
    try {
      return read(
          http.send(
              new AccountClient.Request(
                  "POST", request.getURI().toString(), headers, body, PATIENCE)));
    } catch (IOException e) {
      return new Answer.NotNow("unreachable", String.valueOf(e.getMessage()), null, true);
    }
  }

  static Answer read(AccountClient.Answer answer) {
    @Nullable JsonNode json = json(answer.body());
    int status = answer.status();
    JsonNode members = json != null && json.path("data").isObject() ? json.path("data") : json;
    if (answer.isGood()) {
      return granted(json, members);
    }
    String code = code(json);
    String text = text(json, status);
    String all = answer.body().toLowerCase(Locale.ROOT);
    if (status == 429) {
      return new Answer.NotNow("429", text, after(answer), true);
    }
    if (status >= 500) {
      return new Answer.NotNow(String.valueOf(status), text, null, true);
    }
    if (code.equals("invalid_client") || code.equals("unauthorized_client")) {
      return new Answer.NotNow(code, text, null, false);
    }
    if (code.equals("authorization_pending") || code.equals("slow_down")) {
      return new Answer.NotNow(code, text, null, true);
    }
    boolean dead =
        code.equals("invalid_grant")
            || code.equals("invalid_request")
            || all.contains("refresh_token_reused")
            || all.contains("refresh_token_expired")
            || all.contains("refresh_token_invalidated")
            || (json != null
                && json.path("error_description")
                    .asText("")
                    .toLowerCase(Locale.ROOT)
                    .contains("invalid"));
    if (dead || ((status == 401 || status == 403) && json != null)) {
      return new Answer.Refused(code.isEmpty() ? String.valueOf(status) : code, text);
    }
    // a page of a firewall says nothing about the account
    return new Answer.NotNow(code.isEmpty() ? String.valueOf(status) : code, text, null, false);
  }

  private static Answer granted(@Nullable JsonNode json, @Nullable JsonNode members) {
    if (json == null || members == null) {
      return new Answer.NotNow(
          "not_json", "the token endpoint answered a page that is not JSON", null, true);
    }
    if (json.path("success").isBoolean() && !json.path("success").asBoolean()) {
      String message = text(json, 200);
      return message.toLowerCase(Locale.ROOT).contains("invalid")
          ? new Answer.Refused("refused", message)
          : new Answer.NotNow("refused", message, null, true);
    }
    if (members.path("access_token").asText("").isBlank()) {
      return code(json).isEmpty()
          ? new Answer.NotNow(
              "no_token", "the token endpoint answered without an access_token", null, true)
          : new Answer.NotNow(code(json), text(json, 200), null, true);
    }
    return new Answer.Granted(
        AccountDocument.JSON.convertValue(members, new TypeReference<Map<String, Object>>() {}));
  }

  private static @Nullable JsonNode json(String body) {
    try {
      JsonNode node = AccountDocument.JSON.readTree(body);
      return node != null && node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static String code(@Nullable JsonNode json) {
    if (json == null) {
      return "";
    }
    JsonNode error = json.path("error");
    return error.isObject() ? error.path("code").asText("") : error.asText("");
  }

  /** What it says for people, short; tokens are in no answer that is none of success. */
  private static String text(@Nullable JsonNode json, int status) {
    String text = "";
    if (json != null) {
      text = json.path("error_description").asText("");
      text = text.isEmpty() ? json.path("error").path("message").asText("") : text;
      text = text.isEmpty() ? json.path("message").asText("") : text;
      text = text.isEmpty() ? code(json) : text;
    }
    String said = text.isEmpty() ? "it answered " + status : text;
    return said.length() > 300 ? said.substring(0, 300) + "…" : said;
  }

  private static Duration after(AccountClient.Answer answer) {
    return answer
        .header("retry-after")
        .flatMap(dev.caravan.provider.Durations::parse)
        .orElse(USUAL_REST);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
