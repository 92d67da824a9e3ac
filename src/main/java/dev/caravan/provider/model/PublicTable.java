package dev.caravan.provider.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.provider.model.ModelInfo.Ability;
import dev.caravan.provider.model.ModelInfo.Modality;
import dev.caravan.provider.model.Price.Rates;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A table of models that somebody keeps in public and that is fetched from the network (http-api.md
 * 12.1, 12.2). What it does not say clearly is left out; a price that is missing is not known, not
 * nothing.
 */
public enum PublicTable {

  /** OpenRouter's list: dollars for a token, as texts. */
  OPENROUTER("openrouter", "https://openrouter.ai/api/v1/models") {
    @Override
    List<ModelInfo> models(JsonNode root) throws IOException {
      if (!root.path("data").isArray()) {
        throw new IOException("it holds no list of models");
      }
      List<ModelInfo> models = new ArrayList<>();
      for (JsonNode model : root.path("data")) {
        String id = model.path("id").asText("");
        if (!id.isBlank()) {
          models.add(openRouter(id.startsWith("openrouter/") ? id : "openrouter/" + id, model));
        }
      }
      return models;
    }
  },

  /** models.dev: dollars for a million tokens, by provider. */
  MODELS_DEV("modelsdev", "https://models.dev/api.json") {
    @Override
    List<ModelInfo> models(JsonNode root) {
      List<ModelInfo> models = new ArrayList<>();
      for (Map.Entry<String, JsonNode> provider : root.properties()) {
        for (Map.Entry<String, JsonNode> model : provider.getValue().path("models").properties()) {
          models.add(modelsDev(provider.getKey() + "/" + model.getKey(), model.getValue()));
        }
      }
      return models;
    }
  };

  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY.copy());
  }

  private final String word;
  private final String url;

  PublicTable(String word, String url) {
    this.word = word;
    this.url = url;
  }

  /** Its name in answers. */
  public String word() {
    return word;
  }

  /** Where it is. */
  public String url() {
    return url;
  }

  /**
   * The models in a page.
   *
   * @throws IOException when it is not such a table, or an empty one
   */
  List<ModelInfo> read(byte[] page) throws IOException {
    JsonNode root = Mapper.TREES.readTree(page);
    if (root == null || !root.isObject()) {
      throw new IOException("it is no JSON object");
    }
    List<ModelInfo> models = models(root);
    if (models.isEmpty()) {
      throw new IOException("it holds no models");
    }
    return models;
  }

  abstract List<ModelInfo> models(JsonNode root) throws IOException;

  private static ModelInfo openRouter(String id, JsonNode model) {
    JsonNode pricing = model.path("pricing");
    JsonNode architecture = model.path("architecture");
    JsonNode top = model.path("top_provider");
    Set<String> takes = new java.util.HashSet<>();
    model.path("supported_parameters").forEach(name -> takes.add(name.asText()));
    Set<Modality> inputs = modalities(architecture.path("input_modalities"));
    Set<Ability> can = EnumSet.noneOf(Ability.class);
    add(can, takes.contains("tools"), Ability.TOOLS);
    add(can, takes.contains("tool_choice"), Ability.TOOL_CHOICE);
    add(can, takes.contains("reasoning") || takes.contains("include_reasoning"), Ability.REASONING);
    add(
        can,
        takes.contains("structured_outputs") || takes.contains("response_format"),
        Ability.STRUCTURED_OUTPUT);
    add(can, holds(architecture.path("input_modalities"), "file"), Ability.ATTACHMENTS);
    add(can, !takes.isEmpty() && !takes.contains("temperature"), Ability.NO_TEMPERATURE);
    boolean embeds =
        architecture.path("tokenizer").asText("").toLowerCase(Locale.ROOT).contains("embedding");
    return new ModelInfo(
        id,
        model.path("name").asText(""),
        new Price(
            new Rates(
                perToken(pricing.path("prompt")),
                perToken(pricing.path("completion")),
                unlessNothing(perToken(pricing.path("input_cache_read"))),
                unlessNothing(perToken(pricing.path("input_cache_write")))),
            null),
        top.path("context_length").asLong(model.path("context_length").asLong(0)),
        top.path("max_completion_tokens").asLong(0),
        embeds ? "embedding" : "chat",
        inputs,
        modalities(architecture.path("output_modalities")),
        Collections.unmodifiableSet(can),
        "",
        "",
        OPENROUTER.word);
  }

  private static ModelInfo modelsDev(String id, JsonNode model) {
    JsonNode cost = model.path("cost");
    Set<Ability> can = EnumSet.noneOf(Ability.class);
    boolean tools = model.path("tool_call").asBoolean(false);
    add(can, tools, Ability.TOOLS);
    add(can, tools, Ability.TOOL_CHOICE);
    add(can, model.path("reasoning").asBoolean(false), Ability.REASONING);
    add(can, model.path("structured_output").asBoolean(false), Ability.STRUCTURED_OUTPUT);
    add(can, model.path("attachment").asBoolean(false), Ability.ATTACHMENTS);
    add(can, !model.path("temperature").asBoolean(true), Ability.NO_TEMPERATURE);
    add(can, model.path("open_weights").asBoolean(false), Ability.OPEN_WEIGHTS);
    add(can, !model.path("interleaved").asText("").isEmpty(), Ability.INTERLEAVED);
    return new ModelInfo(
        id,
        model.path("name").asText(""),
        new Price(
            new Rates(
                perMillion(cost.path("input")),
                perMillion(cost.path("output")),
                unlessNothing(perMillion(cost.path("cache_read"))),
                unlessNothing(perMillion(cost.path("cache_write")))),
            null),
        model.path("limit").path("context").asLong(0),
        model.path("limit").path("output").asLong(0),
        "",
        modalities(model.path("modalities").path("input")),
        modalities(model.path("modalities").path("output")),
        Collections.unmodifiableSet(can),
        model.path("release_date").asText(""),
        model.path("knowledge").asText(""),
        MODELS_DEV.word);
  }

  private static void add(Set<Ability> to, boolean has, Ability ability) {
    if (has) {
      to.add(ability);
    }
  }

  private static boolean holds(JsonNode list, String word) {
    for (JsonNode one : list) {
      if (one.asText().equals(word)) {
        return true;
      }
    }
    return false;
  }

  private static Set<Modality> modalities(JsonNode list) {
    Set<Modality> all = EnumSet.noneOf(Modality.class);
    for (Modality modality : Modality.values()) {
      if (holds(list, modality.name().toLowerCase(Locale.ROOT))) {
        all.add(modality);
      }
    }
    return Collections.unmodifiableSet(all);
  }

  private static long perMillion(JsonNode dollars) {
    return dollars.isNumber() ? Price.perMillion(dollars.decimalValue()) : Price.UNKNOWN;
  }

  private static long perToken(JsonNode dollars) {
    try {
      return dollars.isMissingNode() || dollars.isNull()
          ? Price.UNKNOWN
          : Price.perMillion(new BigDecimal(dollars.asText()).movePointRight(6));
    } catch (NumberFormatException e) {
      return Price.UNKNOWN;
    }
  }

  /** Tables say 0 for caches that there are not. */
  private static long unlessNothing(long amount) {
    return amount == 0 ? Price.UNKNOWN : amount;
  }
}
