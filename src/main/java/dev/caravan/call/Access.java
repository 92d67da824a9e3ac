package dev.caravan.call;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an account grants a call at the moment at which it is made. Immutable; prints without its
 * token and facts.
 *
 * @param token what is sent in place of a key; its fingerprint is the account's and stays when the
 *     token changes
 * @param headers more headers that the account's requests carry, by name
 * @param baseUrl where this account is served, null for where its provider is
 * @param facts what requests of the provider name of their account, such as {@code project}
 */
public record Access(
    Secret token,
    Map<String, String> headers,
    @Nullable String baseUrl,
    Map<String, String> facts) {

  public Access {
    Objects.requireNonNull(token, "token");
    headers = Map.copyOf(headers);
    facts = Map.copyOf(facts);
  }

  /** That of an API key. */
  public static Access by(Secret key) {
    return new Access(key, Map.of(), null, Map.of());
  }

  @Override
  public String toString() {
    return "Access[" + token.fingerprint() + "]";
  }
}
