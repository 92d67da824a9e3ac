package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.provider.model.Match;
import dev.caravan.provider.model.ModelInfo;
import dev.caravan.provider.model.ModelInfo.Ability;
import dev.caravan.provider.model.ModelInfo.Modality;
import dev.caravan.provider.model.Price;
import dev.caravan.upstream.ModelLists.Card;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model in OpenAI's form, plain or with all that is known of it (http-api.md 12.4). Prices are
 * dollars for a token; what nobody knows is left out, since 0 would mean free.
 */
final class ModelCardWriter {
  private ModelCardWriter() {}

  static void plain(JsonGenerator json, Card card, @Nullable Match match) throws IOException {
    json.writeStartObject();
    head(json, card, match);
    json.writeEndObject();
  }

  /**
   * All that is known.
   *
   * @param priced whether calls of it cost what the tables say
   * @param context tokens of prompt and answer together, 0 when nobody knows
   */
  static void enriched(
      JsonGenerator json, Card card, @Nullable Match match, boolean priced, long context)
      throws IOException {
    json.writeStartObject();
    head(json, card, match);
    number(json, "context_length", context);
    number(json, "context_window", context);
    number(json, "max_input_tokens", context);
    if (match != null) {
      facts(json, match.info());
      if (priced) {
        prices(json, match.info().price().usual());
      }
      json.writeArrayFieldStart("_sources");
      json.writeString(match.origin());
      json.writeEndArray();
      json.writeStringField("_match_type", match.how().word());
    }
    json.writeEndObject();
  }

  private static void head(JsonGenerator json, Card card, @Nullable Match match)
      throws IOException {
    json.writeStringField("id", card.id());
    json.writeStringField("object", "model");
    json.writeNumberField("created", created(card, match));
    json.writeStringField("owned_by", card.owner());
  }

  /** Epoch seconds of its release, as the provider says or as tables do; 0 when nobody knows. */
  static long created(Card card, @Nullable Match match) {
    if (card.created() > 0 || match == null || match.info().released().length() < 10) {
      return card.created();
    }
    try {
      return LocalDate.parse(match.info().released()).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }

  private static void facts(JsonGenerator json, ModelInfo info) throws IOException {
    text(json, "name", info.name());
    number(json, "max_completion_tokens", info.maxOutput());
    number(json, "max_output_tokens", info.maxOutput());
    text(json, "mode", info.mode());
    json.writeObjectFieldStart("architecture");
    words(json, "input_modalities", info.inputs());
    words(json, "output_modalities", info.outputs());
    json.writeEndObject();
    words(json, "supported_modalities", info.inputs());
    words(json, "supported_output_modalities", info.outputs());
    json.writeObjectFieldStart("capabilities");
    json.writeBooleanField("tool_choice", info.can(Ability.TOOL_CHOICE));
    json.writeBooleanField("function_calling", info.can(Ability.TOOLS));
    json.writeBooleanField("reasoning", info.can(Ability.REASONING));
    json.writeBooleanField("vision", info.sees());
    json.writeBooleanField("system_messages", info.can(Ability.SYSTEM_MESSAGES));
    json.writeBooleanField("prompt_caching", info.price().usual().cacheRead() >= 0);
    json.writeBooleanField("assistant_prefill", info.can(Ability.ASSISTANT_PREFILL));
    json.writeBooleanField("structured_output", info.can(Ability.STRUCTURED_OUTPUT));
    json.writeBooleanField("temperature", !info.can(Ability.NO_TEMPERATURE));
    json.writeBooleanField(
        "attachments", info.can(Ability.ATTACHMENTS) || info.inputs().contains(Modality.PDF));
    json.writeBooleanField("interleaved", info.can(Ability.INTERLEAVED));
    json.writeEndObject();
    text(json, "release_date", info.released());
    text(json, "knowledge_cutoff", info.knowledge());
    if (info.can(Ability.OPEN_WEIGHTS)) {
      json.writeBooleanField("open_weights", true);
    }
  }

  private static void prices(JsonGenerator json, Price.Rates rates) throws IOException {
    if (rates.input() < 0 && rates.output() < 0) {
      return;
    }
    json.writeObjectFieldStart("pricing");
    amount(json, "prompt", rates.input());
    amount(json, "completion", rates.output());
    amount(json, "cached_input", rates.cacheRead());
    amount(json, "cache_write", rates.cacheWrite());
    json.writeEndObject();
    rates(json, rates);
  }

  /** The names that LiteLLM's clients know. */
  static void rates(JsonGenerator json, Price.Rates rates) throws IOException {
    amount(json, "input_cost_per_token", rates.input());
    amount(json, "output_cost_per_token", rates.output());
    amount(json, "cache_read_input_token_cost", rates.cacheRead());
    amount(json, "cache_creation_input_token_cost", rates.cacheWrite());
  }

  static void amount(JsonGenerator json, String name, long picodollars) throws IOException {
    if (picodollars >= 0) {
      json.writeFieldName(name);
      json.writeNumber(dollars(picodollars));
    }
  }

  /** Picodollars as dollars, without an exponent. */
  static String dollars(long picodollars) {
    return picodollars == 0
        ? "0"
        : BigDecimal.valueOf(picodollars, Price.DIGITS).stripTrailingZeros().toPlainString();
  }

  private static void text(JsonGenerator json, String name, String value) throws IOException {
    if (!value.isEmpty()) {
      json.writeStringField(name, value);
    }
  }

  private static void number(JsonGenerator json, String name, long value) throws IOException {
    if (value > 0) {
      json.writeNumberField(name, value);
    }
  }

  private static void words(JsonGenerator json, String name, Set<? extends Enum<?>> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Enum<?> value : values) {
      json.writeString(value.name().toLowerCase(Locale.ROOT));
    }
    json.writeEndArray();
  }
}
