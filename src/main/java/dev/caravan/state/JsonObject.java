package dev.caravan.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is read with patience: what is missing, or of another type than expected, is
 * the default. Jackson's tree would do the same and takes a while to load at the start.
 */
record JsonObject(Map<String, @Nullable Object> fields) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads an object.
   *
   * @throws IOException if the bytes are no JSON object
   */
  static JsonObject parse(byte[] bytes) throws IOException {
    try (JsonParser json = JSON.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is no JSON object");
      }
      return new JsonObject(object(json));
    }
  }

  private static Map<String, @Nullable Object> object(JsonParser json) throws IOException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      fields.put(name, value(json));
    }
    return fields;
  }

  private static @Nullable Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> array(json);
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static List<@Nullable Object> array(JsonParser json) throws IOException {
    List<@Nullable Object> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(json));
    }
    return values;
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  @Nullable String text(String name) {
    return fields.get(name) instanceof String text ? text : null;
  }

  String text(String name, String otherwise) {
    return fields.get(name) instanceof String text ? text : otherwise;
  }

  /** 0 when it is missing or no number that can be. */
  double decimal(String name) {
    return fields.get(name) instanceof Double number && Double.isFinite(number) ? number : 0;
  }

  /** Exact up to 2^53, far beyond any count. */
  long number(String name) {
    return (long) decimal(name);
  }

  long number(String name, long otherwise) {
    return fields.get(name) instanceof Double number ? number.longValue() : otherwise;
  }

  boolean flag(String name) {
    return fields.get(name) instanceof Boolean flag && flag;
  }

  JsonObject object(String name) {
    return of(fields.get(name));
  }

  /** The members that are objects, by name. */
  Map<String, JsonObject> objects() {
    Map<String, JsonObject> objects = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (value instanceof Map) {
            objects.put(name, of(value));
          }
        });
    return objects;
  }

  /** The elements of a list that are objects. */
  List<JsonObject> list(String name) {
    if (!(fields.get(name) instanceof List<?> values)) {
      return List.of();
    }
    List<JsonObject> objects = new ArrayList<>(values.size());
    for (Object value : values) {
      if (value instanceof Map) {
        objects.add(of(value));
      }
    }
    return objects;
  }

  @SuppressWarnings("unchecked") // only object() above makes maps
  private static JsonObject of(@Nullable Object value) {
    return new JsonObject(value instanceof Map ? (Map<String, @Nullable Object>) value : Map.of());
  }
}
