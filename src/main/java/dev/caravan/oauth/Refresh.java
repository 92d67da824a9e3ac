package dev.caravan.oauth;

import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Asks a token endpoint for the next token of an account, and asks again where that may help: three
 * times, with 1 and 2 seconds between or what the endpoint says (providers.md 2.4).
 */
final class Refresh {
  static final int TRIES = 3;

  private final TokenEndpoint endpoint;
  private final AccountClient http;
  private final ClientKeys client;
  private final URI url;

  private Refresh(TokenEndpoint endpoint, AccountClient http, ClientKeys client, URI url) {
    this.endpoint = endpoint;
    this.http = http;
    this.client = client;
    this.url = url;
  }

  /**
   * Asks nobody yet.
   *
   * @param variables the environment and .env
   * @throws ClientKeys.MissingClient if nobody has said who the gateway is for the vendor
   */
  static Refresh of(
      OAuth oauth, AccountDocument document, AccountClient http, Map<String, String> variables)
      throws ClientKeys.MissingClient {
    ClientKeys client = ClientKeys.of(oauth, document.facts(), variables);
    String own = document.fact("token_uri");
    URI url = URI.create(own.isEmpty() ? oauth.tokenUrl() : own);
    return new Refresh(new TokenEndpoint(oauth, http), http, client, url);
  }

  /** The last word of the endpoint on this refresh token. */
  TokenEndpoint.Answer ask(String refreshToken) {
    for (int attempt = 1; ; attempt++) {
      TokenEndpoint.Answer answer = endpoint.refresh(client, url, refreshToken);
      if (!(answer instanceof TokenEndpoint.Answer.NotNow(_, _, var after, var again))
          || !again
          || attempt >= TRIES) {
        return answer;
      }
      try {
        http.pause(after == null ? Duration.ofSeconds(1L << (attempt - 1)) : after);
      } catch (IOException e) {
        return new TokenEndpoint.Answer.NotNow("interrupted", "it was interrupted", null, false);
      }
    }
  }
}
