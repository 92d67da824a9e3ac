package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Turns as Claude takes them from Google (providers.md 6.7): with thinking, a turn that goes on
 * after tools has to begin with what was thought; where that is lost the turn is closed and another
 * begun.
 */
final class ClaudeTurns implements BodyTransform {
  static final String SANITIZE = "claudeThinkingSanitization";

  private final boolean active;

  ClaudeTurns() {
    this(true);
  }

  private ClaudeTurns(boolean active) {
    this.active = active;
  }

  @Override
  public ClaudeTurns with(Map<String, String> options) {
    return new ClaudeTurns(Trees.isOn(options.getOrDefault(SANITIZE, "true")));
  }

  @Override
  public String name() {
    return "claude-turns";
  }

  @Override
  public String does() {
    return "for Claude at Google: thoughts are left out where the answer is not thought about, and a turn whose thoughts are lost is closed before the next";
  }

  @Override
  public boolean concerns(String model) {
    return active && AntigravityModels.isClaude(model);
  }

  @Override
  public void request(ObjectNode body, String model) {
    if (!(body.path("contents") instanceof ArrayNode contents)) {
      return;
    }
    List<ObjectNode> turns = Trees.objects(contents);
    if (!AntigravityModels.thinks(body, model)) {
      turns.forEach(ClaudeTurns::forget);
    } else if (!turns.isEmpty() && results(turns.getLast()) > 0 && !hasThought(turns)) {
      int results = results(turns.getLast());
      turns.forEach(ClaudeTurns::forget);
      say(
          contents,
          "model",
          results == 1
              ? "[Tool execution completed.]"
              : "[%d tool executions completed.]".formatted(results));
      say(contents, "user", "[Continue]");
    }
    for (int i = contents.size() - 1; i >= 0; i--) {
      if (contents.get(i).path("parts").isEmpty()) {
        contents.remove(i);
      }
    }
  }

  private static void say(ArrayNode contents, String role, String text) {
    contents.addObject().put("role", role).putArray("parts").addObject().put("text", text);
  }

  /** Whether the model has thought since the user last said something. */
  private static boolean hasThought(List<ObjectNode> turns) {
    for (ObjectNode turn : turns.reversed()) {
      boolean model = turn.path("role").asText("").equals("model");
      if (!model && results(turn) == 0) {
        return false;
      }
      for (JsonNode part : turn.path("parts")) {
        if (model && isThought(part)) {
          return true;
        }
      }
    }
    return false;
  }

  private static int results(ObjectNode turn) {
    int results = 0;
    for (JsonNode part : turn.path("parts")) {
      results += part.has("functionResponse") ? 1 : 0;
    }
    return results;
  }

  private static boolean isThought(JsonNode part) {
    return part.path("thought").asBoolean(false);
  }

  private static void forget(ObjectNode turn) {
    if (turn.path("parts") instanceof ArrayNode parts) {
      for (int i = parts.size() - 1; i >= 0; i--) {
        if (isThought(parts.get(i))) {
          parts.remove(i);
        }
      }
    }
  }
}
