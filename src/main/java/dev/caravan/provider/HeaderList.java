package dev.caravan.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Headers that somebody wrote down: lines of {@code Name: value}, or a JSON object of texts.
 *
 * @param headers in their order
 * @param fault what is wrong with the text, the end of a sentence that repeats no value; empty when
 *     nothing is
 */
public record HeaderList(Map<String, String> headers, String fault) {

  static final HeaderList EMPTY = new HeaderList(Map.of(), "");
  static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final String FORMS = "; legal: lines of Name: value, or {\"Name\":\"value\"}";

  public static HeaderList read(String text) {
    return text.strip().startsWith("{") ? json(text) : lines(text);
  }

  /** The same with every {@code ${VARIABLE}} in a value filled. */
  HeaderList filled(Function<String, @Nullable String> environment) {
    Map<String, String> filled = new LinkedHashMap<>();
    headers.forEach((name, value) -> filled.put(name, Placeholders.filled(value, environment)));
    return fault.isEmpty() ? checked(filled) : this;
  }

  /** The variables that values still name. */
  List<String> unfilled() {
    return headers.values().stream().flatMap(v -> Placeholders.in(v).stream()).distinct().toList();
  }

  /** The same as one JSON object. */
  String json() {
    return Json.TREES.valueToTree(headers).toString();
  }

  private static HeaderList lines(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      } else if (!line.isBlank()) {
        return faulty("have no colon in line " + number);
      }
    }
    return checked(headers);
  }

  private static HeaderList json(String text) {
    try {
      Map<String, String> headers = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> header : Json.TREES.readTree(text).properties()) {
        if (!header.getValue().isValueNode() || header.getValue().isNull()) {
          return faulty("hold something that is not a text");
        }
        headers.put(header.getKey(), header.getValue().asText());
      }
      return checked(headers);
    } catch (JsonProcessingException e) {
      return faulty("are not valid JSON");
    }
  }

  private static HeaderList checked(Map<String, String> headers) {
    for (Map.Entry<String, String> header : headers.entrySet()) {
      if (!NAME.matcher(header.getKey()).matches()) {
        return faulty("hold \"%s\", which is not a header name".formatted(header.getKey()));
      }
      if (header.getValue().chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
        return faulty("hold control characters in the value of " + header.getKey());
      }
    }
    return new HeaderList(Collections.unmodifiableMap(headers), "");
  }

  private static HeaderList faulty(String fault) {
    return new HeaderList(Map.of(), fault + FORMS);
  }
}
