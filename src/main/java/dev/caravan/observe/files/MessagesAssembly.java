package dev.caravan.observe.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.TreeMap;

/** Events of Anthropic's messages (http-api.md 4). */
final class MessagesAssembly extends Assembly {
  private static final String PARTIAL = "partial_json";

  private final ObjectNode message = NODES.objectNode();
  private final TreeMap<Integer, ObjectNode> blocks = new TreeMap<>();

  @Override
  void add(JsonNode event) {
    switch (event.path("type").asText("")) {
      case "message_start" -> {
        if (event.get("message") instanceof ObjectNode start) {
          message.setAll(start.deepCopy());
        }
      }
      case "content_block_start" -> {
        if (event.get("content_block") instanceof ObjectNode block) {
          blocks.put(event.path("index").asInt(), block.deepCopy());
        }
      }
      case "content_block_delta" ->
          delta(
              blocks.computeIfAbsent(event.path("index").asInt(), i -> NODES.objectNode()),
              event.path("delta"));
      case "message_delta" -> {
        if (event.get("delta") instanceof ObjectNode delta) {
          message.setAll(delta);
        }
        if (event.get("usage") instanceof ObjectNode usage) {
          message.withObject("/usage").setAll(usage);
        }
      }
      case "error" -> message.set("error", event.path("error"));
      default -> {}
    }
  }

  private static void delta(ObjectNode block, JsonNode delta) {
    switch (delta.path("type").asText("")) {
      case "text_delta" -> append(block, "text", delta.path("text").asText(""));
      case "thinking_delta" -> append(block, "thinking", delta.path("thinking").asText(""));
      case "signature_delta" -> append(block, "signature", delta.path("signature").asText(""));
      case "input_json_delta" -> append(block, PARTIAL, delta.path(PARTIAL).asText(""));
      case "citations_delta" -> block.withArray("/citations").add(delta.path("citation"));
      default -> {}
    }
  }

  @Override
  JsonNode answer() {
    ArrayNode content = NODES.arrayNode();
    for (ObjectNode block : blocks.values()) {
      JsonNode partial = block.remove(PARTIAL);
      if (partial != null) {
        block.set("input", input(partial.asText("")));
      }
      content.add(block);
    }
    message.set("content", content);
    return message;
  }

  private static JsonNode input(String json) {
    try {
      return json.isBlank() ? NODES.objectNode() : MaskedJson.TREES.readTree(json);
    } catch (JsonProcessingException cut) {
      return NODES.textNode(json);
    }
  }
}
