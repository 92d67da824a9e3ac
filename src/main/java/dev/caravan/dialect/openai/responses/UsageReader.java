package dev.caravan.dialect.openai.responses;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonReader;
import java.io.IOException;

/**
 * Reads a {@code usage} object into the gateway's record (http-api.md 1.9). The input includes what
 * was cached and the output includes the reasoning, unless a provider left it out, which shows when
 * it is larger.
 */
final class UsageReader {
  private long input;
  private long output;
  private long cached;
  private long reasoning;
  private boolean said;

  private UsageReader() {}

  /** The reader stands on the value of {@code usage}; afterwards on its last token. */
  static Usage read(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return Usage.NONE;
    }
    UsageReader usage = new UsageReader();
    usage.object(json);
    return usage.usage();
  }

  private void object(JsonReader json) throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "input_tokens" -> input = count(json);
        case "output_tokens" -> output = count(json);
        case "cached_tokens" -> cached = count(json);
        case "reasoning_tokens" -> reasoning = count(json);
        case "input_tokens_details", "output_tokens_details" -> {
          if (json.isObject()) {
            object(json);
          } else {
            json.skip();
          }
        }
        default -> json.skip();
      }
    }
  }

  private long count(JsonReader json) throws IOException {
    said |= json.isNumber();
    return Math.clamp(json.number(), 0, Integer.MAX_VALUE);
  }

  private Usage usage() {
    if (!said) {
      return Usage.NONE;
    }
    long text = reasoning > output ? output : output - reasoning;
    return new Usage(Math.max(0, input - cached), cached, 0, text, reasoning, false);
  }
}
