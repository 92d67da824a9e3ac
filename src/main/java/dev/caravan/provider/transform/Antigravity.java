package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** How much Antigravity's models may say and think (providers.md 6.3). */
final class Antigravity implements BodyTransform {
  static final String CLAMP = "clampThinking";
  static final String CLAUDE_TOOL_MODE = "claudeToolMode";
  private static final long ROOM_OF_CLAUDE = 32_000;
  private static final long BESIDE_THOUGHTS = 1_024;

  private final boolean clamp;
  private final String claudeMode;

  Antigravity() {
    this(false, "AUTO");
  }

  private Antigravity(boolean clamp, String claudeMode) {
    this.clamp = clamp;
    this.claudeMode = claudeMode;
  }

  @Override
  public Antigravity with(Map<String, String> options) {
    return new Antigravity(
        Trees.isOn(options.getOrDefault(CLAMP, "false")),
        options.getOrDefault(CLAUDE_TOOL_MODE, claudeMode));
  }

  @Override
  public String name() {
    return "antigravity";
  }

  @Override
  public String does() {
    return "Claude may say 32000 tokens unless the client says otherwise, and as much more as it is allowed to think; Opus always thinks, Gemini 3 gets the"
        + " temperature 1, and models may choose among tools";
  }

  @Override
  public void request(ObjectNode body, String model) {
    ObjectNode config = Trees.object(body, "generationConfig");
    boolean claude = AntigravityModels.isClaude(model);
    if (claude && !config.has("maxOutputTokens")) {
      config.put("maxOutputTokens", ROOM_OF_CLAUDE);
    }
    if (AntigravityModels.isGemini3(model) && !config.has("temperature")) {
      config.put("temperature", 1.0);
    }
    if (AntigravityModels.alwaysThinks(model) && !config.has("thinkingConfig")) {
      config.putObject("thinkingConfig").put("thinkingBudget", -1).put("includeThoughts", true);
    }
    if (config.path("thinkingConfig") instanceof ObjectNode thinking) {
      thinking(thinking, config, model);
    }
    if (!GoogleTools.declarations(body).isEmpty()) {
      ObjectNode calling = Trees.object(Trees.object(body, "toolConfig"), "functionCallingConfig");
      if (!calling.has("mode")) {
        calling.put("mode", claude ? claudeMode : "AUTO");
      }
    }
  }

  private void thinking(ObjectNode thinking, ObjectNode config, String model) {
    if (thinking.has("thinkingLevel") && !AntigravityModels.isGemini3(model)) {
      thinking.remove("thinkingLevel");
      thinking.put("thinkingBudget", -1);
    }
    long budget = thinking.path("thinkingBudget").asLong(0);
    long most = config.path("maxOutputTokens").asLong(Long.MAX_VALUE);
    if (budget > 0 && budget >= most) {
      if (clamp) {
        thinking.put("thinkingBudget", Math.max(0, most - 1));
      } else {
        config.put("maxOutputTokens", budget + BESIDE_THOUGHTS);
      }
    }
  }
}
