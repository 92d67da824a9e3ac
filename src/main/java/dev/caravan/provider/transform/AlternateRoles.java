package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** User and assistant in turn, as Perplexity wants them (providers.md 11). */
final class AlternateRoles implements BodyTransform {
  @Override
  public String name() {
    return "alternate-roles";
  }

  @Override
  public String does() {
    return "messages of the same role that follow each other become one; results of tools become texts of the user";
  }

  @Override
  public void request(ObjectNode body, String model) {
    List<ObjectNode> messages = Trees.messages(body);
    if (messages.isEmpty()) {
      return;
    }
    ArrayNode merged = body.putArray("messages");
    ObjectNode last = null;
    for (ObjectNode message : messages) {
      message.remove("tool_calls");
      if (message.path("role").asText().equals("tool")) {
        message.put("role", "user").remove("tool_call_id");
      }
      if (last != null && last.path("role").equals(message.path("role"))) {
        join(last, message);
      } else {
        merged.add(message);
        last = message;
      }
    }
  }

  private static void join(ObjectNode into, ObjectNode next) {
    JsonNode content = next.path("content");
    if (content.isArray() || into.path("content").isArray()) {
      ArrayNode parts = into.arrayNode();
      add(parts, into.path("content"));
      add(parts, content);
      into.set("content", parts);
    } else {
      into.put("content", into.path("content").asText("") + "\n" + content.asText(""));
    }
  }

  private static void add(ArrayNode parts, JsonNode content) {
    if (content instanceof ArrayNode more) {
      parts.addAll(more);
    } else if (!content.asText("").isEmpty()) {
      parts.addObject().put("type", "text").put("text", content.asText());
    }
  }
}
