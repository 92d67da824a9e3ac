package dev.caravan.mock;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one provider answers in one case, as it was recorded. Immutable.
 *
 * @param name of the case, {@code rate-limit}
 * @param method with which it is asked for
 * @param path at the provider, with {@code *} for a model in it; empty while nobody has seen it
 * @param model that it was recorded with, empty when none stands in the request
 * @param answer a status, headers, an empty line, the body
 */
record Shape(String name, String method, String path, String model, String answer) {
  private static final Pattern MODEL_IN_PATH = Pattern.compile("(?<=/models/)[^/:]+(?=:)");
  private static final Pattern MODEL_IN_BODY = Pattern.compile("\"model\" : \"([^\"]+)\"");
  private static final Pattern IN_SECONDS = Pattern.compile("\\{in (\\d+) s(, (ms|iso))?}");

  /**
   * What goes over the wire.
   *
   * @param headers besides the content type
   * @param events whether the pieces are events of a stream
   * @param pieces of the body
   */
  record Told(
      int status, List<Map.Entry<String, String>> headers, boolean events, List<String> pieces) {}

  /** The case of a file, null for one in which nothing is answered. */
  static @Nullable Shape of(String name, ShapeFile file) {
    String gets = file.section(ShapeFile.GETS);
    String page = file.section(ShapeFile.QUOTA);
    String answer = page == null ? file.section(ShapeFile.ANSWER) : page;
    if (answer == null) {
      return null;
    }
    if (gets == null) {
      return new Shape(name, page == null ? "POST" : "GET", "", "", answer);
    }
    String[] line = gets.lines().findFirst().orElse("").split(" ", 2);
    Matcher inPath = MODEL_IN_PATH.matcher(line[1]);
    Matcher inBody = MODEL_IN_BODY.matcher(gets);
    String model = inPath.find() ? inPath.group() : inBody.find() ? inBody.group(1) : "";
    return new Shape(name, line[0], endpoint(line[1]), model, answer);
  }

  /** A path without its query and without the model in it. */
  static String endpoint(String path) {
    int query = path.indexOf('?');
    return MODEL_IN_PATH.matcher(query < 0 ? path : path.substring(0, query)).replaceFirst("*");
  }

  boolean isAskedBy(String asked, String at) {
    return method.equals(asked) && path.equals(at);
  }

  /** The answer of this moment. */
  Told told() {
    String[] parts = filled(answer).split("\n\n", 2);
    List<String> head = parts[0].lines().toList();
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String header : head.subList(1, head.size())) {
      int colon = header.indexOf(':');
      headers.add(
          Map.entry(header.substring(0, colon).strip(), header.substring(colon + 1).strip()));
    }
    String body = parts.length < 2 ? "" : parts[1];
    boolean events = body.startsWith("data:") || body.startsWith("event:") || body.startsWith(":");
    List<String> pieces = new ArrayList<>();
    if (events) {
      for (String event : body.split("\n\n", -1)) {
        pieces.add(event + "\n\n");
      }
    } else {
      pieces.add(body);
    }
    return new Told(Integer.parseInt(head.getFirst().strip()), headers, events, pieces);
  }

  /** {@code {in 60 s}} is an epoch in seconds, with {@code , ms} or {@code , iso} another form. */
  private static String filled(String text) {
    return IN_SECONDS
        .matcher(text)
        .replaceAll(
            match -> {
              long at = System.currentTimeMillis() + 1000 * Long.parseLong(match.group(1));
              return switch (String.valueOf(match.group(3))) {
                case "ms" -> Long.toString(at);
                case "iso" -> Instant.ofEpochMilli(at).toString();
                default -> Long.toString(Math.round(at / 1000.0));
              };
            });
  }
}
