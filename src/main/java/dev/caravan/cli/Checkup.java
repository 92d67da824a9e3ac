package dev.caravan.cli;

import dev.caravan.Gateway;
import dev.caravan.config.BindRule;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.config.Settings;
import dev.caravan.oauth.CredentialStore;
import dev.caravan.pool.Pool;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks at everything that a start depends on, without changing anything: no key is made, the
 * gateway's own port is not taken, and providers are only called when asked for.
 */
final class Checkup {
  private static final int PATIENCE_MILLIS = 3_000;

  private final Map<String, String> flags;
  private final Map<String, String> environment;
  private final boolean online;
  private final Configuration configuration;
  private final List<Finding> findings = new ArrayList<>();

  Checkup(Map<String, String> flags, Map<String, String> environment, boolean online) {
    this.flags = flags;
    this.environment = environment;
    this.online = online;
    this.configuration =
        Configuration.load(Configuration.home(flags, environment), flags, environment);
  }

  List<Finding> run() {
    java();
    clock();
    home();
    secretsFile();
    settings();
    clientKey();
    accounts();
    port();
    gateway();
    return List.copyOf(findings);
  }

  private void accounts() {
    try {
      CredentialStore.Listing listing = CredentialStore.of(configuration).list();
      for (CredentialStore.Trouble trouble : listing.troubles()) {
        findings.add(Finding.warn("accounts", "%s: %s".formatted(trouble.file(), trouble.what())));
      }
      if (!listing.accounts().isEmpty()) {
        findings.add(
            Finding.ok("accounts", "%d files can be read".formatted(listing.accounts().size())));
      }
    } catch (IllegalArgumentException e) {
      findings.add(Finding.fail("accounts", String.valueOf(e.getMessage())));
    }
  }

  private void java() {
    findings.add(
        Finding.ok(
            "java",
            "%s, %s"
                .formatted(System.getProperty("java.version"), System.getProperty("java.vendor"))));
  }

  private void clock() {
    int year = Year.now(ZoneOffset.UTC).getValue();
    findings.add(
        year < 2025
            ? Finding.fail(
                "clock",
                "the year is %d; set the clock, or tokens seem to have expired".formatted(year))
            : Finding.ok("clock", "the year is %d".formatted(year)));
  }

  private void home() {
    Path home = configuration.home();
    if (!Files.isDirectory(home)) {
      findings.add(
          Finding.fail(
              "home", "%s is no folder; make it, or name another with --home".formatted(home)));
    } else if (!Files.isWritable(home)) {
      findings.add(
          Finding.warn(
              "home",
              "%s cannot be written; a new client key would be lost at the end".formatted(home)));
    } else {
      findings.add(Finding.ok("home", home.toString()));
    }
  }

  private void secretsFile() {
    Path file = configuration.home().resolve(".env");
    if (!Files.exists(file)) {
      findings.add(
          Finding.ok(".env", "there is none; the first start makes one with a client key"));
      return;
    }
    try {
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
      boolean open =
          modes.contains(PosixFilePermission.OTHERS_READ)
              || modes.contains(PosixFilePermission.GROUP_READ);
      findings.add(
          open
              ? Finding.warn(".env", "others can read it; chmod 600 " + file)
              : Finding.ok(".env", file.toString()));
    } catch (IOException | UnsupportedOperationException e) {
      findings.add(Finding.warn(".env", "its permissions cannot be read: " + e.getMessage()));
    }
  }

  private void settings() {
    if (configuration.warnings().isEmpty()) {
      findings.add(Finding.ok("settings", "every value parses"));
    }
    configuration
        .warnings()
        .forEach(warning -> findings.add(Finding.warn("settings", warning.toString())));
  }

  /** The key as it is; an absent one is only made by a start. */
  private ProxyKey proxyKey() {
    Optional<String> set = configuration.find(Settings.PROXY_API_KEY);
    return set.isPresent()
        ? new ProxyKey.FromConfiguration(set.get(), configuration.source(Settings.PROXY_API_KEY))
        : new ProxyKey.InMemory("made-by-the-first-start", "none is set");
  }

