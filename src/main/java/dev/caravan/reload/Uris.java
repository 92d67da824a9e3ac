package dev.caravan.reload;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parts of an endpoint's URI, which may hold placeholders and so is none that java.net reads.
 */
final class Uris {
  private Uris() {}

  /** What stands before the first colon, empty when there is none. */
  static String scheme(String uri) {
    int colon = uri.indexOf(':');
    int query = uri.indexOf('?');
    return colon < 0 || (query >= 0 && query < colon)
        ? uri.substring(0, query < 0 ? uri.length() : query)
        : uri.substring(0, colon);
  }

  /** What stands between scheme and query, without the two slashes. */
  static String path(String uri) {
    int colon = uri.indexOf(':');
    String rest = colon < 0 ? "" : uri.substring(colon + 1);
    int query = rest.indexOf('?');
    String path = query < 0 ? rest : rest.substring(0, query);
    return path.startsWith("//") ? path.substring(2) : path;
  }

  /** The options in the query, in their order; a value in {@code RAW(...)} is given as it is. */
  static Map<String, String> options(String uri) {
    Map<String, String> options = new LinkedHashMap<>();
    int query = uri.indexOf('?');
    if (query < 0) {
      return options;
    }
    String text = uri.substring(query + 1);
    int at = 0;
    while (at < text.length()) {
      int end = endOfOption(text, at);
      String option = text.substring(at, end);
      int equals = option.indexOf('=');
      if (equals > 0) {
        options.put(option.substring(0, equals), option.substring(equals + 1));
      } else if (!option.isEmpty()) {
        options.put(option, "");
      }
      at = end + 1;
    }
    return options;
  }

  private static int endOfOption(String text, int from) {
    int raw = text.indexOf("=RAW", from);
    int end = text.indexOf('&', from);
    if (raw >= 0 && (end < 0 || raw < end) && raw + 4 < text.length()) {
      char close = text.charAt(raw + 4) == '{' ? '}' : ')';
      int closed = text.indexOf(close, raw + 5);
      end = closed < 0 ? -1 : text.indexOf('&', closed);
    }
    return end < 0 ? text.length() : end;
  }
}
