package dev.caravan.oauth;

import dev.caravan.call.Access;
import dev.caravan.call.Secret;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountSetup;
import dev.caravan.provider.account.AccountState;
import dev.caravan.provider.account.AccountState.Occasion;
import dev.caravan.provider.account.OAuth;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a provider says of its accounts, and what of an account its calls carry. Changes with the
 * routes. Immutable.
 *
 * @param setup null when the provider has no steps of its own
 */
record Terms(Provider provider, OAuth oauth, @Nullable AccountSetup setup) {
  private static final Logger LOG = LoggerFactory.getLogger(Terms.class);
  private static final Set<String> NOT_FOR_CALLS =
      Set.of("id_token", "client_id", "client_secret", "api_key", "token_uri", "refresh_token");

  /**
   * Those of a provider.
   *
   * @throws IllegalArgumentException if nobody logs in there
   */
  static Terms of(Provider provider) {
    OAuth oauth =
        provider
            .oauth()
            .orElseThrow(
                () -> new IllegalArgumentException(provider.getName() + " has no oauth block"));
    @Nullable AccountSetup setup = Surroundings.setup(oauth.setup()).orElse(null);
    if (setup == null && !oauth.setup().isEmpty()) {
      LOG.warn("provider {}: there is no account setup '{}'", provider.getName(), oauth.setup());
    }
    return new Terms(provider, oauth, setup);
  }

  /**
   * What calls carry.
   *
   * @param fingerprint of the account, which its token goes by in logs
   * @param variables the environment and .env
   */
  Access access(AccountDocument document, String fingerprint, Map<String, String> variables) {
    Map<String, String> facts = document.facts();
    String token =
        oauth.token().equals("access_token")
            ? document.accessToken()
            : document.fact(oauth.token());
    Map<String, String> shown = new HashMap<>(facts);
    shown.keySet().removeAll(NOT_FOR_CALLS);
    String base = oauth.baseUrlFact().isEmpty() ? "" : document.fact(oauth.baseUrlFact());
    Access usual =
        new Access(
            new Secret(token, fingerprint),
            oauth.headers(facts),
            base.isEmpty() ? null : base.contains("://") ? base : "https://" + base,
            shown);
    return setup == null
        ? usual
        : setup.access(state(document, Occasion.FIRST_USE, Map.of(), variables), usual);
  }

  /**
   * What the provider's own steps get to know.
   *
   * @param answer of the token endpoint, empty when there is none
   */
  AccountState state(
      AccountDocument document,
      Occasion occasion,
      Map<String, Object> answer,
      Map<String, String> variables) {
    Map<String, Object> known = new HashMap<>(answer);
    known.values().removeIf(value -> value == null);
    return new AccountState(
        occasion, provider, document.accessToken(), known, document.facts(), variables, null);
  }

  /**
   * How long before its end a token is refreshed, in milliseconds: never more than half of its life
   * (providers.md 2.4).
   *
   * @param share from 0 to 1: how much sooner than it must, so that many are not due at once
   */
  long leadMillis(AccountDocument document, double share) {
    long wanted = document.refreshLead(oauth).toMillis();
    long lifetime = document.lifetimeMillis();
    long lead = lifetime > 0 ? Math.min(wanted, lifetime / 2) : wanted;
    return lead + (long) (share * Math.min(lead / 10, 60_000));
  }
}
