package dev.caravan.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which consumer serves which path. Exact paths win over patterns, longer patterns over shorter
 * ones. A trailing slash counts for nothing, and GET serves HEAD. Thread-safe.
 */
final class RouteTable {

  /** What a path led to. */
  sealed interface Found {
    record Consumer(StreamingHttpConsumer consumer, Map<String, String> parameters)
        implements Found {}

    /** The path is known, the method is not. */
    record OtherMethods(String allow) implements Found {}

    record Nothing() implements Found {}
  }

  private static final Found NOTHING = new Found.Nothing();

  private final Map<String, List<StreamingHttpConsumer>> exact = new ConcurrentHashMap<>();
  private final List<StreamingHttpConsumer> patterns = new CopyOnWriteArrayList<>();

  void add(StreamingHttpConsumer consumer) {
    if (consumer.path().isExact()) {
      exact
          .computeIfAbsent(consumer.path().text(), path -> new CopyOnWriteArrayList<>())
          .add(consumer);
    } else {
      patterns.add(consumer);
      patterns.sort(
          Comparator.comparingInt((StreamingHttpConsumer c) -> c.path().text().length())
              .reversed());
    }
  }

  void remove(StreamingHttpConsumer consumer) {
    patterns.remove(consumer);
    List<StreamingHttpConsumer> same = exact.get(consumer.path().text());
    if (same != null) {
      same.remove(consumer);
    }
  }

  Found find(String rawPath, String method) {
    String path = withoutTrailingSlash(rawPath);
    List<StreamingHttpConsumer> here = exact.getOrDefault(path, List.of());
    for (int i = 0; i < here.size(); i++) {
      if (here.get(i).serves(method)) {
        return here.get(i).foundExactly();
      }
    }
    for (StreamingHttpConsumer candidate : patterns) {
      Map<String, String> parameters =
          candidate.serves(method) ? candidate.path().match(path) : null;
      if (parameters != null) {
        return new Found.Consumer(candidate, parameters);
      }
    }
    return otherMethods(path, here);
  }

  private Found otherMethods(String path, List<StreamingHttpConsumer> here) {
    TreeSet<String> allowed = new TreeSet<>();
    Stream.concat(here.stream(), patterns.stream().filter(c -> c.path().match(path) != null))
        .forEach(c -> allowed.addAll(c.methods()));
    return allowed.isEmpty() ? NOTHING : new Found.OtherMethods(String.join(", ", allowed));
  }

  private static String withoutTrailingSlash(String path) {
    if (path.isEmpty()) {
      return "/"; // the client sent nothing but a query
    }
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /**
   * The path of a {@code platform-http:} endpoint: {@code /a/{name}/b}, with {@code *} at its end,
   * or plain.
   *
   * @param text as declared, without the star
   * @param open whether more segments may follow
   * @param inside whether more letters may follow in the last segment, as in {@code /a*}
   */
  record Path(String text, boolean open, boolean inside, String[] segments) {

    static Path of(String declared, boolean matchOnPrefix) {
      boolean star = declared.endsWith("*");
      String text = star ? declared.substring(0, declared.length() - 1) : declared;
      text = text.startsWith("/") ? text : "/" + text;
      String path = withoutTrailingSlash(text);
      return new Path(path, star || matchOnPrefix, star && !text.endsWith("/"), split(path));
    }

    boolean isExact() {
      return !open && text.indexOf('{') < 0;
    }

    /** The values of the path's parameters, or null when it does not match. */
    @Nullable Map<String, String> match(String path) {
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
  }
}
