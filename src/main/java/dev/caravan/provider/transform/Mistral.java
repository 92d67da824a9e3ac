package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What Mistral asks and answers differently (providers.md 4.6). */
final class Mistral implements BodyTransform {
  private static final Pattern OWN_ID = Pattern.compile("[a-zA-Z0-9]{9}");
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  @Override
  public String name() {
    return "mistral";
  }

  @Override
  public String does() {
    return "ids of tool calls become nine letters or digits, results get the name of their tool, `tool_choice: required`"
        + " becomes `any`, `mistral-medium` and `mistral-small` think unless told not to, and thoughts in an answer's"
        + " content are said in `reasoning_content`";
  }

  @Override
  public void request(ObjectNode body, String model) {
    if (body.path("tool_choice").asText().equals("required")) {
      body.put("tool_choice", "any");
    }
    String id = model.toLowerCase(Locale.ROOT);
    if (id.contains("mistral-medium") || id.contains("mistral-small")) {
      if (Trees.isOff(Trees.effort(body))) {
        body.remove("reasoning_effort");
      } else {
        body.put("reasoning_effort", "high");
      }
    }
    calls(body);
  }

  private static void calls(ObjectNode body) {
    Map<String, String> names = new HashMap<>();
    for (ObjectNode message : Trees.messages(body)) {
      for (ObjectNode call : Trees.objects(message.path("tool_calls"))) {
        String id = call.path("id").asText();
        names.put(id, call.path("function").path("name").asText());
        call.put("id", ownId(id));
      }
      if (message.path("role").asText().equals("tool")) {
        String id = message.path("tool_call_id").asText();
        message.put("tool_call_id", ownId(id));
        if (!message.has("name") && names.containsKey(id)) {
          message.put("name", names.get(id));
        }
      }
    }
  }

  /** The same nine characters for the same id; Mistral's own stay as they are. */
  static String ownId(String id) {
    if (OWN_ID.matcher(id).matches()) {
      return id;
    }
    byte[] hash = Trees.sha256(id.getBytes(StandardCharsets.UTF_8));
    StringBuilder own = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      own.append(ALPHABET.charAt((hash[i] & 0xFF) % ALPHABET.length()));
    }
    return own.toString();
  }

  @Override
  public String answersOnlyWith() {
    return "\"thinking\"";
  }

  @Override
  public boolean changesAnswers() {
    return true;
  }

  @Override
  public void answer(ObjectNode answer) {
    for (ObjectNode said : Trees.said(answer)) {
      if (said.path("content") instanceof ArrayNode parts) {
        StringBuilder thoughts = new StringBuilder();
        StringBuilder text = new StringBuilder();
        for (JsonNode part : parts) {
          if (part.path("type").asText().equals("thinking")) {
            part.path("thinking")
                .forEach(thought -> thoughts.append(thought.path("text").asText()));
          } else {
            text.append(part.path("text").asText());
          }
        }
        said.put("content", text.toString());
        if (!thoughts.isEmpty()) {
          said.put("reasoning_content", thoughts.toString());
        }
      }
    }
  }
}
