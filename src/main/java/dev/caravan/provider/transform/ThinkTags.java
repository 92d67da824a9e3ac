package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Thoughts that a provider of OpenAI's chat dialect puts into the text between {@code <think>} tags
 * are said where clients look for them. What it says apart already stays, and so does what tools
 * are called with.
 */
final class ThinkTags implements BodyTransform {
  static final String NAME = "think-tags";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String does() {
    return "thoughts between `<think>` and `</think>` in an answer's text are said in `reasoning_content`; the quirk `TH` asks for it too";
  }

  @Override
  public String answersOnlyWith() {
    return "think";
  }

  @Override
  public boolean changesAnswers() {
    return true;
  }

  /** A whole answer; events of a stream have no message. */
  @Override
  public void answer(ObjectNode answer) {
    for (JsonNode choice : answer.path("choices")) {
      if (choice.path("message") instanceof ObjectNode message
          && message.path("content").isTextual()) {
        ThinkScanner scanner = new ThinkScanner();
        ThinkScanner.Parts most = scanner.take(message.path("content").asText());
        ThinkScanner.Parts rest = scanner.end();
        message.put("content", most.said() + rest.said());
        think(message, most.thought() + rest.thought());
      }
    }
  }

  private static void think(ObjectNode message, String thought) {
    if (!thought.isEmpty()) {
      message.put("reasoning_content", message.path("reasoning_content").asText("") + thought);
    }
  }

  @Override
  public @Nullable StreamChange ofStream() {
    return new Stream();
  }

  private static final class Stream implements StreamChange {
    private final Map<Integer, ThinkScanner> scanners = new TreeMap<>();
    private @Nullable ObjectNode frame;

    @Override
    public boolean wants(byte[] json, int start, int end) {
      return !scanners.values().stream().allMatch(ThinkScanner::isQuiet)
          || Bytes.hold(json, start, end, "<")
          || Bytes.hold(json, start, end, "\\u003");
    }

    @Override
    public List<ObjectNode> event(ObjectNode event) {
      boolean ends = false;
      for (JsonNode choice : event.path("choices")) {
        int index = choice.path("index").asInt(0);
        if (choice.path("delta") instanceof ObjectNode delta && delta.path("content").isTextual()) {
          ThinkScanner scanner = scanners.computeIfAbsent(index, i -> new ThinkScanner());
          ThinkScanner.Parts parts = scanner.take(delta.path("content").asText());
          delta.put("content", parts.said());
          think(delta, parts.thought());
          remember(event);
        }
        ends |= choice.path("finish_reason").isTextual();
      }
      // what is held back belongs before the end
      List<ObjectNode> all = new ArrayList<>(ends ? end() : List.of());
      all.add(event);
      return all;
    }

    private void remember(ObjectNode event) {
      if (frame == null) {
        ObjectNode copy = event.deepCopy();
        copy.remove(List.of("choices", "usage"));
        frame = copy;
      }
    }

    @Override
    public List<ObjectNode> end() {
      List<ObjectNode> held = new ArrayList<>();
      ObjectNode like = frame;
      scanners.forEach(
          (index, scanner) -> {
            ThinkScanner.Parts parts = scanner.end();
            String text = parts.said() + parts.thought();
            if (!text.isEmpty() && like != null) {
              ObjectNode chunk = like.deepCopy();
              ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
              ObjectNode delta = choice.putObject("delta");
              if (!parts.said().isEmpty()) {
                delta.put("content", parts.said());
              }
              think(delta, parts.thought());
              choice.putNull("finish_reason");
              held.add(chunk);
            }
          });
      return held;
    }
  }
}
