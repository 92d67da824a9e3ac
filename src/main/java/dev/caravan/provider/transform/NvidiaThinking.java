package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** How models behind NVIDIA NIM are told to think (providers.md 4.7). */
final class NvidiaThinking implements BodyTransform {
  @Override
  public String name() {
    return "nvidia-thinking";
  }

  @Override
  public String does() {
    return "`reasoning_effort` becomes what the template of the model reads in `chat_template_kwargs`, for DeepSeek 3.1, 3.2"
        + " and 4, Kimi K2 and Mistral";
  }

  @Override
  public void request(ObjectNode body, String model) {
    String id = model.toLowerCase(Locale.ROOT);
    String effort = Trees.effort(body);
    boolean off = Trees.isOff(effort);
    if (id.startsWith("deepseek-ai/deepseek-v3.1") || id.equals("deepseek-ai/deepseek-v3.2")) {
      kwargs(body).put("thinking", !off);
      body.remove("reasoning_effort");
    } else if (id.equals("deepseek-ai/deepseek-v4-pro")
        || id.equals("deepseek-ai/deepseek-v4-flash")) {
      ObjectNode kwargs = kwargs(body).put("thinking", !off);
      if (off) {
        kwargs.remove("reasoning_effort");
      } else {
        kwargs.put("reasoning_effort", DeepSeek.effort(effort));
      }
      body.remove("reasoning_effort");
    } else if (id.contains("mistral-medium-3.5") || id.contains("mistral-small-4")) {
      if (off) {
        body.remove("reasoning_effort");
      } else {
        body.put("reasoning_effort", "high");
      }
    } else if (id.contains("kimi-k2.")) {
      kwargs(body).put("thinking", !off);
      body.remove("reasoning_effort");
    }
  }

  private static ObjectNode kwargs(ObjectNode body) {
    return body.path("chat_template_kwargs") instanceof ObjectNode said
        ? said
        : body.putObject("chat_template_kwargs");
  }
}
