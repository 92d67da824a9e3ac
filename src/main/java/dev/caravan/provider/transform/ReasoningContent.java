package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Thoughts under the name that most clients look for (providers.md 4.4, 4.5). */
final class ReasoningContent implements BodyTransform {
  @Override
  public String name() {
    return "reasoning-content";
  }

  @Override
  public String does() {
    return "what an answer says in `reasoning` is said in `reasoning_content` too";
  }

  @Override
  public boolean concerns(String model) {
    return false;
  }

  @Override
  public String answersOnlyWith() {
    return "\"reasoning\"";
  }

  @Override
  public boolean changesAnswers() {
    return true;
  }

  @Override
  public void answer(ObjectNode answer) {
    for (ObjectNode said : Trees.said(answer)) {
      if (said.path("reasoning").isTextual() && !said.path("reasoning_content").isTextual()) {
        said.set("reasoning_content", said.path("reasoning"));
      }
    }
  }
}
