package dev.caravan.upstream;

import dev.caravan.provider.Glob;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Message;

/**
 * The headers of providers that clients may see: nothing but what an allow list names, and never
 * those that speak of a connection, of a body's wire form, of cookies or of origins (http-api.md
 * 1.5). Immutable.
 */
public final class PassedHeaders {

  /** Lets none through. */
  public static final PassedHeaders NONE = new PassedHeaders(List.of());

  private static final Set<String> NEVER =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "keep-alive",
          "set-cookie",
          "set-cookie2",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "www-authenticate");
  private static final List<String> NEVER_BEGIN =
      List.of("access-control-", "proxy-", "x-gateway-", "camel");

  private final List<String> patterns;

  /**
   * Takes an allow list.
   *
   * @param patterns shell patterns, upper and lower case alike
   */
  public PassedHeaders(List<String> patterns) {
    this.patterns = patterns.stream().map(p -> p.strip().toLowerCase(Locale.ROOT)).toList();
  }

  /** Puts what may pass on an answer; several values of one name stay several. */
  void copy(MultiMap from, Message to) {
    if (patterns.isEmpty()) {
      return;
    }
    Map<String, List<String>> passed = new TreeMap<>();
    for (String name : from.names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (passes(lower)) {
        passed.putIfAbsent(lower, from.getAll(name));
      }
    }
    passed.forEach(
        (name, values) -> to.setHeader(name, values.size() == 1 ? values.getFirst() : values));
  }

  private boolean passes(String name) {
    return !NEVER.contains(name)
        && NEVER_BEGIN.stream().noneMatch(name::startsWith)
        && patterns.stream().anyMatch(pattern -> Glob.matches(pattern, name));
  }
}
