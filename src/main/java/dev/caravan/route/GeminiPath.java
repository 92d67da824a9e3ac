package dev.caravan.route;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * What a path of Google's API says: {@code /v1beta/models/{id}:{method}}, and the same under {@code
 * /v1}, beside OpenAI's paths. The id may hold slashes and colons, so the last colon divides
 * (http-api.md 9.1).
 *
 * @param model as asked for, decoded
 * @param method what is wanted of it
 */
record GeminiPath(String model, String method) {
  private static final String BETA = "/v1beta";
  private static final String STABLE = "/v1/models/";
  private static final Set<String> METHODS =
      Set.of(
          "generateContent",
          "streamGenerateContent",
          "countTokens",
          "embedContent",
          "batchEmbedContents",
          "predict");

  /** Reads a path; empty when it names no model or no method. */
  static Optional<GeminiPath> of(String path) {
    int models = path.indexOf("/models/");
    int colon = path.lastIndexOf(':');
    int from = models + "/models/".length();
    if (models < 0 || colon <= from) {
      return Optional.empty();
    }
    return Optional.of(
        new GeminiPath(decode(path.substring(from, colon)), path.substring(colon + 1)));
  }

  /** Whether a path is Google's, so that its failures have to look like Google's. */
  static boolean isOne(String path) {
    return path.startsWith(BETA)
        || (path.startsWith(STABLE)
            && of(path).filter(found -> METHODS.contains(found.method())).isPresent());
  }

  static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
