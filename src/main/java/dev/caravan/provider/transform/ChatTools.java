package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What Qwen Code and iFlow want of a chat request in common (providers.md 7, 8). */
final class ChatTools {
  static final List<String> TAKEN =
      List.of(
          "model",
          "messages",
          "temperature",
          "top_p",
          "max_tokens",
          "stream",
          "tools",
          "tool_choice",
          "presence_penalty",
          "frequency_penalty",
          "n",
          "stop",
          "seed",
          "response_format");

  private static final List<String> REFUSED = List.of("strict", "additionalProperties");

  private ChatTools() {}

  /** Takes out of the tools what these servers stumble over, at every depth of their schemas. */
  static void clean(ObjectNode body) {
    for (ObjectNode tool : Trees.objects(body.path("tools"))) {
      if (tool.path("function") instanceof ObjectNode function) {
        function.remove(REFUSED);
        schema(function.path("parameters"));
      }
    }
  }

  private static void schema(JsonNode node) {
    if (!(node instanceof ObjectNode schema)) {
      return;
    }
    schema.remove(REFUSED);
    // the names of properties are the client's, whatever they are
    schema.path("properties").forEach(ChatTools::schema);
    schema(schema.path("items"));
    for (String choice : List.of("anyOf", "oneOf", "allOf", "prefixItems")) {
      schema.path(choice).forEach(ChatTools::schema);
    }
    schema.path("$defs").forEach(ChatTools::schema);
  }

  /** Adds a tool that does nothing. */
  static void placeholder(ObjectNode body, String name, String description) {
    ObjectNode tool = body.putArray("tools").addObject().put("type", "function");
    ObjectNode function = tool.putObject("function").put("name", name);
    function.put("description", description);
    function.putObject("parameters").put("type", "object").putObject("properties");
  }
}
