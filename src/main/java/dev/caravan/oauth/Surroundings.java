package dev.caravan.oauth;

import dev.caravan.call.TimeSource;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.AccountSetup;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What accounts need of the house around them.
 *
 * @param http who speaks for a provider, by the provider's own proxy, empty for the general one
 * @param variables the environment and .env, as they are now
 * @param learned told every token, so that no log shows it
 * @param changed told when an account stands otherwise than before
 */
public record Surroundings(
    TimeSource time,
    Function<String, AccountClient> http,
    Supplier<Map<String, String>> variables,
    Consumer<String> learned,
    Consumer<OAuthAccount> changed,
    AccountLock lock) {

  /** The setup of a name; found on the class path, jars in {@code lib/} among it. */
  static Optional<AccountSetup> setup(String name) {
    return name.isEmpty()
        ? Optional.empty()
        : ServiceLoader.load(AccountSetup.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(setup -> setup.name().equals(name))
            .findFirst();
  }
}
