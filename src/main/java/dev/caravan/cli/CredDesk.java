package dev.caravan.cli;

import dev.caravan.Version;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import dev.caravan.oauth.AccountHttp;
import dev.caravan.oauth.AccountSources;
import dev.caravan.oauth.CredentialStore;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.NearNames;
import dev.caravan.provider.Provider;
import dev.caravan.provider.ProviderFiles;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.OAuth;
import dev.caravan.upstream.OutboundProxies;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command about accounts works with; needs no running gateway. */
final class CredDesk {
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

  private @Nullable Configuration loaded;

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

  CredentialStore store() {
    return new CredentialStore(configuration().get(Settings.OAUTH_CREDS_DIR));
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

  /** Something that a command cannot do, and its exit code. */
  static final class CredTrouble extends Exception {
    private static final long serialVersionUID = 1L;
    final int code;

    CredTrouble(String message, int code) {
      super(message);
      this.code = code;
    }
  }
}
