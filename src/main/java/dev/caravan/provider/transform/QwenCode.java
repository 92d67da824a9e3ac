package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the portal of Qwen Code takes and answers (providers.md 7). */
final class QwenCode implements BodyTransform {
  static final String DUMMY = "do_not_call_me";

  @Override
  public String name() {
    return "qwen-code";
  }

  @Override
  public String does() {
    return "fields that Qwen's portal does not know are left out, it is always asked for a stream, schemas of tools lose `strict` and"
        + " `additionalProperties`, `qwen3-coder` without tools gets one that is never seen, and the reason of an end"
        + " and the usage are told one after the other";
  }

  @Override
  public void request(ObjectNode body, String model) {
    Trees.oldNameOfMaxTokens(body);
    body.retain(ChatTools.TAKEN);
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    ChatTools.clean(body);
    // without any tool these models break their streams
    if (body.path("tools").isEmpty() && model.toLowerCase(Locale.ROOT).startsWith("qwen3-coder")) {
      ChatTools.placeholder(body, DUMMY, "Does nothing. Never call this tool.");
      body.remove("tool_choice");
    }
  }

  @Override
  public @Nullable StreamChange ofStream() {
    return new Stream();
  }

  private static final class Stream implements StreamChange {
    private final Set<Integer> swallowed = new HashSet<>();
    private boolean called;

    @Override
    public List<ObjectNode> event(ObjectNode event) {
      boolean finishes = false;
      for (ObjectNode choice : Trees.objects(event.path("choices"))) {
        if (choice.path("delta") instanceof ObjectNode delta) {
          calls(delta);
        }
        if (choice.path("finish_reason").isTextual()) {
          finishes = true;
          reason(choice);
        }
      }
      return finishes && event.path("usage").isObject() ? apart(event) : List.of(event);
    }

    private void reason(ObjectNode choice) {
      if (called) {
        choice.put("finish_reason", "tool_calls");
      } else if (choice.path("finish_reason").asText().equals("tool_calls")) {
        choice.put("finish_reason", "stop");
      }
    }

    /** As OpenAI does; its SDKs take the event with the usage for one that says nothing else. */
    private static List<ObjectNode> apart(ObjectNode event) {
      ObjectNode counts = event.deepCopy();
      counts.putArray("choices");
      event.remove("usage");
      return List.of(event, counts);
    }

    private void calls(ObjectNode delta) {
      if (!(delta.path("tool_calls") instanceof ArrayNode calls)) {
        return;
      }
      for (Iterator<JsonNode> each = calls.iterator(); each.hasNext(); ) {
        JsonNode call = each.next();
        int index = call.path("index").asInt(0);
        if (call.path("function").path("name").asText().equals(DUMMY)) {
          swallowed.add(index);
        }
        if (swallowed.contains(index)) {
          each.remove();
        } else {
          called = true;
        }
      }
      if (calls.isEmpty()) {
        delta.remove("tool_calls");
      }
    }
  }
}
