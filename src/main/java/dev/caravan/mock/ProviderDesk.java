package dev.caravan.mock;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for certain providers, below {@code /providers/NAME}: it answers at their own paths
 * what they were recorded to answer. A key names the case ({@code sk-rate-limit-1}); a key that
 * names none gets the case {@code stream} where a stream is asked for, {@code plain} otherwise. It
 * belongs to no event loop and keeps nothing.
 */
final class ProviderDesk {
  private static final String BELOW = "/providers/";
  private static final String FOLDER = "shapes/";
  private static final String JSON = "application/json";

  /** Read when somebody first asks. */
  private static final class Loaded {
    static final Map<String, List<Shape>> SHAPES = load();
  }

  private ProviderDesk() {}

  static boolean serves(String path) {
    return path.startsWith(BELOW);
  }

  /** The cases of each provider, by name. */
  static Map<String, List<String>> cases() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    Loaded.SHAPES.forEach(
        (provider, shapes) -> names.put(provider, shapes.stream().map(Shape::name).toList()));
    return names;
  }

  static void answer(String method, String path, byte[] body, Visit visit) {
    int slash = path.indexOf('/', BELOW.length());
    String provider =
        slash < 0 ? path.substring(BELOW.length()) : path.substring(BELOW.length(), slash);
    String rest = slash < 0 ? "" : path.substring(slash);
    List<Shape> shapes = Loaded.SHAPES.get(provider);
    if (shapes == null) {
      visit.refuse(
          Refusal.invalid(
              404,
              "The mock stands in for no provider '%s'. Known: %s."
                  .formatted(provider, String.join(", ", Loaded.SHAPES.keySet()))));
      return;
    }
    if (method.equals("GET") && rest.endsWith("/models")) {
      visit.answer(200, JSON, Buffer.buffer(models(shapes)));
      return;
    }
    Shape named = named(shapes, visit.key());
    Shape shape = named == null ? usual(shapes, method, Shape.endpoint(rest), body) : named;
    if (shape == null || !shape.method().equals(method)) {
      visit.refuse(Refusal.invalid(404, unknown(provider, shapes)));
    } else {
      visit.replay(shape.told());
    }
  }

  private static @Nullable Shape usual(
      List<Shape> shapes, String method, String path, byte[] body) {
    String usual = wantsStream(path, body) ? "stream" : "plain";
    return shapes.stream()
        .filter(shape -> shape.isAskedBy(method, path))
        .min(Comparator.comparing(shape -> !shape.name().equals(usual)))
        .orElse(null);
  }

  /** The longest name of a case that stands in the key as words of their own. */
  private static @Nullable Shape named(List<Shape> shapes, String key) {
    String words = "-" + key.replace('_', '-') + "-";
    return shapes.stream()
        .filter(shape -> words.contains("-" + shape.name() + "-"))
        .max(Comparator.comparingInt(shape -> shape.name().length()))
        .orElse(null);
  }

  private static boolean wantsStream(String path, byte[] body) {
    try {
      return path.contains(":stream")
          || (body.length > 0
              && ChatRequest.read(body, false).map(ChatRequest::stream).orElse(false));
    } catch (IOException e) {
      return false;
    }
  }

  private static String unknown(String provider, List<Shape> shapes) {
    return "No case of '%s' is asked for like this, with this key. Known: %s."
        .formatted(
            provider,
            shapes.stream()
                .map(shape -> "%s (%s %s)".formatted(shape.name(), shape.method(), shape.path()))
                .collect(Collectors.joining(", ")));
  }

  private static String models(List<Shape> shapes) {
    return shapes.stream()
        .map(Shape::model)
        .filter(model -> !model.isEmpty())
        .distinct()
        .map(model -> "{\"id\":" + Json.quoted(model) + "}")
        .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"));
  }

  private static Map<String, List<Shape>> load() {
    Map<String, List<Shape>> shapes = new LinkedHashMap<>();
    resource("index.txt")
        .lines()
        .forEach(
            line -> {
              int slash = line.indexOf('/');
              String name = line.substring(slash + 1);
              Shape shape = Shape.of(name, ShapeFile.read(resource(line + ".txt")));
              if (shape != null) {
                shapes.computeIfAbsent(line.substring(0, slash), _ -> new ArrayList<>()).add(shape);
              }
            });
    return shapes;
  }

  private static String resource(String name) {
    try (InputStream in = ProviderDesk.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("class path holds no " + FOLDER + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("class path: " + FOLDER + name + " cannot be read", e);
    }
  }
}
