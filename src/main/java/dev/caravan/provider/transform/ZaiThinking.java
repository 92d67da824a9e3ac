package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Z.AI's word for whether a model thinks (providers.md 11). */
final class ZaiThinking implements BodyTransform {
  @Override
  public String name() {
    return "zai-thinking";
  }

  @Override
  public String does() {
    return "`reasoning_effort` becomes `thinking`, which is on or off";
  }

  @Override
  public String onlyWith() {
    return "reasoning_effort";
  }

  @Override
  public void request(ObjectNode body, String model) {
    String effort = Trees.effort(body);
    body.remove("reasoning_effort");
    if (!effort.isEmpty() && !body.has("thinking")) {
      body.putObject("thinking").put("type", Trees.isOff(effort) ? "disabled" : "enabled");
    }
  }
}
