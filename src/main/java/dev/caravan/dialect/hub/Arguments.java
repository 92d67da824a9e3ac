package dev.caravan.dialect.hub;

import dev.caravan.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;

/**
 * What a tool is called with: a JSON object, which some dialects write as such and others as a text
 * that holds it.
 */
public sealed interface Arguments {
  /** Written as an object. */
  record AsObject(Raw object) implements Arguments {}

  /** Written as a text; it may hold anything, also nothing. */
  record AsText(JsonText text) implements Arguments {}

  /** No arguments. */
  static Arguments none() {
    return new AsObject(Raw.of("{}"));
  }

  static Arguments of(JsonText text) {
    return new AsText(text);
  }

  static Arguments of(Raw value) {
    return value.isObject() ? new AsObject(value) : value.isString() ? of(value.text()) : none();
  }

  /**
   * As an object. An empty text is an empty object; what is no object is kept under {@code
   * raw_arguments}, so that nothing a model said is lost (http-api.md 4.4).
   */
  default Raw object() {
    return switch (this) {
      case AsObject(var object) -> object;
      case AsText(var text) -> {
        if (text.isBlank()) {
          yield Raw.of("{}");
        }
        byte[] json = text.string().strip().getBytes(StandardCharsets.UTF_8);
        if (json[0] == '{' && JsonBytes.isWhole(json, 0, json.length)) {
          yield Raw.of(json);
        }
        JsonWriter out = new JsonWriter(text.length() + 32);
        out.beginObject().member("raw_arguments", text).endObject();
        yield Raw.of(out.toBytes());
      }
    };
  }

  /** Writes them as a text; no arguments are an empty object. */
  default void writeText(JsonWriter out) {
    switch (this) {
      case AsObject(var object) -> out.beginString().part(object).endString();
      case AsText(var text) -> {
        if (text.isBlank()) {
          out.string("{}");
        } else {
          out.text(text);
        }
      }
    }
  }
}
