package dev.caravan.config;

import dev.caravan.config.Choice.OpenAccess;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the gateway may listen where it was told to (operations.md 3, http-api.md 1.2): a door
 * that the network can see needs a key that cannot be guessed, unless somebody says otherwise by
 * name. Immutable.
 */
public final class BindRule {
  private final Configuration configuration;
  private final ProxyKey key;

  public BindRule(Configuration configuration, ProxyKey key) {
    this.configuration = configuration;
    this.key = key;
  }

  /** Why it may not listen there, and what to do about it; empty when it may. */
  public Optional<String> refusal() {
    Optional<String> admin = adminRefusal();
    return admin.isPresent() ? admin : clientRefusal();
  }

  private Optional<String> adminRefusal() {
    boolean own = configuration.get(Settings.MANAGEMENT_PORT) != 0;
    Setting<String> door = own ? Settings.MANAGEMENT_HOST : Settings.HOST;
    String host = configuration.get(door);
    boolean isWeak =
        configuration
            .find(Settings.ADMIN_TOKEN)
            .filter(token -> token.length() < ProxyKey.SHORTEST_STRONG)
            .isPresent();
    return isWeak && !isLoopback(host)
        ? Optional.of(
            "%s %s can be reached from the network and ADMIN_TOKEN is shorter than %d characters; take another"
                .formatted(door, host, ProxyKey.SHORTEST_STRONG))
        : Optional.empty();
  }

  private Optional<String> clientRefusal() {
    String host = configuration.get(Settings.HOST);
    if (isLoopback(host)) {
      return Optional.empty();
    }
    if (key instanceof ProxyKey.NotNeeded && openAccess() != OpenAccess.REMOTE) {
      return Optional.of(
          "HOST %s can be reached from the network and no key is asked for; set PROXY_API_KEY, or ALLOW_UNAUTHENTICATED=remote if everybody may call"
              .formatted(host));
    }
    if (key.isWeak() && !configuration.get(Settings.ALLOW_WEAK_PROXY_KEY)) {
      return Optional.of(
          "HOST %s can be reached from the network and PROXY_API_KEY is easy to guess (the sample key, or shorter than %d characters); take another, or set ALLOW_WEAK_PROXY_KEY=true"
              .formatted(host, ProxyKey.SHORTEST_STRONG));
    }
    return Optional.empty();
  }

  /** What a user should know about who may come in, even though the gateway starts. */
  public List<Warning> warnings() {
    List<Warning> warnings = new ArrayList<>();
    if (key.isWeak()) {
      warnings.add(
          Warning.at(
              configuration.source(Settings.PROXY_API_KEY),
              "PROXY_API_KEY is easy to guess: it is the sample key, or shorter than %d characters"
                  .formatted(ProxyKey.SHORTEST_STRONG)));
    }
    switch (key) {
      case ProxyKey.NotNeeded _ ->
          warnings.add(
              openWarning(
                  "clients are not asked for a key; everybody who reaches the gateway spends your credentials"));
      case ProxyKey.FromConfiguration _, ProxyKey.Written _, ProxyKey.InMemory _ -> {
        if (openAccess() != OpenAccess.FALSE) {
          warnings.add(
              openWarning("ALLOW_UNAUTHENTICATED has no effect while PROXY_API_KEY is set"));
        }
      }
    }
    return warnings;
  }

  private Warning openWarning(String text) {
    return Warning.at(configuration.source(Settings.ALLOW_UNAUTHENTICATED), text);
  }

  private OpenAccess openAccess() {
    return configuration.get(Settings.ALLOW_UNAUTHENTICATED);
  }

  /** Never asks a name server: a name other than localhost may mean anything tomorrow. */
  static boolean isLoopback(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (bare.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(bare).isLoopbackAddress();
    } catch (IllegalArgumentException name) {
      return false;
    }
  }
}
