package dev.caravan.dialect.anthropic;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonWriter;

/** Writes usage as Anthropic counts: input without what was cached, output with all thinking. */
final class UsageWriter {
  private UsageWriter() {}

  static void write(Usage usage, JsonWriter out) {
    out.beginObject();
    out.member("input_tokens", usage.inputUncached());
    out.member("cache_creation_input_tokens", usage.cacheWrite());
    out.member("cache_read_input_tokens", usage.cacheRead());
    out.member("output_tokens", usage.output());
    out.endObject();
  }
}
