package dev.caravan.observe.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Chunks of chat completions (operations.md 13.2). */
final class ChatAssembly extends Assembly {
  private final ObjectNode answer = NODES.objectNode();
  private final ArrayNode choices = NODES.arrayNode();

  @Override
  void add(JsonNode event) {
    for (Map.Entry<String, JsonNode> member : event.properties()) {
      boolean isNews = !member.getValue().isNull() || !answer.has(member.getKey());
      if (!member.getKey().equals("choices") && isNews) {
        answer.set(member.getKey(), member.getValue());
      }
    }
    event.path("choices").forEach(this::choice);
  }

  private void choice(JsonNode part) {
    ObjectNode choice = at(choices, part.path("index").asInt(0));
    ObjectNode message = choice.withObject("/message");
    for (Map.Entry<String, JsonNode> member : part.properties()) {
      JsonNode value = member.getValue();
      switch (member.getKey()) {
        case "index" -> {}
        case "delta" -> value.properties().forEach(m -> merge(message, m.getKey(), m.getValue()));
        default -> {
          if (!value.isNull() || !choice.has(member.getKey())) {
            choice.set(member.getKey(), value);
          }
        }
      }
    }
  }

  private static void merge(ObjectNode message, String name, JsonNode value) {
    if (name.equals("tool_calls")) {
      for (JsonNode call : value) {
        toolCall(at(message.withArray("/tool_calls"), call.path("index").asInt(0)), call);
      }
    } else if (value.isTextual() && !name.equals("role")) {
      append(message, name, value.asText());
    } else if (value.isArray()) {
      message.withArray("/" + name).addAll((ArrayNode) value);
    } else if (!value.isNull()) {
      message.set(name, value);
    }
  }

  /** Only arguments come in pieces; some providers repeat id and name with each of them. */
  private static void toolCall(ObjectNode call, JsonNode part) {
    for (Map.Entry<String, JsonNode> member : part.properties()) {
      JsonNode value = member.getValue();
      if (member.getKey().equals("function")) {
        ObjectNode function = call.withObject("/function");
        for (Map.Entry<String, JsonNode> detail : value.properties()) {
          if (detail.getKey().equals("arguments")) {
            append(function, "arguments", detail.getValue().asText(""));
          } else if (!detail.getValue().isNull()) {
            function.set(detail.getKey(), detail.getValue());
          }
        }
      } else if (!value.isNull()) {
        call.set(member.getKey(), value);
      }
    }
  }

  @Override
  JsonNode answer() {
    for (JsonNode choice : choices) {
      if (choice.path("message").has("tool_calls") && choice instanceof ObjectNode whole) {
        whole.put("finish_reason", "tool_calls");
      }
    }
    if (answer.has("object")) {
      answer.put("object", "chat.completion");
    }
    answer.set("choices", choices);
    return answer;
  }
}
