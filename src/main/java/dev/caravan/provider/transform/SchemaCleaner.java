package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leaves of a schema what Antigravity takes for a family of models (providers.md 6.4). Only
 * keywords are looked at: a property that is named like one stays.
 */
final class SchemaCleaner {
  private static final Set<String> META =
      Set.of(
          "$id",
          "$ref",
          "$defs",
          "$schema",
          "$comment",
          "$vocabulary",
          "$dynamicRef",
          "$dynamicAnchor",
          "definitions",
          "default",
          "examples",
          "title",
          "strict");
  private static final Set<String> OF_CLAUDE =
      Set.of(
          "minItems",
          "maxItems",
          "pattern",
          "minLength",
          "maxLength",
          "format",
          "minimum",
          "maximum",
          "minProperties",
          "maxProperties",
          "not",
          "prefixItems");
  private static final Set<String> OF_BOTH =
      Set.of(
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "uniqueItems",
          "contains",
          "minContains",
          "maxContains",
          "unevaluatedItems",
          "propertyNames",
          "unevaluatedProperties",
          "dependentRequired",
          "dependentSchemas",
          "contentEncoding",
          "contentMediaType",
          "contentSchema",
          "deprecated",
          "readOnly",
          "writeOnly",
          "if",
          "then",
          "else");

  private final boolean claude;

  private SchemaCleaner(boolean claude) {
    this.claude = claude;
  }

  /** What is left of it. */
  static ObjectNode cleaned(ObjectNode schema, boolean claude) {
    return new SchemaCleaner(claude).schema(schema);
  }

  private ObjectNode schema(ObjectNode schema) {
    ObjectNode from = schema;
    if (claude) {
      from = merged(from);
      ObjectNode chosen = chosen(from);
      if (chosen != null) {
        return chosen;
      }
    }
    ObjectNode to = from.objectNode();
    from.properties().forEach(member -> keyword(member.getKey(), member.getValue(), to));
    JsonNode only = from.get("const");
    if (only != null) {
      to.putArray("enum").add(only);
      if (!to.has("type")) {
        to.put("type", typeOf(only));
      }
    }
    return to;
  }

  private void keyword(String name, JsonNode value, ObjectNode to) {
    if (META.contains(name) || OF_BOTH.contains(name) || name.equals("const")) {
      return;
    }
    if (claude && OF_CLAUDE.contains(name)) {
      return;
    }
    switch (name) {
      case "properties", "patternProperties" -> {
        ObjectNode properties = to.putObject(name);
        value.properties().forEach(p -> properties.set(p.getKey(), any(p.getValue())));
      }
      case "items", "not" -> to.set(name, any(value));
      case "anyOf", "oneOf", "allOf", "prefixItems" -> {
        ArrayNode options = to.putArray(name);
        value.forEach(option -> options.add(any(option)));
      }
      case "additionalProperties" -> additional(value, to);
      default -> to.set(name, value);
    }
  }

  private JsonNode any(JsonNode value) {
    return value instanceof ObjectNode schema ? schema(schema) : value;
  }

  private void additional(JsonNode value, ObjectNode to) {
    if (!claude) {
      to.set("additionalProperties", any(value));
    } else if (value.isBoolean()) {
      to.set("additionalProperties", value);
    } else if (value.isObject() && value.isEmpty()) {
      to.put("additionalProperties", true);
    }
  }

