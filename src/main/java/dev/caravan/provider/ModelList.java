package dev.caravan.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Models that somebody wrote down, in one of three forms (providers.md 12): {@code m1,m2}, a JSON
 * list {@code ["m1","m2"]}, or a JSON object {@code
 * {"name":{"id":"upstream-id","options":{"temperature":0.2}}}}. Immutable.
 *
 * @param models in their order, each name once
 * @param fault what is wrong with the text, the end of a sentence; empty when nothing is
 */
public record ModelList(List<Model> models, String fault) {

  static final ModelList EMPTY = new ModelList(List.of(), "");

  private static final String FORMS =
      "legal: m1,m2 or [\"m1\",\"m2\"] or {\"name\":{\"id\":\"upstream-id\",\"options\":{}}}";
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  /**
   * One model.
   *
   * @param name what clients call it
   * @param id what the provider calls it
   * @param options request fields that calls of it get when the client does not set them; {@code
   *     reasoning_effort} even when it does (providers.md 3.4)
   */
  public record Model(String name, String id, Map<String, Object> options) {

    static Model plain(String name) {
      return new Model(name, name, Map.of());
    }
  }

  static ModelList read(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith("[") && !trimmed.startsWith("{")) {
      return of(Provider.commaList(trimmed).stream().map(Model::plain).toList());
    }
    try {
      JsonNode root = Json.TREES.readTree(trimmed);
      return root.isArray() ? list(root) : object(root);
    } catch (JsonProcessingException e) {
      return faulty("is not valid JSON");
    }
  }

  Optional<Model> find(String name) {
    for (Model model : models) {
      if (model.name().equals(name)) {
        return Optional.of(model);
      }
    }
    return Optional.empty();
  }

  private static ModelList list(JsonNode names) {
    List<Model> models = new ArrayList<>();
    for (JsonNode name : names) {
      if (!name.isTextual() || name.asText().isBlank()) {
        return faulty("holds something that is not a name");
      }
      models.add(Model.plain(name.asText().strip()));
    }
    return of(models);
  }

  private static ModelList object(JsonNode definitions) {
    List<Model> models = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : definitions.properties()) {
      String name = entry.getKey();
      JsonNode definition = entry.getValue();
      JsonNode id = definition.isTextual() ? definition : definition.path("id");
      JsonNode options = definition.path("options");
      boolean readable = definition.isObject() || definition.isTextual();
      boolean knownParts =
          (id.isMissingNode() || id.isTextual()) && (options.isMissingNode() || options.isObject());
      if (!readable || !knownParts) {
        return faulty("says of \"%s\" what is not an id with options".formatted(name));
      }
      models.add(
          new Model(
              name,
              id.asText(name),
              options.isObject() ? Json.TREES.convertValue(options, FIELDS) : Map.of()));
    }
    return of(models);
  }

  private static ModelList of(List<Model> models) {
    List<Model> once = new ArrayList<>();
    for (Model model : models) {
      if (once.stream().noneMatch(m -> m.name().equals(model.name()))) {
        once.add(model);
      }
    }
    return new ModelList(List.copyOf(once), "");
  }

  private static ModelList faulty(String fault) {
    return new ModelList(List.of(), fault + "; " + FORMS);
  }
}
