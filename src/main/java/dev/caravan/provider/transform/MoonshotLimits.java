package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What Moonshot does not take (providers.md 11). */
final class MoonshotLimits implements BodyTransform {
  @Override
  public String name() {
    return "moonshot";
  }

  @Override
  public String does() {
    return "a temperature above 1 becomes 1, and `tool_choice: required` is left out";
  }

  @Override
  public void request(ObjectNode body, String model) {
    if (body.path("temperature").asDouble(0) > 1) {
      body.put("temperature", 1);
    }
    if (body.path("tool_choice").asText().equals("required")) {
      body.remove("tool_choice");
    }
  }
}
