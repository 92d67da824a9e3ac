package dev.caravan.observe.files;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.observe.Redaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON whose every text has passed the masks, and is still JSON afterwards: what was sent is copied
 * token by token, and each string of it masked by itself, by its value and by its name.
 */
final class MaskedJson {
  static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY);
  private static final SerializableString LINE_END = new SerializedString("\n");

  /** Writes an object. */
  @FunctionalInterface
  interface Members {
    void write(MaskedJson json) throws IOException;
  }

  private final Redaction redaction;
  private final JsonGenerator json;

  private MaskedJson(Redaction redaction, JsonGenerator json) {
    this.redaction = redaction;
    this.json = json;
  }

  /** An object for people, on many lines. */
  static byte[] pretty(Redaction redaction, Members members) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
      json.setPrettyPrinter(
          new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)));
      object(redaction, json, members);
    }
    out.write('\n');
    return out.toByteArray();
  }

  /** Adds an object on one line. */
  static void line(Redaction redaction, ByteArrayOutputStream out, Members members)
      throws IOException {
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      object(redaction, json, members);
      json.writeRaw(LINE_END.getValue());
    }
  }

  private static void object(Redaction redaction, JsonGenerator json, Members members)
      throws IOException {
    json.writeStartObject();
    members.write(new MaskedJson(redaction, json));
    json.writeEndObject();
  }

  MaskedJson text(String name, @Nullable String value) throws IOException {
    json.writeFieldName(name);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeString(redaction.mask(value));
    }
    return this;
  }

  MaskedJson number(String name, long value) throws IOException {
    json.writeNumberField(name, value);
    return this;
  }

  MaskedJson value(String name, @Nullable Object plain) throws IOException {
    json.writeFieldName(name);
    JsonBytes.write(json, plain);
    return this;
  }

  MaskedJson object(String name, Members members) throws IOException {
    json.writeObjectFieldStart(name);
    members.write(this);
    json.writeEndObject();
    return this;
  }

  /** A list of objects. */
  <T> MaskedJson list(String name, Iterable<T> items, Item<T> each) throws IOException {
    json.writeArrayFieldStart(name);
    for (T item : items) {
      json.writeStartObject();
      each.write(this, item);
      json.writeEndObject();
    }
    json.writeEndArray();
    return this;
  }

  /** Writes the members of one object of a list. */
  @FunctionalInterface
  interface Item<T> {
    void write(MaskedJson json, T item) throws IOException;
  }

  /** Headers by name; several of one name with commas between them. */
  MaskedJson headers(String name, Iterable<Map.Entry<String, String>> headers) throws IOException {
    json.writeObjectFieldStart(name);
    Map<String, String> all = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(h -> all.merge(h.getKey(), h.getValue(), (one, two) -> one + ", " + two));
    for (Map.Entry<String, String> header : all.entrySet()) {
      json.writeStringField(
          redaction.mask(header.getKey()), redaction.mask(header.getKey(), header.getValue()));
    }
    json.writeEndObject();
    return this;
  }

  /** A body: JSON as such, anything else as a text, nothing as null. */
  MaskedJson body(String name, byte @Nullable [] bytes, int start, int end) throws IOException {
    json.writeFieldName(name);
    if (bytes == null || start == end) {
      json.writeNull();
    } else if (JsonBytes.isWhole(bytes, start, end)) {
      try (JsonParser parser = JsonBytes.parse(bytes, start, end)) {
        copy(parser);
      }
    } else {
      json.writeString(
          redaction.mask(new String(bytes, start, end - start, StandardCharsets.UTF_8)));
    }
    return this;
  }

  MaskedJson body(String name, byte @Nullable [] bytes) throws IOException {
    return body(name, bytes, 0, bytes == null ? 0 : bytes.length);
  }

  MaskedJson tree(String name, JsonNode tree) throws IOException {
    json.writeFieldName(name);
    try (JsonParser parser = TREES.treeAsTokens(tree)) {
      copy(parser);
    }
    return this;
  }

  private void copy(JsonParser from) throws IOException {
    String name = "";
    for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
      switch (token) {
        case FIELD_NAME -> {
          name = from.currentName();
          json.writeFieldName(redaction.mask(name));
        }
        case VALUE_STRING -> json.writeString(redaction.mask(name, from.getText()));
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(name, from.getText());
        case START_ARRAY -> json.writeStartArray();
        case END_ARRAY -> json.writeEndArray();
        case START_OBJECT -> json.writeStartObject();
        case END_OBJECT -> {
          json.writeEndObject();
          name = "";
        }
        case VALUE_TRUE -> json.writeBoolean(true);
        case VALUE_FALSE -> json.writeBoolean(false);
        default -> json.writeNull();
      }
    }
  }

  /** As it was written, digit for digit, unless it is a secret. */
  private void number(String name, String digits) throws IOException {
    String shown = redaction.mask(name, digits);
    if (shown.equals(digits)) {
      json.writeNumber(digits);
    } else {
      json.writeString(shown);
    }
  }
}