  private void clientKey() {
    ProxyKey key = proxyKey();
    Optional<String> refusal = new BindRule(configuration, key).refusal();
    if (refusal.isPresent()) {
      findings.add(Finding.fail("client key", refusal.get()));
    } else if (key instanceof ProxyKey.InMemory) {
      findings.add(Finding.ok("client key", "none yet; the first start makes one"));
    } else if (key.isWeak()) {
      findings.add(
          Finding.warn("client key", "PROXY_API_KEY is easy to guess; use 16 characters or more"));
    } else {
      findings.add(
          Finding.ok("client key", "set by " + configuration.source(Settings.PROXY_API_KEY)));
    }
  }

  private void port() {
    int port = configuration.get(Settings.PORT);
    String host = configuration.get(Settings.HOST);
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(numeric(host)), port));
      findings.add(Finding.ok("port", "%s:%d is free".formatted(host, port)));
    } catch (IOException e) {
      findings.add(
          Finding.fail(
              "port",
              "%s:%d cannot be had (%s); choose another with --port"
                  .formatted(host, port, e.getMessage())));
    } catch (IllegalArgumentException e) {
      findings.add(
          Finding.warn(
              "port", "HOST %s is not an address, so the port was not tried".formatted(host)));
    }
  }

  private static String numeric(String host) {
    return host.equals("localhost") ? "127.0.0.1" : host;
  }

  /**
   * Starts everything but the public port, which proves the route files, the providers and their
   * pools.
   */
  private void gateway() {
    Path routes = RouteFolder.of(configuration);
    if (!Files.isDirectory(routes)) {
      findings.add(
          Finding.fail(
              "routes", "there is no folder %s; name one with --routes".formatted(routes)));
      return;
    }
    Map<String, String> aside = new TreeMap<>(flags);
    aside.put("PORT", "0");
    aside.put("MANAGEMENT_PORT", "0");
    aside.put("HOST", "127.0.0.1");
    aside.put("STATE_STORE", "memory");
    Configuration trial = Configuration.load(configuration.home(), aside, environment);
    ProxyKey key = proxyKey();
    try (Gateway gateway = Gateway.start(key.appliedTo(trial), key, routes)) {
      findings.add(
          Finding.ok(
              "routes",
              "%s: %d routes start".formatted(routes, gateway.context().getRoutesSize())));
      providers(gateway);
    } catch (Exception e) {
      findings.add(Finding.fail("routes", "%s: %s".formatted(routes, e.getMessage())));
    }
  }

  private void providers(Gateway gateway) {
    if (gateway.hasMock()) {
      findings.add(
          Finding.warn(
              "providers",
              "none is set up, so only the built-in mock answers; set GROQ_API_KEY or another"));
      return;
    }
    for (Map.Entry<String, Provider> provider :
        new TreeMap<>(gateway.context().getRegistry().findByTypeWithName(Provider.class))
            .entrySet()) {
      Pool pool = gateway.pools().find(provider.getKey());
      int keys = pool == null ? 0 : pool.credentials().size();
      String words =
          "%s, %d %s"
              .formatted(
                  provider.getValue().getBaseUrl(), keys, keys == 1 ? "credential" : "credentials");
      findings.add(
          online
              ? reach(provider.getKey(), provider.getValue(), words)
              : Finding.ok(provider.getKey(), words));
    }
  }

  private static Finding reach(String name, Provider provider, String words) {
    URI uri = URI.create(provider.getBaseUrl());
    int port = uri.getPort() > 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port), PATIENCE_MILLIS);
      return Finding.ok(name, words + ", reachable");
    } catch (IOException e) {
      return Finding.fail(
          name,
          "%s, but %s:%d cannot be reached: %s"
              .formatted(words, uri.getHost(), port, e.getMessage()));
    }
  }
}
