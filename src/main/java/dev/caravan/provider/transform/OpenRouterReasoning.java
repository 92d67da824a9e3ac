package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** OpenRouter's word for how much is thought (providers.md 4.4). */
final class OpenRouterReasoning implements BodyTransform {
  @Override
  public String name() {
    return "openrouter-reasoning";
  }

  @Override
  public String does() {
    return "`reasoning_effort` becomes `reasoning.effort`";
  }

  @Override
  public String onlyWith() {
    return "reasoning_effort";
  }

  @Override
  public void request(ObjectNode body, String model) {
    JsonNode effort = body.remove("reasoning_effort");
    if (effort == null || effort.isNull()) {
      return;
    }
    ObjectNode reasoning =
        body.path("reasoning") instanceof ObjectNode said ? said : body.putObject("reasoning");
    if (!reasoning.has("effort") && !reasoning.has("max_tokens")) {
      reasoning.set("effort", effort);
    }
  }
}
