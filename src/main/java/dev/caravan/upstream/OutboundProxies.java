package dev.caravan.upstream;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Through which proxy a call leaves this machine (operations.md 5.1). A provider's own proxy wins;
 * of the general ones {@code HTTPS_PROXY} is for https addresses and {@code HTTP_PROXY} for http
 * addresses, except for what {@code NO_PROXY} names and for this machine itself. Immutable.
 *
 * <p>{@code NO_PROXY} is a list of hosts ({@code acme.example}, which stands for the hosts below it
 * too; {@code .acme.example} and {@code *.acme.example} for those alone), addresses, networks
 * ({@code 10.0.0.0/8}, {@code fd00::/8}), each with or without a port, or {@code *} for all.
 */
public final class OutboundProxies {

  /** Nothing but what providers have of their own. */
  public static final OutboundProxies NONE = new OutboundProxies(null, null, List.of());

  private final @Nullable URI https;
  private final @Nullable URI http;
  private final List<String> except;

  /**
   * Takes the general settings.
   *
   * @param https for https addresses, null for none
   * @param http for http addresses, null for none
   * @param except the entries of {@code NO_PROXY}
   */
  public OutboundProxies(@Nullable URI https, @Nullable URI http, List<String> except) {
    this.https = https;
    this.http = http;
    this.except = except.stream().map(entry -> entry.strip().toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * The address of the proxy to use, empty for none.
   *
   * @param own the provider's own proxy, empty when it has none
   */
  String of(String own, UpstreamTarget to) {
    if (!own.isEmpty()) {
      return own;
    }
    URI general = to.tls() ? https : http;
    return general == null || isExcepted(bare(to.host()), to.port()) ? "" : general.toString();
  }

  /**
   * The proxy to an address, for who speaks HTTP in another way; null for none.
   *
   * @param own the provider's own proxy, empty when it has none
   */
  public @Nullable URI to(URI address, String own) {
    String proxy = of(own, UpstreamTarget.of(address.toString()));
    return proxy.isEmpty() ? null : URI.create(proxy);
  }

  private boolean isExcepted(String host, int port) {
    @Nullable InetAddress address = literal(host);
    return isThisMachine(host, address)
        || except.stream().anyMatch(entry -> names(entry, host, address, port));
  }

  private static boolean isThisMachine(String host, @Nullable InetAddress address) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || (address != null && (address.isLoopbackAddress() || address.isAnyLocalAddress()));
  }

  private static boolean names(String entry, String host, @Nullable InetAddress address, int port) {
    if (entry.equals("*")) {
      return true;
    }
    if (entry.indexOf('/') > 0) {
      return address != null && isInNetwork(address, entry);
    }
    int colon = entry.lastIndexOf(':');
    boolean withPort = colon > 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
    if (withPort && !entry.substring(colon + 1).equals(Integer.toString(port))) {
      return false;
    }
    String name = bare(withPort ? entry.substring(0, colon) : entry);
    if (address != null) {
      return address.equals(literal(name));
    }
    String below = name.startsWith("*") ? name.substring(1) : name;
    return below.startsWith(".")
        ? host.endsWith(below)
        : host.equals(below) || host.endsWith("." + below);
  }

  private static boolean isInNetwork(InetAddress address, String network) {
    int slash = network.indexOf('/');
    @Nullable InetAddress start = literal(bare(network.substring(0, slash)));
    if (start == null || start.getAddress().length != address.getAddress().length) {
      return false;
    }
    int length = 8 * start.getAddress().length;
    try {
      int free = length - Integer.parseInt(network.substring(slash + 1));
      return free >= 0
          && free <= length
          && number(address).shiftRight(free).equals(number(start).shiftRight(free));
    } catch (NumberFormatException noNetwork) {
      return false;
    }
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  /** Never asks a name server. */
  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException name) {
      return null;
    }
  }

  private static String bare(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    boolean bracketed = lower.startsWith("[") && lower.endsWith("]");
    String name = bracketed ? lower.substring(1, lower.length() - 1) : lower;
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
