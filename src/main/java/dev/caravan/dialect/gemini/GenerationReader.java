package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Reasoning;
import dev.caravan.dialect.hub.ResponseFormat;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code generationConfig} (http-api.md 9.2). */
final class GenerationReader {
  private final JsonReader json;
  private final Conversation.Builder into;
  private boolean asJson;
  private @Nullable Raw schema;

  private GenerationReader(JsonReader json, Conversation.Builder into) {
    this.json = json;
    this.into = into;
  }

  static void read(JsonReader json, Conversation.Builder into) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    GenerationReader reader = new GenerationReader(json, into);
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      reader.member(Spelling.camel(name), name);
    }
    reader.format();
  }

  private void member(String name, String written) throws IOException {
    switch (name) {
      case "temperature" -> {
        into.temperature = json.real();
        if (into.temperature != null) {
          into.saw(Feature.TEMPERATURE);
        }
      }
      case "maxOutputTokens" -> {
        if (json.isNumber()) {
          into.maxTokens = json.number();
          into.saw(Feature.MAX_TOKENS);
        } else {
          json.skip();
        }
      }
      case "stopSequences" -> stop();
      case "responseMimeType" -> {
        String type = json.string();
        asJson = type != null && type.startsWith("application/json");
      }
      case "responseSchema" -> {
        Raw said = json.raw();
        if (said.isObject() && schema == null) {
          schema = Schemas.fromGoogle(said);
        }
      }
      case "responseJsonSchema" -> {
        Raw said = json.raw();
        schema = said.isObject() ? said : schema;
      }
      case "thinkingConfig" -> thinking();
      case "candidateCount" -> {
        Raw count = json.raw();
        if (count.number(1) > 1) {
          into.carry(Feature.SEVERAL_ANSWERS, count);
        }
      }
      case "responseModalities" -> modalities(json.raw());
      default -> {
        Feature feature = GeminiLedger.LEDGER.plainFeature(GeminiLedger.CONFIG + name);
        if (feature == null) {
          json.skip();
          into.unknown(GeminiLedger.CONFIG + written);
        } else {
          into.carry(feature, json.raw());
        }
      }
    }
  }

  private void stop() throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      JsonText stop = json.text();
      if (stop != null && !stop.isEmpty()) {
        into.stop.add(stop);
        into.saw(Feature.STOP);
      }
    }
  }

  private void format() {
    if (schema != null) {
      into.format = new ResponseFormat.Schema("", null, schema, null);
    } else if (asJson) {
      into.format = new ResponseFormat.AnyJson();
    }
    if (into.format != null) {
      into.saw(Feature.RESPONSE_FORMAT);
    }
  }

  /** Text alone is what everybody gives. */
  private void modalities(Raw said) {
    String lower = said.toString().toLowerCase(Locale.ROOT);
    if (!lower.equals("[\"text\"]") && said.isArray()) {
      into.carry(Feature.MODALITIES, Raw.of(lower));
    }
  }

  private void thinking() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    String level = null;
    Long budget = null;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (Spelling.camel(name)) {
        case "thinkingLevel" -> level = json.string();
        case "thinkingBudget" -> budget = json.isNumber() ? Long.valueOf(json.number()) : null;
        default -> json.skip();
      }
    }
    if (level != null && !level.isBlank() && !level.endsWith("UNSPECIFIED")) {
      into.reasoning = Reasoning.ofLevel(level.toLowerCase(Locale.ROOT));
    } else if (budget != null && budget == 0) {
      into.reasoning = Reasoning.off();
    } else if (budget != null && budget > 0) {
      into.reasoning = new Reasoning(Reasoning.Mode.ON, levelOf(budget), budget);
    }
    if (into.reasoning != null) {
      into.saw(Feature.REASONING);
    }
  }

  /** The fine scale of providers.md 13.1. */
  private static String levelOf(long budget) {
    return budget <= 512
        ? "minimal"
        : budget <= 1_024
            ? "low"
            : budget <= 8_192 ? "medium" : budget <= 24_576 ? "high" : "xhigh";
  }
}
