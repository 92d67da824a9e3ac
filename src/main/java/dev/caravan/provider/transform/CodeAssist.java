package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What Code Assist wants to be told, and tells no better itself (providers.md 5.3 and 5.6). */
final class CodeAssist implements BodyTransform {
  private static final int ROOM = 64_000;
  private static final List<String> HARMS =
      List.of("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT");

  @Override
  public String name() {
    return "code-assist";
  }

  @Override
  public String does() {
    return "unless the client says otherwise an answer may have 64000 tokens, the temperature is 1, and Google's filters for harmful content are off";
  }

  @Override
  public void request(ObjectNode body, String model) {
    ObjectNode config = Trees.object(body, "generationConfig");
    if (!config.has("maxOutputTokens")) {
      config.put("maxOutputTokens", ROOM);
    }
    if (!config.has("temperature")) {
      config.put("temperature", 1);
    }
    if (body.path("systemInstruction") instanceof ObjectNode system && !system.has("role")) {
      system.put("role", "user");
    }
    if (!body.has("safetySettings")) {
      ArrayNode safety = body.putArray("safetySettings");
      HARMS.forEach(harm -> allow(safety, harm, "OFF"));
      allow(safety, "CIVIC_INTEGRITY", "BLOCK_NONE");
    }
  }

  private static void allow(ArrayNode safety, String harm, String threshold) {
    safety.addObject().put("category", "HARM_CATEGORY_" + harm).put("threshold", threshold);
  }
}
