package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Functions as Code Assist's models call them (providers.md 5.5): they do not call one without
 * parameters, and know {@code nullable} where JSON schema has a list of types.
 */
final class ConfirmedTools implements BodyTransform {
  static final String CONFIRM = "_confirm";

  @Override
  public String name() {
    return "confirmed-tools";
  }

  @Override
  public String does() {
    return "a function without parameters gets a required `_confirm`, which is taken out of the call again; `type: [X, null]` becomes"
        + " `type: X, nullable: true`, and `strict` is left out";
  }

  @Override
  public String onlyWith() {
    return "functionDeclarations";
  }

  @Override
  public void request(ObjectNode body, String model) {
    for (ObjectNode declaration : GoogleTools.declarations(body)) {
      declaration.remove("strict");
      ObjectNode schema = GoogleTools.schema(declaration);
      if (schema != null) {
        GoogleTools.visit(schema, ConfirmedTools::plain);
      }
      if (hasNoParameters(schema)) {
        declaration.remove("parameters");
        ObjectNode confirmed = declaration.putObject("parametersJsonSchema");
        confirmed.put("type", "object");
        confirmed
            .putObject("properties")
            .putObject(CONFIRM)
            .put("type", "string")
            .put("description", "Say yes to go ahead.");
        confirmed.putArray("required").add(CONFIRM);
      }
    }
  }

  private static boolean hasNoParameters(@Nullable ObjectNode schema) {
    return schema == null
        || (schema.path("properties").isEmpty()
            && schema.path("type").asText("object").equalsIgnoreCase("object")
            && !schema.has("anyOf")
            && !schema.has("oneOf")
            && !schema.has("allOf")
            && !schema.path("additionalProperties").isObject());
  }

  private static void plain(ObjectNode schema) {
    schema.remove("strict");
    if (!(schema.path("type") instanceof ArrayNode types)) {
      return;
    }
    List<JsonNode> others = new ArrayList<>();
    boolean nullable = false;
    for (JsonNode type : types) {
      if (type.asText().equals("null")) {
        nullable = true;
      } else {
        others.add(type);
      }
    }
    if (!nullable) {
      return;
    }
    schema.put("nullable", true);
    if (others.isEmpty()) {
      schema.remove("type");
    } else if (others.size() == 1) {
      schema.set("type", others.getFirst());
    } else {
      schema.putArray("type").addAll(others);
    }
  }

  @Override
  public String answersOnlyWith() {
    return CONFIRM;
  }

  @Override
  public boolean changesAnswers() {
    return true;
  }

  @Override
  public void answer(ObjectNode answer) {
    for (ObjectNode use : GoogleTools.uses(answer)) {
      if (use.path("args") instanceof ObjectNode arguments
          && arguments.size() == 1
          && arguments.has(CONFIRM)) {
        arguments.removeAll();
      }
    }
  }
}
