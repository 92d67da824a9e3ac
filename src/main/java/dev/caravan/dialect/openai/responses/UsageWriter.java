package dev.caravan.dialect.openai.responses;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonWriter;

/** Writes usage as this dialect counts: input with what was cached, output with its reasoning. */
final class UsageWriter {
  private UsageWriter() {}

  static void write(Usage usage, JsonWriter out) {
    out.beginObject();
    out.member("input_tokens", usage.input()).name("input_tokens_details").beginObject();
    out.member("cached_tokens", usage.cacheRead()).endObject();
    out.member("output_tokens", usage.output()).name("output_tokens_details").beginObject();
    out.member("reasoning_tokens", usage.reasoning()).endObject();
    out.member("total_tokens", usage.total()).endObject();
  }
}
