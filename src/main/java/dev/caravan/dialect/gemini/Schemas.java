package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Schemas from Google's form to JSON schema, and from JSON schema to what Gemini takes of it
 * (providers.md 5.5). Neither changes an order.
 *
 * <p>Google's own form is that of OpenAPI 3.0 with types in capitals, {@code nullable}, and limits
 * that may be written as texts. Towards Gemini, references are put in where they point, {@code
 * const} becomes {@code enum}, and what only other providers know is left out.
 */
final class Schemas {
  private static final int DEEPEST = 64;

  private enum Way {
    FROM_GOOGLE,
    TO_GEMINI
  }

  private final Way way;
  private final Raw root;
  private final List<String> inside = new ArrayList<>();

  private Schemas(Way way, Raw root) {
    this.way = way;
    this.root = root;
  }

  static Raw fromGoogle(Raw schema) throws IOException {
    return new Schemas(Way.FROM_GOOGLE, schema).converted();
  }

  /** The schema as Gemini takes it; the very same when there is nothing to change. */
  static Raw toGemini(Raw schema) {
    if (!holds(schema, "\"$") && !holds(schema, "\"const\"") && !holds(schema, "\"strict\"")) {
      return schema;
    }
    try {
      return new Schemas(Way.TO_GEMINI, schema).converted();
    } catch (IOException e) {
      return schema; // it has been read as JSON before, so this does not happen
    }
  }

  private static boolean holds(Raw schema, String ascii) {
    byte[] word = ascii.getBytes(StandardCharsets.US_ASCII);
    for (int i = schema.start(); i + word.length <= schema.end(); i++) {
      int k = 0;
      while (k < word.length && schema.bytes()[i + k] == word[k]) {
        k++;
      }
      if (k == word.length) {
        return true;
      }
    }
    return false;
  }

  private Raw converted() throws IOException {
    JsonWriter out = new JsonWriter(root.length() + 64);
    schema(root, out, 0);
    return Raw.of(out.toBytes());
  }

  private static JsonReader reader(Raw raw) throws IOException {
    JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end());
    json.next();
    return json;
  }

  private void schema(Raw raw, JsonWriter out, int depth) throws IOException {
    if (!raw.isObject() || depth > DEEPEST) {
      out.raw(raw);
      return;
    }
    boolean nullable = way == Way.FROM_GOOGLE && isNullable(raw);
    out.beginObject();
    members(raw, nullable, out, depth);
    out.endObject();
  }

  private void members(Raw raw, boolean nullable, JsonWriter out, int depth) throws IOException {
    try (JsonReader json = reader(raw)) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        member(
            way == Way.FROM_GOOGLE ? Spelling.camel(name) : name, json.raw(), nullable, out, depth);
      }
    }
  }

  private void member(String name, Raw value, boolean nullable, JsonWriter out, int depth)
      throws IOException {
    switch (name) {
      case "type" -> {
        out.name("type");
        if (way == Way.FROM_GOOGLE) {
          type(value, nullable, out);
        } else {
          out.raw(value);
        }
      }
      case "properties", "patternProperties" -> {
        out.name(name);
        named(value, out, depth);
      }
      case "$defs", "definitions" -> {
        if (way == Way.FROM_GOOGLE) {
          out.name(name);
          named(value, out, depth);
        }
      }
      case "items", "additionalProperties", "not", "contains" -> {
        out.name(name);
        schema(value, out, depth + 1);
      }
      case "anyOf", "oneOf", "allOf", "prefixItems" -> {
        out.name(name);
        list(value, out, depth);
      }
      case "$ref" -> reference(value, out, depth);
      default -> other(name, value, out);
    }
  }

  private void other(String name, Raw value, JsonWriter out) {
    if (way == Way.TO_GEMINI) {
      switch (name) {
        case "$schema", "strict", "$comment" -> {}
        case "const" -> out.name("enum").beginArray().raw(value).endArray();
        default -> out.member(name, value);
      }
      return;
    }
    switch (name) {
      case "nullable", "propertyOrdering" -> {}
      case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties" ->
          out.member(name, value.isString() ? Raw.of(digits(value)) : value);
      default -> out.member(name, value);
    }
  }

  private static String digits(Raw text) {
    String said = text.text().string();
    return said.matches("-?\\d{1,18}") ? said : "0";
  }

  private void named(Raw map, JsonWriter out, int depth) throws IOException {
    if (!map.isObject()) {
      out.raw(map);
      return;
    }
    out.beginObject();
    try (JsonReader json = reader(map)) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        out.name(name);
        schema(json.raw(), out, depth + 1);
      }
    }
    out.endObject();
  }

  private void list(Raw schemas, JsonWriter out, int depth) throws IOException {
    if (!schemas.isArray()) {
      out.raw(schemas);
      return;
    }
    out.beginArray();
    try (JsonReader json = reader(schemas)) {
      while (json.nextElement()) {
        schema(json.raw(), out, depth + 1);
      }
    }
    out.endArray();
  }

  private static boolean isNullable(Raw schema) throws IOException {
    try (JsonReader json = reader(schema)) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("nullable") && json.isTrue()) {
          return true;
        }
        json.skip();
      }
    }
    return false;
  }

  private static void type(Raw value, boolean nullable, JsonWriter out) throws IOException {
    if (value.isString() && !nullable) {
      out.string(lower(value));
      return;
    }
    out.beginArray();
    if (value.isArray()) {
      try (JsonReader json = reader(value)) {
        while (json.nextElement()) {
          out.string(lower(json.raw()));
        }
      }
    } else {
      out.string(lower(value));
    }
    if (nullable) {
      out.string("null");
    }
    out.endArray();
  }

  private static String lower(Raw word) {
    return word.text().string().toLowerCase(Locale.ROOT);
  }

  /** What is pointed to, in place of the pointer; one that points back into itself is left out. */
  private void reference(Raw value, JsonWriter out, int depth) throws IOException {
    if (way == Way.FROM_GOOGLE) {
      out.member("$ref", value);
      return;
    }
    String pointer = value.text().string();
    Raw target = inside.contains(pointer) ? null : find(pointer);
    if (target != null && target.isObject()) {
      inside.add(pointer);
      members(target, false, out, depth + 1);
      inside.remove(pointer);
    }
  }

  private @Nullable Raw find(String pointer) throws IOException {
    String[] path = pointer.split("/", -1);
    if (path.length != 3 || !path[0].equals("#")) {
      return null;
    }
    Raw at = root;
    for (int i = 1; i < path.length && at != null; i++) {
      at = memberOf(at, path[i].replace("~1", "/").replace("~0", "~"));
    }
    return at;
  }

  private static @Nullable Raw memberOf(Raw object, String wanted) throws IOException {
    if (!object.isObject()) {
      return null;
    }
    try (JsonReader json = reader(object)) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        Raw value = json.raw();
        if (name.equals(wanted)) {
          return value;
        }
      }
    }
    return null;
  }
}
