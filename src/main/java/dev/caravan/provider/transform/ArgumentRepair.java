package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.dialect.JsonBytes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Arguments that a model wrote as a text where its tool takes a list or an object, or with line
 * ends that were escaped once too often (providers.md 6.5). What the schema calls a string stays
 * one.
 */
final class ArgumentRepair implements BodyTransform {
  static final String ACTIVE = "jsonStrings";
  private static final int DEEPEST = 32;

  private static final class Mapper {
    static final ObjectMapper TREES =
        new ObjectMapper(JsonBytes.FACTORY.copy())
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  private final boolean active;
  private final Map<String, JsonNode> schemas = new HashMap<>();

  ArgumentRepair() {
    this(true);
  }

  private ArgumentRepair(boolean active) {
    this.active = active;
  }

  @Override
  public ArgumentRepair with(Map<String, String> options) {
    return new ArgumentRepair(Trees.isOn(options.getOrDefault(ACTIVE, "true")));
  }

  @Override
  public String name() {
    return "argument-repair";
  }

  @Override
  public String does() {
    return "arguments of a call that were written as a text where the tool takes a list or an object become one, and line ends that were escaped twice"
        + " are line ends; `ENABLE_JSON_STRING_PARSING` of [settings.md](settings.md) switches it";
  }

  @Override
  public boolean concerns(String model) {
    return active;
  }

  @Override
  public boolean isPerCall() {
    return active;
  }

  @Override
  public BodyTransform forCall(String client, ReasoningMemory memory) {
    return active ? new ArgumentRepair(true) : this;
  }

  @Override
  public String onlyWith() {
    return "functionDeclarations";
  }

  @Override
  public void request(ObjectNode body, String model) {
    schemas.clear();
    for (ObjectNode declaration : GoogleTools.declarations(body)) {
      ObjectNode schema = GoogleTools.schema(declaration);
      if (schema != null) {
        schemas.put(declaration.path("name").asText(""), schema.deepCopy());
      }
    }
  }

  @Override
  public boolean changesAnswers() {
    return active;
  }

  @Override
  public String answersOnlyWith() {
    return "functionCall";
  }

  @Override
  public void answer(ObjectNode answer) {
    for (ObjectNode use : GoogleTools.uses(answer)) {
      if (use.path("args") instanceof ObjectNode arguments) {
        use.set("args", repaired(arguments, schemaOf(use.path("name").asText("")), 0));
      }
    }
  }

  /** Later transforms may have put something before the name. */
  private @Nullable JsonNode schemaOf(String name) {
    JsonNode exact = schemas.get(name);
    if (exact != null) {
      return exact;
    }
    return schemas.keySet().stream()
        .filter(name::endsWith)
        .max(java.util.Comparator.comparingInt(String::length))
        .map(schemas::get)
        .orElse(null);
  }

  /**
   * A value as its schema has it.
   *
   * @param schema null when nothing is known of it
   */
  static JsonNode repaired(JsonNode value, @Nullable JsonNode schema, int depth) {
    if (depth > DEEPEST) {
      return value;
    }
    return switch (value) {
      case ObjectNode object -> {
        object
            .properties()
            .forEach(
                member ->
                    member.setValue(
                        repaired(member.getValue(), property(schema, member.getKey()), depth + 1)));
        yield object;
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          JsonNode items = schema == null ? null : schema.get("items");
          array.set(i, repaired(array.get(i), items, depth + 1));
        }
        yield array;
      }
      case TextNode text -> text(text, schema, depth);
      default -> value;
    };
  }

  private static @Nullable JsonNode property(@Nullable JsonNode schema, String name) {
    if (schema == null) {
      return null;
    }
    JsonNode named = schema.path("properties").get(name);
    JsonNode others = schema.get("additionalProperties");
    return named != null ? named : others != null && others.isObject() ? others : null;
  }

  private static JsonNode text(TextNode value, @Nullable JsonNode schema, int depth) {
    JsonNode structure = structure(value.asText(), schema);
    if (structure != null) {
      return repaired(structure, schema, depth + 1);
    }
    String said = value.asText();
    boolean escaped = said.contains("\\n") || said.contains("\\t");
    boolean quoted = said.contains("\\\"") || said.contains("\\\\");
    return escaped && !quoted
        ? TextNode.valueOf(said.replace("\\n", "\n").replace("\\t", "\t"))
        : value;
  }

  /** The list or object that a text is, null when it is none or is to stay a text. */
  private static @Nullable JsonNode structure(String said, @Nullable JsonNode schema) {
    String text = said.strip();
    boolean object = text.startsWith("{");
    if (!object && !text.startsWith("[")) {
      return null;
    }
    Set<String> types = types(schema);
    boolean wanted = types.isEmpty() || types.contains(object ? "object" : "array");
    if (!wanted || types.contains("string")) {
      return null;
    }
    JsonNode whole = read(text);
    int end = text.lastIndexOf(object ? '}' : ']');
    return whole != null || end < 0 ? whole : read(text.substring(0, end + 1));
  }

  /** What a schema takes, empty when it does not say. */
  private static Set<String> types(@Nullable JsonNode schema) {
    Set<String> types = new HashSet<>();
    if (schema == null) {
      return types;
    }
    JsonNode said = schema.path("type");
    if (said.isTextual()) {
      types.add(said.asText().toLowerCase(java.util.Locale.ROOT));
    }
    said.forEach(one -> types.add(one.asText().toLowerCase(java.util.Locale.ROOT)));
    if (types.isEmpty() && (schema.has("enum") || schema.has("const"))) {
      types.add("string");
    }
    return types;
  }

  private static @Nullable JsonNode read(String text) {
    try {
      JsonNode tree = Mapper.TREES.readTree(text);
      return tree != null && tree.isContainerNode() ? tree : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
