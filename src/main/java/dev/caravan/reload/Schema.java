package dev.caravan.reload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a JSON schema that Camel's own one for its YAML uses (draft-04), without its texts,
 * which are nine tenths of it. Immutable.
 *
 * @param type {@code object}, {@code array}, {@code string}, {@code number}, {@code boolean}, empty
 *     for any
 * @param ref name of the definition that stands here instead, empty for none
 * @param closed whether no other than the listed properties may be there
 * @param most how many properties may be there
 */
record Schema(
    String type,
    String ref,
    Map<String, Schema> properties,
    boolean closed,
    int most,
    List<String> required,
    @Nullable Schema items,
    List<Schema> anyOf,
    List<Schema> oneOf,
    @Nullable Schema not,
    List<String> values,
    Map<String, Schema> definitions) {

  private static final String DEFINITIONS = "#/items/definitions/";
  private static SoftReference<Schema> camels = new SoftReference<>(null);

  /** Camel's schema for its YAML, as shipped with camel-yaml-dsl; read when first needed. */
  static synchronized Schema ofCamel() {
    Schema known = camels.get();
    if (known == null) {
      known = read("schema/camelYamlDsl.json");
      camels = new SoftReference<>(known);
    }
    return known;
  }

  private static Schema read(String resource) {
    try (InputStream in = Schema.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("camel-yaml-dsl has no " + resource);
      }
      byte[] bytes = in.readAllBytes();
      try (JsonParser json = JsonBytes.parse(bytes, 0, bytes.length)) {
        json.nextToken();
        return new Draft().read(json);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The definition of a name. */
  Schema definition(String name) {
    Schema found = items == null ? null : items.definitions.get(name);
    if (found == null) {
      throw new IllegalStateException("Camel's schema has no " + name);
    }
    return found;
  }

  /** A schema while it is read. */
  private static final class Draft {
    private String type = "";
    private String ref = "";
    private Map<String, Schema> properties = Map.of();
    private boolean closed;
    private int most = Integer.MAX_VALUE;
    private List<String> required = List.of();
    private @Nullable Schema items;
    private List<Schema> anyOf = List.of();
    private List<Schema> oneOf = List.of();
    private @Nullable Schema not;
    private List<String> values = List.of();
    private Map<String, Schema> definitions = Map.of();

    /** Reads the object that begins at the current token. */
    Schema read(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        member(json, name);
      }
      return new Schema(
          type,
          ref,
          properties,
          closed,
          most,
          required,
          items,
          anyOf,
          oneOf,
          not,
          values,
          definitions);
    }

    private void member(JsonParser json, String name) throws IOException {
      switch (name) {
        case "type" -> type = json.getText();
        case "$ref" -> ref = json.getText().substring(DEFINITIONS.length());
        case "properties" -> properties = named(json);
        case "definitions" -> definitions = named(json);
        case "additionalProperties" -> closed = json.currentToken() == JsonToken.VALUE_FALSE;
        case "maxProperties" -> most = json.getIntValue();
        case "required" -> required = texts(json);
        case "enum" -> values = texts(json);
        case "items" -> items = new Draft().read(json);
        case "not" -> not = new Draft().read(json);
        case "anyOf" -> anyOf = all(json);
        case "oneOf" -> oneOf = all(json);
        default -> json.skipChildren();
      }
    }

    private static Map<String, Schema> named(JsonParser json) throws IOException {
      Map<String, Schema> all = new LinkedHashMap<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName().intern();
        json.nextToken();
        all.put(name, new Draft().read(json));
      }
      return all;
    }

    private static List<Schema> all(JsonParser json) throws IOException {
      List<Schema> all = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        all.add(new Draft().read(json));
      }
      return List.copyOf(all);
    }

    private static List<String> texts(JsonParser json) throws IOException {
      List<String> all = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        all.add(json.getText().intern());
      }
      return List.copyOf(all);
    }
  }
}
