package dev.caravan.observe.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Pieces of Gemini's answers: parts follow each other, and texts of one kind are joined. */
final class GeminiAssembly extends Assembly {
  private final ObjectNode answer = NODES.objectNode();
  private final ArrayNode candidates = NODES.arrayNode();

  @Override
  void add(JsonNode event) {
    for (Map.Entry<String, JsonNode> member : event.properties()) {
      if (!member.getKey().equals("candidates")) {
        answer.set(member.getKey(), member.getValue());
      }
    }
    for (JsonNode part : event.path("candidates")) {
      ObjectNode candidate = at(candidates, part.path("index").asInt(0));
      for (Map.Entry<String, JsonNode> member : part.properties()) {
        if (!member.getKey().equals("content")) {
          candidate.set(member.getKey(), member.getValue());
        }
      }
      content(candidate.withObject("/content"), part.path("content"));
    }
  }

  private static void content(ObjectNode content, JsonNode more) {
    if (more.has("role")) {
      content.set("role", more.get("role"));
    }
    ArrayNode parts = content.withArray("/parts");
    for (JsonNode part : more.path("parts")) {
      JsonNode last = parts.isEmpty() ? NODES.nullNode() : parts.get(parts.size() - 1);
      boolean continues =
          isText(part) && isText(last) && part.path("thought").equals(last.path("thought"));
      if (continues && last instanceof ObjectNode text) {
        append(text, "text", part.path("text").asText(""));
      } else {
        parts.add(part.deepCopy());
      }
    }
  }

  private static boolean isText(JsonNode part) {
    return part.has("text") && !part.has("thoughtSignature");
  }

  @Override
  JsonNode answer() {
    answer.set("candidates", candidates);
    return answer;
  }
}
