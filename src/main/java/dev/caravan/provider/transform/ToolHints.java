package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** What models are told about how to use tools, where there are any (providers.md 6.4). */
final class ToolHints implements BodyTransform {
  static final String CLAUDE = "parallelToolsClaude";
  static final String GEMINI3 = "parallelToolsGemini3";
  static final String TEXT = "parallelToolInstruction";
  static final String INTERLEAVED = "interleavedThinking";

  private static final String PARALLEL =
      "Calls that do not need each other's results belong into one turn, side by side. Call one after the other only where a call needs what an"
          + " earlier one has brought.";
  private static final String THINK =
      "Think before you act, and once more about what each tool has brought.";
  private static final String REMINDER = "(Think about what the tools bring before you go on.)";

  private final boolean claude;
  private final boolean gemini3;
  private final boolean interleaved;
  private final String parallel;

  ToolHints() {
    this(true, true, true, PARALLEL);
  }

  private ToolHints(boolean claude, boolean gemini3, boolean interleaved, String parallel) {
    this.claude = claude;
    this.gemini3 = gemini3;
    this.interleaved = interleaved;
    this.parallel = parallel;
  }

  @Override
  public ToolHints with(Map<String, String> options) {
    return new ToolHints(
        Trees.isOn(options.getOrDefault(CLAUDE, "true")),
        Trees.isOn(options.getOrDefault(GEMINI3, "true")),
        Trees.isOn(options.getOrDefault(INTERLEAVED, "true")),
        options.getOrDefault(TEXT, parallel));
  }

  @Override
  public String name() {
    return "tool-hints";
  }

  @Override
  public String does() {
    return "where there are tools, Claude and Gemini 3 are told to call them side by side, and a Claude that thinks to think about what they bring";
  }

  @Override
  public String onlyWith() {
    return "functionDeclarations";
  }

  @Override
  public void request(ObjectNode body, String model) {
    boolean ofClaude = AntigravityModels.isClaude(model);
    boolean ofGemini3 = AntigravityModels.isGemini3(model);
    if (GoogleTools.declarations(body).isEmpty()) {
      return;
    }
    if (!parallel.isEmpty() && ((ofClaude && claude) || (ofGemini3 && gemini3))) {
      Trees.systemTextFirst(body, parallel);
    }
    if (ofClaude && interleaved && AntigravityModels.thinks(body, model)) {
      Trees.systemTextFirst(body, THINK);
      remind(body);
    }
  }

  private static void remind(ObjectNode body) {
    List<ObjectNode> contents = Trees.objects(body.path("contents"));
    for (ObjectNode content : contents.reversed()) {
      if (content.path("role").asText("user").equals("user")
          && content.path("parts") instanceof ArrayNode parts
          && says(parts)) {
        parts.addObject().put("text", REMINDER);
        return;
      }
    }
  }

  private static boolean says(JsonNode parts) {
    boolean text = false;
    for (JsonNode part : parts) {
      if (part.has("functionResponse")) {
        return false;
      }
      text |= part.has("text");
    }
    return text;
  }
}