  /** All parts of {@code allOf} in one: later properties win, of other keywords the first. */
  private static ObjectNode merged(ObjectNode schema) {
    if (!(schema.path("allOf") instanceof ArrayNode parts)) {
      return schema;
    }
    ObjectNode all = schema.deepCopy();
    all.remove("allOf");
    Set<String> required = new LinkedHashSet<>();
    all.path("required").forEach(name -> required.add(name.asText()));
    for (JsonNode part : parts) {
      if (!(part instanceof ObjectNode one)) {
        continue;
      }
      ObjectNode whole = merged(one);
      whole
          .properties()
          .forEach(
              member -> {
                switch (member.getKey()) {
                  case "properties" ->
                      Trees.object(all, "properties").setAll(objectOf(member.getValue(), all));
                  case "required" -> member.getValue().forEach(n -> required.add(n.asText()));
                  default -> {
                    if (!all.has(member.getKey())) {
                      all.set(member.getKey(), member.getValue());
                    }
                  }
                }
              });
    }
    if (!required.isEmpty()) {
      ArrayNode names = all.putArray("required");
      required.forEach(names::add);
    }
    return all;
  }

  private static ObjectNode objectOf(JsonNode value, ObjectNode maker) {
    return value instanceof ObjectNode object ? object : maker.objectNode();
  }

  /** One schema in place of alternatives, null when there are none. */
  private @Nullable ObjectNode chosen(ObjectNode schema) {
    List<ObjectNode> options = new ArrayList<>();
    options.addAll(Trees.objects(schema.path("anyOf")));
    options.addAll(Trees.objects(schema.path("oneOf")));
    if (options.isEmpty()) {
      return null;
    }
    ObjectNode rest = schema.deepCopy();
    rest.remove(List.of("anyOf", "oneOf"));
    ObjectNode values = enumeration(options, rest);
    if (values != null) {
      return values;
    }
    ObjectNode best = options.getFirst();
    for (ObjectNode option : options) {
      best = score(option) > score(best) ? option : best;
    }
    ObjectNode chosen = schema(best.deepCopy());
    schema(rest)
        .properties()
        .forEach(
            member -> {
              if (!chosen.has(member.getKey())) {
                chosen.set(member.getKey(), member.getValue());
              }
            });
    describe(chosen, rest.path("description").asText(""), best, options);
    return chosen;
  }

  private static void describe(
      ObjectNode chosen, String parent, ObjectNode best, List<ObjectNode> options) {
    String child = best.path("description").asText("");
    String text =
        parent.isEmpty() ? child : child.isEmpty() ? parent : "%s (%s)".formatted(parent, child);
    Set<String> types = new LinkedHashSet<>();
    options.forEach(option -> types.add(kind(option)));
    if (types.size() > 1) {
      String accepts = "Accepts: " + String.join(" | ", types);
      text = text.isEmpty() ? accepts : text + " " + accepts;
    }
    if (!text.isEmpty()) {
      chosen.put("description", text);
    }
  }

  /** Options that are nothing but values, as one list of texts. */
  private static @Nullable ObjectNode enumeration(List<ObjectNode> options, ObjectNode rest) {
    Set<String> values = new LinkedHashSet<>();
    for (ObjectNode option : options) {
      boolean plain = !option.has("properties") && !option.has("items");
      if (!plain || !(option.has("const") || option.path("enum").isArray())) {
        return null;
      }
      if (option.has("const")) {
        values.add(option.path("const").asText());
      }
      option.path("enum").forEach(value -> values.add(value.asText()));
    }
    ObjectNode all = rest.objectNode().put("type", "string");
    ArrayNode list = all.putArray("enum");
    values.forEach(list::add);
    if (rest.has("description")) {
      all.set("description", rest.get("description"));
    }
    return all;
  }

  private static int score(ObjectNode option) {
    return switch (kind(option)) {
      case "object" -> 3;
      case "array" -> 2;
      case "null" -> 0;
      default -> 1;
    };
  }

  private static String kind(ObjectNode option) {
    String type = option.path("type").asText("");
    if (!type.isEmpty()) {
      return type;
    }
    return option.has("properties")
        ? "object"
        : option.has("items") ? "array" : option.has("const") ? typeOf(option.get("const")) : "any";
  }

  private static String typeOf(JsonNode value) {
    return value.isBoolean()
        ? "boolean"
        : value.isIntegralNumber() ? "integer" : value.isNumber() ? "number" : "string";
  }
}
