package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What OpenAI's models that think refuse (providers.md 4.1). */
final class OpenAiReasoning implements BodyTransform {
  private static final Pattern THINKS = Pattern.compile("(?!gpt-5.*-chat)(o1|o3|o4|gpt-5).*");
  private static final List<String> REFUSED =
      List.of("presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias");
  private static final List<String> ONE_ONLY = List.of("temperature", "top_p", "n");
  private static final Set<String> EFFORTS =
      Set.of("none", "minimal", "low", "medium", "high", "xhigh");

  @Override
  public String name() {
    return "openai-reasoning";
  }

  @Override
  public String does() {
    return "for `o1`, `o3`, `o4` and `gpt-5`: `max_tokens` becomes `max_completion_tokens`, the role `system` becomes"
        + " `developer`, sampling that they refuse and unknown efforts are left out";
  }

  @Override
  public boolean concerns(String model) {
    return THINKS.matcher(model).matches();
  }

  @Override
  public void request(ObjectNode body, String model) {
    JsonNode limit = body.remove("max_tokens");
    if (limit != null && !body.has("max_completion_tokens")) {
      body.set("max_completion_tokens", limit);
    }
    body.remove(REFUSED);
    for (String name : ONE_ONLY) {
      if (body.has(name) && body.path(name).asDouble() != 1) {
        body.remove(name);
      }
    }
    if (body.has("reasoning_effort") && !EFFORTS.contains(Trees.effort(body))) {
      body.remove("reasoning_effort");
    }
    for (ObjectNode message : Trees.messages(body)) {
      if (message.path("role").asText().equals("system")) {
        message.put("role", "developer");
      }
    }
  }
}
