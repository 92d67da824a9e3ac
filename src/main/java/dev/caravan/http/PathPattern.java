package dev.caravan.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The path of a {@code platform-http:} endpoint: {@code /a/{name}/b}, with {@code *} at its end, or
 * plain.
 *
 * @param text as declared, without the star
 * @param open whether more segments may follow
 * @param inside whether more letters may follow in the last segment, as in {@code /a*}
 */
public record PathPattern(String text, boolean open, boolean inside, String[] segments) {

  /** Reads what an endpoint declares. */
  public static PathPattern of(String declared, boolean matchOnPrefix) {
    boolean star = declared.endsWith("*");
    String text = star ? declared.substring(0, declared.length() - 1) : declared;
    text = text.startsWith("/") ? text : "/" + text;
    String path = withoutTrailingSlash(text);
    return new PathPattern(path, star || matchOnPrefix, star && !text.endsWith("/"), split(path));
  }

  /** Whether it stands for one path only. */
  public boolean isExact() {
    return !open && text.indexOf('{') < 0;
  }

  /** The values of the path's parameters, or null when it does not match. */
  public @Nullable Map<String, String> match(String path) {
    if (text.indexOf('{') < 0) {
      return fits(path) ? Map.of() : null;
    }
    String[] there = split(path);
    if (there.length < segments.length || (!open && there.length > segments.length)) {
      return null;
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < segments.length; i++) {
      if (segments[i].startsWith("{") && segments[i].endsWith("}")) {
        values.put(segments[i].substring(1, segments[i].length() - 1), decode(there[i]));
      } else if (!segments[i].equals(there[i])) {
        return null;
      }
    }
    return values;
  }

  private boolean fits(String path) {
    return path.equals(text)
        || (open
            && path.startsWith(text)
            && (inside || text.equals("/") || path.charAt(text.length()) == '/'));
  }

  private static String decode(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  private static String[] split(String path) {
    return path.substring(1).split("/", -1);
  }

  static String withoutTrailingSlash(String path) {
    if (path.isEmpty()) {
      return "/"; // the client sent nothing but a query
    }
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
