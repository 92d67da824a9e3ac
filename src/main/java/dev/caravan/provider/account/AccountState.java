package dev.caravan.provider.account;

import dev.caravan.provider.Provider;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account as its setup finds it. Immutable; prints without its tokens and facts.
 *
 * @param occasion what has just happened
 * @param provider whose account it is, with what the environment changes in it
 * @param accessToken that is good now
 * @param answer what the token endpoint has just said, as JSON maps to Java; empty on {@link
 *     Occasion#FIRST_USE}
 * @param facts what is known of the account by name, such as {@code email} or {@code project}; an
 *     {@code id_token} of the account among them
 * @param variables the environment and .env
 * @param proxyUrl the account's own proxy, null for the provider's
 */
public record AccountState(
    Occasion occasion,
    Provider provider,
    String accessToken,
    Map<String, Object> answer,
    Map<String, String> facts,
    Map<String, String> variables,
    @Nullable String proxyUrl) {

  /** When a setup is asked. */
  public enum Occasion {
    /** Somebody has logged in. */
    LOGIN,
    /** The token was refreshed. */
    REFRESH,
    /** The account comes from elsewhere, and is used for the first time since the start. */
    FIRST_USE
  }

  public AccountState {
    answer = Map.copyOf(answer);
    facts = Map.copyOf(facts);
    variables = Map.copyOf(variables);
  }

  /** A fact that is known and not blank. */
  public Optional<String> fact(String name) {
    return Optional.ofNullable(facts.get(name)).filter(text -> !text.isBlank());
  }

  /** A variable that is set and not blank. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).map(String::strip).filter(t -> !t.isEmpty());
  }

  @Override
  public String toString() {
    return "AccountState[" + provider.getName() + ", " + occasion + "]";
  }
}
