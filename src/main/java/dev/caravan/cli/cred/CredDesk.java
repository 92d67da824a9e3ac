package dev.caravan.cli.cred;

import dev.caravan.Version;
import dev.caravan.cli.RouteFolder;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import dev.caravan.oauth.AccountHttp;
import dev.caravan.oauth.AccountLock;
import dev.caravan.oauth.AccountSources;
import dev.caravan.oauth.CredentialStore;
import dev.caravan.oauth.FolderLock;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.NearNames;
import dev.caravan.provider.Provider;
import dev.caravan.provider.ProviderFiles;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.OAuth;
import dev.caravan.upstream.OutboundProxies;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What every command about accounts works with: its options, files, providers and a terminal. Needs
 * no running gateway.
 */
final class CredDesk {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec command;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Data folder (default: the current one).")
  @Nullable String home;

  @Option(names = "--routes", paramLabel = "FOLDER", description = "Route files.")
  @Nullable String routes;

  /** Where a person pastes. */
  InputStream input = System.in;

  /** Opens an address in a browser of this machine; false when there is none. */
  Predicate<String> browser = LoginScreen::open;

  private @Nullable Configuration loaded;
  private @Nullable CredentialStore store;
  private @Nullable AccountLock lock;

  PrintWriter out() {
    return command.commandLine().getOut();
  }

  PrintWriter err() {
    return command.commandLine().getErr();
  }

  boolean colours() {
    return command.commandLine().getColorScheme().ansi().enabled();
  }

  Configuration configuration() {
    Configuration known = loaded;
    if (known == null) {
      Map<String, String> flags = new TreeMap<>();
      if (home != null) {
        flags.put("CARAVAN_HOME", home);
      }
      if (routes != null) {
        flags.put("CARAVAN_ROUTES", routes);
      }
      Map<String, String> environment = System.getenv();
      known = Configuration.load(Configuration.home(flags, environment), flags, environment);
      loaded = known;
    }
    return known;
  }

  Map<String, String> variables() {
    return configuration().variables();
  }

  /**
   * The files of accounts.
   *
   * @throws IllegalArgumentException if its settings cannot be followed; the message is for people
   */
  CredentialStore store() {
    CredentialStore known = store;
    if (known == null) {
      known = CredentialStore.of(configuration());
      store = known;
    }
    return known;
  }

  /** Keeps a gateway from refreshing this account meanwhile, whose token would be written over. */
  AccountLock.Held hold(CredentialStore.Stored stored) throws InterruptedException {
    AccountLock known = lock;
    if (known == null) {
      known = new FolderLock(store().folder());
      lock = known;
    }
    return known.hold(stored.lockName());
  }

  /** The account that has this number. */
  CredentialStore.Stored stored(String provider, int number) throws CredTrouble {
    return store().list().of(provider).stream()
        .filter(stored -> stored.number() == number)
        .findFirst()
        .orElseThrow(
            () ->
                new CredTrouble(
                    "%s has no account with the number %d; caravan cred list shows what there is"
                        .formatted(provider, number),
                    1));
  }

  AccountSources sources() {
    return new AccountSources(store());
  }

  /** The providers that people log in at, by name. */
  Map<String, Provider> providers() {
    Map<String, Provider> all = new TreeMap<>();
    for (String name : Catalogue.bundled().withAccounts()) {
      Catalogue.bundled().find(name).ifPresent(entry -> all.put(name, entry.provider()));
    }
    Path folder = RouteFolder.of(configuration()).resolve("providers");
    ProviderFiles.in(folder).forEach(provider -> all.put(provider.getName(), provider));
    all.values().removeIf(provider -> provider.oauth().isEmpty());
    return all;
  }

  /** The provider of a name. */
  Provider provider(String name) throws CredTrouble {
    Map<String, Provider> all = providers();
    Provider provider = all.get(name);
    if (provider == null) {
      throw new CredTrouble(
          "nobody logs in at '%s'%s; known: %s"
              .formatted(name, NearNames.hint(name, all.keySet()), String.join(", ", all.keySet())),
          2);
    }
    List<String> complaints = oauth(provider).complaints();
    if (!complaints.isEmpty()) {
      throw new CredTrouble("provider %s: %s".formatted(name, String.join("; ", complaints)), 1);
    }
    return provider;
  }

  static OAuth oauth(Provider provider) {
    return provider.oauth().orElseThrow();
  }

  AccountClient http(Provider provider) {
    Configuration c = configuration();
    OutboundProxies proxies =
        new OutboundProxies(
            c.find(Settings.HTTPS_PROXY).orElse(null),
            c.find(Settings.HTTP_PROXY).orElse(null),
            c.get(Settings.NO_PROXY));
    return new AccountHttp(
        "caravan/" + Version.number(),
        address -> proxies.to(address, provider.getProxyUrl()),
        Thread::sleep);
  }

  /** All accounts of all providers, as the gateway would find them. */
  Map<Provider, List<AccountSources.Found>> accounts() {
    Map<Provider, List<AccountSources.Found>> all = new LinkedHashMap<>();
    AccountSources sources = sources();
    for (Provider provider : providers().values()) {
      all.put(provider, sources.peek(provider.getName(), oauth(provider), variables()));
    }
    return all;
  }
}
