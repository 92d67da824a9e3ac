package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** For providers that refuse to be told what they do anyway (providers.md 4.12). */
final class AutoToolChoice implements BodyTransform {
  @Override
  public String name() {
    return "dedaluslabs-tool-choice";
  }

  @Override
  public String does() {
    return "`tool_choice: auto` is left out";
  }

  @Override
  public String onlyWith() {
    return "tool_choice";
  }

  @Override
  public void request(ObjectNode body, String model) {
    if (body.path("tool_choice").asText().equals("auto")) {
      body.remove("tool_choice");
    }
  }
}
