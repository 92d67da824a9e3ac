package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Antigravity's own names of its models (providers.md 6.1). */
final class AntigravityModels {
  private AntigravityModels() {}

  static boolean isClaude(String model) {
    return model.contains("claude-");
  }

  static boolean isGemini3(String model) {
    return model.startsWith("gemini-3-") || model.startsWith("gemini-3.");
  }

  /** Those that Antigravity has in no other form. */
  static boolean alwaysThinks(String model) {
    return model.contains("claude-opus") || model.endsWith("-thinking");
  }

  /** Whether the answer to a request may be thought about. */
  static boolean thinks(ObjectNode request, String model) {
    JsonNode thinking = request.at("/generationConfig/thinkingConfig");
    return alwaysThinks(model)
        || thinking.has("thinkingLevel")
        || thinking.path("thinkingBudget").asLong(0) != 0;
  }

  /** What the model is called where it is served; some have a name for each way to think. */
  static String sent(String model, ObjectNode request) {
    String plain = isClaude(model) ? model.replaceAll("-(\\d)\\.(\\d)", "-$1-$2") : model;
    JsonNode thinking = request.at("/generationConfig/thinkingConfig");
    return switch (plain) {
      case "claude-opus-4-5", "claude-opus-4-6" -> plain + "-thinking";
      case "claude-sonnet-4-5" -> thinks(request, plain) ? plain + "-thinking" : plain;
      case "gemini-2.5-flash" ->
          thinking.path("thinkingBudget").asLong(0) > 0 ? plain + "-thinking" : plain;
      case "gemini-3-pro-preview" ->
          thinking.path("thinkingLevel").asText("").equals("low")
              ? "gemini-3-pro-low"
              : "gemini-3-pro-high";
      case "gemini-3-pro-image-preview" -> "gemini-3-pro-image";
      case "gemini-2.5-computer-use-preview-10-2025" -> "rev19-uic3-1p";
      default -> plain;
    };
  }
}
