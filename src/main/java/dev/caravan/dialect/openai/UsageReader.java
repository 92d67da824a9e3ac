package dev.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import java.io.IOException;

/**
 * Reads a {@code usage} object into the gateway's record (http-api.md 1.9). OpenAI's prompt count
 * includes cached tokens and its completion count includes reasoning; some providers leave the
 * reasoning out, which shows when it is larger, or when the total only fits with it.
 *
 * <p>OpenRouter tells the dollars in {@code cost}, Perplexity in {@code cost.total_cost} (their API
 * references, usage accounting).
 */
final class UsageReader {
  /** What claims more than this for one answer counts in another unit. */
  private static final double MOST_DOLLARS = 10_000;

  private long prompt;
  private long completion;
  private long cached;
  private long cacheWrite;
  private long reasoning;
  private long total;
  private double cost = -1;

  private UsageReader() {}

  /** The parser stands on the value of {@code usage}; afterwards on its last token. */
  static Usage read(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return Usage.NONE;
    }
    UsageReader reader = new UsageReader();
    reader.object(json);
    return reader.usage();
  }

  private void object(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "prompt_tokens" -> prompt = count(json, value);
        case "completion_tokens" -> completion = count(json, value);
        case "total_tokens" -> total = count(json, value);
        // the same count may be there under several names, and be zero under some of them
        case "cached_tokens",
            "cache_read_tokens",
            "cache_read_input_tokens",
            "prompt_cache_hit_tokens" ->
            cached = Math.max(cached, count(json, value));
        case "cache_creation_tokens", "cache_creation_input_tokens", "cache_write_tokens" ->
            cacheWrite = Math.max(cacheWrite, count(json, value));
        case "reasoning_tokens" -> reasoning = Math.max(reasoning, count(json, value));
        case "cost" -> cost(json, value);
        case "prompt_tokens_details", "completion_tokens_details" -> details(json, value);
        default -> json.skipChildren();
      }
    }
  }

  private void cost(JsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      cost = dollars(json, value);
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean total = json.currentName().equals("total_cost");
      JsonToken part = json.nextToken();
      if (total) {
        cost = dollars(json, part);
      } else {
        json.skipChildren();
      }
    }
  }

  private static double dollars(JsonParser json, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
      double dollars = json.getDoubleValue();
      return dollars >= 0 && dollars <= MOST_DOLLARS ? dollars : -1;
    }
    json.skipChildren();
    return -1;
  }

  private void details(JsonParser json, JsonToken value) throws IOException {
    if (value == JsonToken.START_OBJECT) {
      object(json);
    } else {
      json.skipChildren();
    }
  }

  private static long count(JsonParser json, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
      return Math.clamp((long) json.getDoubleValue(), 0, Integer.MAX_VALUE);
    }
    json.skipChildren();
    return 0;
  }

  private Usage usage() {
    boolean apart =
        reasoning > completion || (reasoning > 0 && total == prompt + completion + reasoning);
    long output = apart ? completion : completion - reasoning;
    long uncached = Math.max(0, prompt - cached - cacheWrite);
    return new Usage(uncached, cached, cacheWrite, output, reasoning, false, cost);
  }
}
