package dev.caravan.observe.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the events of a stream together to the answer that they would have been without streaming,
 * so that people can read it. The format is told by the first event. Not thread-safe.
 */
abstract sealed class Assembly
    permits ChatAssembly, MessagesAssembly, ResponsesAssembly, GeminiAssembly, EventList {
  static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The one for a stream that begins with this event. */
  static Assembly beginningWith(JsonNode first) {
    String type = first.path("type").asText("");
    if (first.has("choices")) {
      return new ChatAssembly();
    }
    if (type.startsWith("message_") || type.startsWith("content_block") || type.equals("ping")) {
      return new MessagesAssembly();
    }
    if (type.startsWith("response.")) {
      return new ResponsesAssembly();
    }
    return first.has("candidates") ? new GeminiAssembly() : new EventList();
  }

  /** Adds an event. */
  abstract void add(JsonNode event);

  /** What has come together. */
  final JsonNode result() {
    JsonNode answer = answer();
    settle(answer);
    return answer;
  }

  abstract JsonNode answer();

  /** Adds a piece to a text that grows, without copying what is there. */
  static void append(ObjectNode to, String name, String more) {
    if (to.get(name) instanceof POJONode growing && growing.getPojo() instanceof StringBuilder sb) {
      sb.append(more);
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(to.path(name).asText("")).append(more);
    to.set(name, NODES.pojoNode(text));
  }

  static ObjectNode at(ArrayNode list, int index) {
    for (JsonNode item : list) {
      if (item.path("index").asInt(-1) == index && item instanceof ObjectNode known) {
        return known;
      }
    }
    ObjectNode fresh = list.addObject();
    fresh.put("index", index);
    return fresh;
  }

  /** Makes texts of what has grown. */
  private static void settle(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        @Nullable JsonNode text = grown(member.getValue());
        if (text != null) {
          member.setValue(text);
        } else {
          settle(member.getValue());
        }
      }
    } else if (node instanceof ArrayNode list) {
      list.forEach(Assembly::settle);
    }
  }

  private static @Nullable JsonNode grown(JsonNode node) {
    return node instanceof POJONode pojo && pojo.getPojo() instanceof StringBuilder text
        ? TextNode.valueOf(text.toString())
        : null;
  }
}
