package dev.caravan.upstream;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Headers that a hook adds to a request for a provider. */
final class ExtraHeaders {
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Set<String> NOT_ITS_OWN =
      Set.of("host", "content-length", "transfer-encoding", "connection", "content-type");

  private ExtraHeaders() {}

  /**
   * Reads lines of {@code Name: value}.
   *
   * @throws IllegalStateException when one is none, or names a header that is the connection's
   */
  static Map<String, String> read(String lines) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : lines.lines().toList()) {
      if (line.isBlank()) {
        continue;
      }
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      boolean isGood =
          NAME.matcher(name).matches()
              && !NOT_ITS_OWN.contains(name.toLowerCase(Locale.ROOT))
              && value.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 127);
      if (!isGood) {
        throw new IllegalStateException(
            "it set upstreamHeaders with a line that is no header, or one that is the connection's");
      }
      headers.put(name, value);
    }
    return headers;
  }
}
