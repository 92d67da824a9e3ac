package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** What DeepSeek's own API takes and wants (providers.md 4.11). */
final class DeepSeek implements BodyTransform {
  /** What stands for thoughts that nobody has kept; DeepSeek refuses a call without any. */
  static final String NO_THOUGHTS = "Reasoning content unavailable.";

  private static final List<String> TAKEN =
      List.of(
          "model",
          "messages",
          "thinking",
          "reasoning_effort",
          "max_tokens",
          "response_format",
          "stop",
          "stream",
          "stream_options",
          "temperature",
          "top_p",
          "tools",
          "tool_choice",
          "logprobs",
          "top_logprobs",
          "presence_penalty",
          "frequency_penalty",
          "n");

  @Override
  public String name() {
    return "deepseek";
  }

  @Override
  public String does() {
    return "fields that DeepSeek does not know are left out, `reasoning_effort` becomes its `thinking`, and a tool call of an"
        + " earlier turn without thoughts gets a word in their place";
  }

  @Override
  public void request(ObjectNode body, String model) {
    Trees.oldNameOfMaxTokens(body);
    body.retain(TAKEN);
    if (!body.path("stream").asBoolean()) {
      body.remove("stream_options");
    }
    thinking(body, model.toLowerCase(Locale.ROOT));
    for (ObjectNode message : Trees.messages(body)) {
      boolean calls = message.path("tool_calls").size() > 0;
      if (calls && message.path("reasoning_content").asText("").isEmpty()) {
        message.put("reasoning_content", NO_THOUGHTS);
      }
    }
  }

  private static void thinking(ObjectNode body, String model) {
    String effort = Trees.effort(body);
    JsonNode said = body.path("thinking").path("type");
    if (Trees.isOff(effort) || Trees.isOff(said.asText("").toLowerCase(Locale.ROOT))) {
      body.putObject("thinking").put("type", "disabled");
      body.remove("reasoning_effort");
    } else if (model.equals("deepseek-v4-pro") || model.equals("deepseek-v4-flash")) {
      body.putObject("thinking").put("type", "enabled");
      body.put("reasoning_effort", effort(effort));
    }
  }

  /** The two efforts that its models know. */
  static String effort(String asked) {
    return asked.equals("low") || asked.equals("medium") ? "high" : "max";
  }
}
