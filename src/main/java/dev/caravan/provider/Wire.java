package dev.caravan.provider;

import java.util.Map;

/**
 * What providers of one dialect have in common, unless their definition says otherwise
 * (providers.md 4). In Gemini's paths {@code {model}} and {@code {method}} are filled for each
 * call. Lists of models are asked for in the largest page that the vendor's documents allow.
 */
record Wire(
    String authHeader,
    String authScheme,
    Map<String, String> headers,
    String chatPath,
    String modelsPath,
    String embeddingsPath) {

  private static final Wire CHAT = openAi("/chat/completions");
  private static final Wire RESPONSES = openAi("/responses");
  private static final Wire ANTHROPIC =
      new Wire(
          "x-api-key",
          "",
          Map.of("anthropic-version", "2023-06-01"),
          "/v1/messages",
          "/v1/models?limit=1000",
          "");
  private static final Wire GEMINI =
      new Wire(
          "x-goog-api-key",
          "",
          Map.of(),
          "/v1beta/models/{model}:{method}",
          "/v1beta/models?pageSize=1000",
          "/v1beta/models/{model}:{method}");

  static Wire of(String dialect) {
    return switch (dialect) {
      case "openai-responses" -> RESPONSES;
      case "anthropic" -> ANTHROPIC;
      case "gemini" -> GEMINI;
      default -> CHAT; // an unknown dialect is complained of elsewhere
    };
  }

  private static Wire openAi(String chatPath) {
    return new Wire("Authorization", "Bearer", Map.of(), chatPath, "/models", "/embeddings");
  }
}
