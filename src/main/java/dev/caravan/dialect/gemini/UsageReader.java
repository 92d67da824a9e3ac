package dev.caravan.dialect.gemini;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonReader;
import java.io.IOException;

/**
 * Reads {@code usageMetadata} into the gateway's record (http-api.md 1.9). The prompt is told with
 * what was cached, the answer without what was thought.
 */
final class UsageReader {
  private UsageReader() {}

  /**
   * The reader stands on the value; afterwards on its last token.
   *
   * @param before what counts when nothing is told here
   */
  static Usage read(JsonReader json, Usage before) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return before;
    }
    long prompt = 0;
    long tools = 0;
    long cached = 0;
    long said = 0;
    long thought = 0;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "promptTokenCount" -> prompt = count(json);
        case "toolUsePromptTokenCount" -> tools = count(json);
        case "cachedContentTokenCount" -> cached = count(json);
        case "candidatesTokenCount" -> said = count(json);
        case "thoughtsTokenCount" -> thought = count(json);
        default -> json.skip();
      }
    }
    Usage usage =
        new Usage(
            Math.max(0, prompt + tools - cached),
            Math.min(cached, prompt + tools),
            0,
            said,
            thought,
            false);
    return usage.isEmpty() ? before : usage;
  }

  private static long count(JsonReader json) throws IOException {
    return Math.clamp(json.number(), 0, Integer.MAX_VALUE);
  }
}
