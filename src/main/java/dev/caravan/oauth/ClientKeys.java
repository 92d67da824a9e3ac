package dev.caravan.oauth;

import dev.caravan.provider.account.OAuth;
import java.util.Map;

/**
 * Who the gateway is for a vendor: the id that the vendor has given to a client, and its secret if
 * it has one. Both come from the account's own file, or from configuration.
 *
 * @param secret empty for a public client
 */
record ClientKeys(String id, String secret) {
  static final ClientKeys NONE = new ClientKeys("", "");

  /**
   * Those of an account.
   *
   * @param facts of the account, which win
   * @param variables the environment and .env
   * @throws MissingClient if there are none
   */
  static ClientKeys of(OAuth oauth, Map<String, String> facts, Map<String, String> variables)
      throws MissingClient {
    if (facts.getOrDefault("credential_type", "").equals("cookie")) {
      return NONE; // the browser is known, whoever asks for it
    }
    String id = first(facts.get("client_id"), variables.get(oauth.clientIdVariable()));
    String secret =
        oauth.takesClientSecret()
            ? first(facts.get("client_secret"), variables.get(oauth.clientSecretVariable()))
            : "";
    if (id.isEmpty()) {
      throw new MissingClient(oauth.clientIdVariable());
    }
    if (secret.isEmpty() && oauth.needsClientSecret()) {
      throw new MissingClient(oauth.clientSecretVariable());
    }
    return new ClientKeys(id, secret);
  }

  private static String first(
      @org.jspecify.annotations.Nullable String own,
      @org.jspecify.annotations.Nullable String general) {
    String text = own == null || own.isBlank() ? general : own;
    return text == null ? "" : text.strip();
  }

  @Override
  public String toString() {
    return "ClientKeys";
  }

  /** A variable is not set without which nobody can log in or refresh. */
  static final class MissingClient extends Exception {
    private static final long serialVersionUID = 1L;

    MissingClient(String variable) {
      super(
          "%s is not set; it holds what the vendor's own program uses, or what the vendor gave you"
              .formatted(variable));
    }
  }
}
