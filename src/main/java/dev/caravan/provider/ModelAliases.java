package dev.caravan.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.call.ModelName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Public names of models, each with the targets that are tried in turn (http-api.md 1.3): {@code
 * {"fast":"groq/llama-3.1-8b-instant","best":["openai/gpt-5","anthropic/claude-opus-4"]}}. A name
 * needs no slash. Immutable.
 *
 * @param targets by public name, in the order in which they were written; no list is empty
 * @param faults what is wrong with the text, each the end of a sentence; a name at fault is left
 *     out
 */
public record ModelAliases(Map<String, List<String>> targets, List<String> faults) {

  /** No name stands for another. */
  public static final ModelAliases NONE = new ModelAliases(Map.of(), List.of());

  private static final String FORM =
      "legal: {\"name\":\"provider/model\"} or {\"name\":[\"provider/model\",\"provider/model\"]}";

  /** Reads the JSON object; never fails, what is wrong is told by {@link #faults}. */
  public static ModelAliases read(String json) {
    if (json.isBlank()) {
      return NONE;
    }
    try {
      JsonNode root = Json.TREES.readTree(json);
      return root.isObject() ? read(root) : faulty("is no JSON object");
    } catch (JsonProcessingException e) {
      return faulty("is not valid JSON");
    }
  }

  private static ModelAliases read(JsonNode object) {
    Map<String, List<String>> targets = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String name = entry.getKey().strip();
      List<String> models = models(entry.getValue());
      if (name.isEmpty() || models.isEmpty()) {
        faults.add("gives \"%s\" no model as provider/model; %s".formatted(name, FORM));
      } else if (models.contains(name)) {
        faults.add("lets \"%s\" stand for itself".formatted(name));
      } else {
        targets.put(name, models);
      }
    }
    return new ModelAliases(Collections.unmodifiableMap(targets), List.copyOf(faults));
  }

  /** Empty as soon as one of them is no model. */
  private static List<String> models(JsonNode said) {
    List<String> models = new ArrayList<>();
    for (JsonNode one : said.isArray() ? said : List.of(said)) {
      String text = one.isTextual() ? one.asText().strip() : "";
      // a comma separates the targets of a route
      if (ModelName.parse(text).isEmpty() || text.contains(",")) {
        return List.of();
      }
      models.add(text);
    }
    return List.copyOf(models);
  }

  private static ModelAliases faulty(String fault) {
    return new ModelAliases(Map.of(), List.of(fault + "; " + FORM));
  }
}
