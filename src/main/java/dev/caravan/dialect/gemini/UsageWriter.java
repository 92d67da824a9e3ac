package dev.caravan.dialect.gemini;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonWriter;

/** Writes usage as Gemini counts: the prompt with what was cached, thoughts beside the answer. */
final class UsageWriter {
  private UsageWriter() {}

  static void write(Usage usage, JsonWriter out) {
    out.name("usageMetadata").beginObject();
    out.member("promptTokenCount", usage.input());
    out.member("candidatesTokenCount", usage.outputText());
    if (usage.reasoning() > 0) {
      out.member("thoughtsTokenCount", usage.reasoning());
    }
    if (usage.cacheRead() > 0) {
      out.member("cachedContentTokenCount", usage.cacheRead());
    }
    out.member("totalTokenCount", usage.total());
    out.endObject();
  }
}
