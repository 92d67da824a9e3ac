package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Holds Gemini 3 to the parameters of its functions: it tends to fall back on those of tools that
 * it was trained with (providers.md 5.5). Names get a prefix that no such tool has, objects are
 * closed, and the parameters are said once more in words.
 */
final class Gemini3Tools implements BodyTransform {
  private static final Pattern THREE = Pattern.compile("(.*/)?gemini-3[-.].*");
  private static final int LONGEST_NAME = 64;
  private static final int LISTED_VALUES = 5;

  static final String TOOL_FIX = "gemini3ToolFix";
  static final String PREFIX = "gemini3ToolPrefix";
  static final String STRICT = "gemini3StrictSchema";
  static final String DESCRIPTION = "gemini3DescriptionPrompt";
  static final String INSTRUCTION = "gemini3SystemInstruction";

  private static final String USUAL_DESCRIPTION =
      "\n\nTakes exactly these parameters, under these names: {params}";
  private static final String USUAL_INSTRUCTION =
      "The functions that you can call are those of this request and no others. Their schemas alone say which parameters there are:"
          + " use the names that stand there, letter by letter, give a list where a list is asked for, fill in every required field,"
          + " nested ones too, and add none of your own.";

  private final boolean active;
  private final String prefix;
  private final boolean strict;
  private final String description;
  private final String instruction;

  Gemini3Tools() {
    this(true, "gemini3_", true, USUAL_DESCRIPTION, USUAL_INSTRUCTION);
  }

  private Gemini3Tools(
      boolean active, String prefix, boolean strict, String description, String instruction) {
    this.active = active;
    this.prefix = prefix;
    this.strict = strict;
    this.description = description;
    this.instruction = instruction;
  }

  @Override
  public Gemini3Tools with(Map<String, String> options) {
    return new Gemini3Tools(
        Trees.isOn(options.getOrDefault(TOOL_FIX, "true")),
        options.getOrDefault(PREFIX, prefix),
        Trees.isOn(options.getOrDefault(STRICT, "true")),
        options.getOrDefault(DESCRIPTION, description),
        options.getOrDefault(INSTRUCTION, instruction));
  }

  @Override
  public String name() {
    return "gemini3-tools";
  }

  @Override
  public String does() {
    return "for `gemini-3`: names of functions get the prefix `gemini3_`, which answers lose again, objects take no further properties, descriptions"
        + " tell the parameters, and the instruction says that the schemas alone count; `GEMINI3_*` of [settings.md](settings.md) change it";
  }

  @Override
  public boolean concerns(String model) {
    return active && THREE.matcher(model).matches();
  }

  @Override
  public String onlyWith() {
    return "functionDeclarations";
  }

  @Override
  public void request(ObjectNode body, String model) {
    List<ObjectNode> declarations = GoogleTools.declarations(body);
    if (declarations.isEmpty()) {
      return;
    }
    declarations.forEach(this::declaration);
    GoogleTools.uses(body).forEach(this::prefixed);
    ArrayNode allowed = GoogleTools.allowed(body);
    if (allowed != null) {
      for (int i = 0; i < allowed.size(); i++) {
        allowed.set(i, allowed.textNode(prefixed(allowed.get(i).asText())));
      }
    }
    if (!instruction.isEmpty()) {
      Trees.systemTextFirst(body, instruction);
    }
  }

  private void declaration(ObjectNode declaration) {
    prefixed(declaration);
    ObjectNode schema = GoogleTools.schema(declaration);
    if (schema == null) {
      return;
    }
    if (strict) {
      GoogleTools.visit(schema, Gemini3Tools::close);
    }
    String parameters = parameters(schema, true);
    if (!description.isEmpty() && !parameters.isEmpty()) {
      declaration.put(
          "description",
          declaration.path("description").asText("") + description.replace("{params}", parameters));
    }
  }

  private static void close(ObjectNode schema) {
    if (schema.path("properties").isObject()
        && !schema.path("properties").isEmpty()
        && !schema.has("additionalProperties")) {
      schema.put("additionalProperties", false);
    }
  }

  private void prefixed(ObjectNode named) {
    if (named.path("name").isTextual()) {
      named.put("name", prefixed(named.path("name").asText()));
    }
  }

  /** A name that would become too long stays as it is, everywhere. */
  private String prefixed(String name) {
    return name.length() + prefix.length() > LONGEST_NAME ? name : prefix + name;
  }

  @Override
  public String answersOnlyWith() {
    return prefix;
  }

  @Override
  public boolean changesAnswers() {
    return active && !prefix.isEmpty();
  }

  @Override
  public void answer(ObjectNode answer) {
    for (ObjectNode use : GoogleTools.uses(answer)) {
      String name = use.path("name").asText("");
      if (name.startsWith(prefix)) {
        use.put("name", name.substring(prefix.length()));
      }
    }
  }

  /**
   * The properties of an object, as {@code name (TYPE, REQUIRED)} or {@code name: TYPE REQUIRED}.
   */
  static String parameters(ObjectNode schema, boolean outermost) {
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    List<String> all = new ArrayList<>();
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String name = property.getKey();
              String type = type(property.getValue(), outermost);
              boolean needed = required.contains(name);
              all.add(
                  outermost
                      ? "%s (%s%s)".formatted(name, type, needed ? ", REQUIRED" : "")
                      : "%s: %s%s".formatted(name, type, needed ? " REQUIRED" : ""));
            });
    return String.join(", ", all);
  }

  private static String type(JsonNode schema, boolean outermost) {
    if (schema.has("const")) {
      return "string CONST='%s'".formatted(schema.path("const").asText());
    }
    if (schema.path("enum") instanceof ArrayNode values && !values.isEmpty()) {
      return values.size() > LISTED_VALUES
          ? "string ENUM[%d options]".formatted(values.size())
          : "string ENUM[%s]".formatted(quoted(values));
    }
    String type = schema.path("type").asText("");
    boolean object = type.equals("object") || schema.path("properties").isObject();
    if (type.equals("array")) {
      return array(schema.path("items"), outermost);
    }
    if (object && outermost && schema instanceof ObjectNode nested) {
      String inner = parameters(nested, false);
      return inner.isEmpty() ? "object" : "object{%s}".formatted(inner);
    }
    return object ? "object" : type.isEmpty() ? "any" : type;
  }

  private static String array(JsonNode items, boolean outermost) {
    String of = items.path("type").asText("");
    if (of.equals("object") || items.path("properties").isObject()) {
      String inner =
          outermost && items instanceof ObjectNode nested ? parameters(nested, false) : "";
      return inner.isEmpty() ? "ARRAY_OF_OBJECTS" : "ARRAY_OF_OBJECTS[%s]".formatted(inner);
    }
    return of.isEmpty() ? "ARRAY" : "ARRAY_OF_" + of.toUpperCase(java.util.Locale.ROOT);
  }

  private static String quoted(ArrayNode values) {
    List<String> all = new ArrayList<>();
    values.forEach(value -> all.add("'" + value.asText() + "'"));
    return String.join(", ", all);
  }
}
