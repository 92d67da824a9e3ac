package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** What Groq asks and answers differently (providers.md 4.5). */
final class GroqReasoning implements BodyTransform {
  @Override
  public String name() {
    return "groq";
  }

  @Override
  public String does() {
    return "names of messages are left out, thoughts are asked for apart (`reasoning_format: parsed`), efforts are put into"
        + " Groq's words, and the usage in `x_groq` is said in `usage`";
  }

  @Override
  public void request(ObjectNode body, String model) {
    Trees.messages(body).forEach(message -> message.remove("name"));
    String id = model.toLowerCase(Locale.ROOT);
    boolean qwen = id.contains("qwen3");
    boolean oss = id.contains("gpt-oss");
    if ((qwen || oss || id.contains("deepseek-r1")) && !body.has("include_reasoning")) {
      body.put("reasoning_format", body.path("reasoning_format").asText("parsed"));
    }
    String effort = Trees.effort(body);
    if (effort.isEmpty()) {
      return;
    }
    if (qwen) {
      body.put("reasoning_effort", Trees.isOff(effort) ? "none" : "default");
    } else if (oss && !Trees.isOff(effort)) {
      body.put(
          "reasoning_effort",
          switch (effort) {
            case "minimal", "low" -> "low";
            case "high", "xhigh", "max" -> "high";
            default -> "medium";
          });
    } else {
      body.remove("reasoning_effort");
    }
  }

  @Override
  public String answersOnlyWith() {
    return "x_groq";
  }

  @Override
  public boolean changesAnswers() {
    return true;
  }

  @Override
  public void answer(ObjectNode answer) {
    JsonNode usage = answer.path("x_groq").path("usage");
    if (usage.isObject() && !answer.path("usage").isObject()) {
      answer.set("usage", usage);
    }
  }
}
