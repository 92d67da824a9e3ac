package dev.caravan.dialect.anthropic;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonReader;
import java.io.IOException;

/**
 * Reads {@code usage} objects into the gateway's record (http-api.md 1.9). Input is told without
 * what was cached; what the start of a stream said stands until its end says otherwise.
 */
final class UsageReader {
  private long input;
  private long output;
  private long cacheRead;
  private long cacheWrite;
  private boolean said;

  /** The reader stands on the value of {@code usage}; afterwards on its last token. */
  void read(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "input_tokens" -> input = count(json, input);
        case "output_tokens" -> output = count(json, output);
        case "cache_read_input_tokens" -> cacheRead = count(json, cacheRead);
        case "cache_creation_input_tokens" -> cacheWrite = count(json, cacheWrite);
        default -> json.skip();
      }
    }
  }

  private long count(JsonReader json, long before) throws IOException {
    if (!json.isNumber()) {
      json.skip();
      return before;
    }
    said = true;
    return Math.clamp(json.number(), 0, Integer.MAX_VALUE);
  }

  Usage usage() {
    return said ? new Usage(input, cacheRead, cacheWrite, output, 0, false) : Usage.NONE;
  }
}
