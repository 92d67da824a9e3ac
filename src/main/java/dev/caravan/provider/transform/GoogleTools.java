package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Where tools stand in requests and answers of Gemini's dialect. */
final class GoogleTools {
  private static final List<String> SCHEMAS = List.of("parametersJsonSchema", "parameters");

  private GoogleTools() {}

  static List<ObjectNode> declarations(ObjectNode request) {
    List<ObjectNode> declarations = new ArrayList<>();
    for (JsonNode tool : request.path("tools")) {
      declarations.addAll(Trees.objects(tool.path("functionDeclarations")));
    }
    return declarations;
  }

  /** The parameters of a function, null when it has none. */
  static @org.jspecify.annotations.Nullable ObjectNode schema(ObjectNode declaration) {
    for (String name : SCHEMAS) {
      if (declaration.path(name) instanceof ObjectNode schema) {
        return schema;
      }
    }
    return null;
  }

  /** Calls and responses of a request's history, or calls of an answer. */
  static List<ObjectNode> uses(ObjectNode requestOrAnswer) {
    List<ObjectNode> uses = new ArrayList<>();
    requestOrAnswer.path("contents").forEach(content -> uses(content, uses));
    requestOrAnswer.path("candidates").forEach(candidate -> uses(candidate.path("content"), uses));
    return uses;
  }

  private static void uses(JsonNode content, List<ObjectNode> into) {
    for (JsonNode part : content.path("parts")) {
      for (String kind : List.of("functionCall", "functionResponse")) {
        if (part.path(kind) instanceof ObjectNode use) {
          into.add(use);
        }
      }
    }
  }

  /** The functions of which the model has to call one, null for no such list. */
  static @org.jspecify.annotations.Nullable ArrayNode allowed(ObjectNode request) {
    return request.at("/toolConfig/functionCallingConfig/allowedFunctionNames")
            instanceof ArrayNode names
        ? names
        : null;
  }

  /** Visits a schema and every schema in it; names of properties are no keywords. */
  static void visit(JsonNode schema, Consumer<ObjectNode> visitor) {
    if (!(schema instanceof ObjectNode object)) {
      return;
    }
    visitor.accept(object);
    for (String named : List.of("properties", "patternProperties", "$defs", "definitions")) {
      object.path(named).forEach(property -> visit(property, visitor));
    }
    for (String one : List.of("items", "additionalProperties", "not", "contains")) {
      visit(object.path(one), visitor);
    }
    for (String several : List.of("anyOf", "oneOf", "allOf", "prefixItems")) {
      object.path(several).forEach(option -> visit(option, visitor));
    }
  }
}
