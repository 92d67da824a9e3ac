package dev.caravan.dialect.openai;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonWriter;

/**
 * Writes usage as OpenAI counts: the prompt with what was cached, the answer with its reasoning.
 */
final class UsageWriter {
  private UsageWriter() {}

  static void write(Usage usage, JsonWriter out) {
    out.beginObject();
    out.member("prompt_tokens", usage.input());
    out.member("completion_tokens", usage.output());
    out.member("total_tokens", usage.total());
    out.name("prompt_tokens_details").beginObject().member("cached_tokens", usage.cacheRead());
    if (usage.cacheWrite() > 0) {
      out.member("cache_creation_tokens", usage.cacheWrite());
    }
    out.endObject();
    out.name("completion_tokens_details").beginObject();
    out.member("reasoning_tokens", usage.reasoning()).endObject();
    out.endObject();
  }
}
