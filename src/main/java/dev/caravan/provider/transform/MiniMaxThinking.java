package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** MiniMax keeps its thoughts apart when it is asked to (providers.md 11). */
final class MiniMaxThinking implements BodyTransform {
  @Override
  public String name() {
    return "minimax-thinking";
  }

  @Override
  public String does() {
    return "thoughts are asked for apart (`reasoning_split`) and said in `reasoning_content`";
  }

  @Override
  public void request(ObjectNode body, String model) {
    if (!body.has("reasoning_split")) {
      body.put("reasoning_split", true);
    }
  }

  @Override
  public String answersOnlyWith() {
    return "reasoning_details";
  }

  @Override
  public boolean changesAnswers() {
    return true;
  }

  @Override
  public void answer(ObjectNode answer) {
    for (ObjectNode said : Trees.said(answer)) {
      StringBuilder thoughts = new StringBuilder();
      for (JsonNode detail : said.path("reasoning_details")) {
        thoughts.append(detail.path("text").asText(""));
      }
      if (!thoughts.isEmpty() && !said.path("reasoning_content").isTextual()) {
        said.put("reasoning_content", thoughts.toString());
      }
    }
  }
}
