package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A message's content as one text (providers.md 11, quirk STR). */
final class StringContent implements BodyTransform {
  @Override
  public String name() {
    return "string-content";
  }

  @Override
  public String does() {
    return "the text parts of a message become one text; the quirk `STR` asks for it too";
  }

  @Override
  public void request(ObjectNode body, String model) {
    for (ObjectNode message : Trees.messages(body)) {
      if (message.path("content").isArray()) {
        message.put("content", Trees.text(message.path("content")));
      }
    }
  }
}
