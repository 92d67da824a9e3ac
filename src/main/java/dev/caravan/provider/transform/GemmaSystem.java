package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Gemma 3 takes no system texts (providers.md 3.3). Needs not be asked for. */
final class GemmaSystem implements BodyTransform {
  @Override
  public String name() {
    return "gemma-system";
  }

  @Override
  public String does() {
    return "system texts are said by the user; done for every model whose name holds `gemma-3`";
  }

  @Override
  public boolean concerns(String model) {
    return concernsModel(model);
  }

  static boolean concernsModel(String model) {
    return model.contains("emma-3") && model.toLowerCase(Locale.ROOT).contains("gemma-3");
  }

  @Override
  public void request(ObjectNode body, String model) {
    for (ObjectNode message : Trees.messages(body)) {
      if (message.path("role").asText().equals("system")) {
        message.put("role", "user");
      }
    }
    JsonNode instruction = body.remove("systemInstruction");
    if (instruction instanceof ObjectNode said && body.path("contents").isArray()) {
      said.put("role", "user");
      body.withArray("contents").insert(0, said);
    }
  }
}
