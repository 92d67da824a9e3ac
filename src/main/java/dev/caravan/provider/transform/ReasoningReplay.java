package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.provider.Glob;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives a provider back what it thought before it called a tool, when the client has not kept it:
 * DeepSeek refuses an earlier call without its thoughts (providers.md 4.11). Found by the id of the
 * call, else by the text beside it, for the same client alone.
 */
final class ReasoningReplay implements BodyTransform {
  private static final String THOUGHTS = "reasoning_content";

  /** Option: models that want it, all where nothing is said. */
  static final String MODELS = "replayModels";

  /** Option: whether they want it for answers without a call too. */
  static final String TEXTS = "replayTexts";

  private final @Nullable ReasoningMemory memory;
  private final String client;
  private final StringBuilder thoughts = new StringBuilder(0);
  private final StringBuilder content = new StringBuilder(0);
  private final Set<String> calls = new LinkedHashSet<>();
  private boolean finished;

  private final List<String> models;
  private final boolean texts;

  /** One that serves no call yet, and so knows nothing. */
  ReasoningReplay() {
    this("", null, List.of(), false);
  }

  private ReasoningReplay(
      String client, @Nullable ReasoningMemory memory, List<String> models, boolean texts) {
    this.client = client;
    this.memory = memory;
    this.models = models;
    this.texts = texts;
  }

  @Override
  public ReasoningReplay with(Map<String, String> options) {
    return new ReasoningReplay(
        client,
        memory,
        Stream.of(options.getOrDefault(MODELS, "").split(",", -1))
            .map(String::strip)
            .filter(glob -> !glob.isEmpty())
            .toList(),
        Trees.isOn(options.getOrDefault(TEXTS, "false")));
  }

  @Override
  public boolean concerns(String model) {
    return models.isEmpty()
        || models.stream().anyMatch(glob -> Glob.matches(glob, model.toLowerCase(Locale.ROOT)));
  }

  @Override
  public String name() {
    return "reasoning-replay";
  }

  @Override
  public String does() {
    return "what an answer thought before it called a tool is remembered and put back into later requests of the same"
        + " client that lack it";
  }

  @Override
  public boolean isPerCall() {
    return true;
  }

  @Override
  public BodyTransform forCall(String caller, ReasoningMemory remembered) {
    return new ReasoningReplay(caller, remembered, models, texts);
  }

  @Override
  public String onlyWith() {
    return texts ? "\"assistant\"" : "\"tool_calls\"";
  }

  @Override
  public void request(ObjectNode body, String model) {
    if (memory == null) {
      return;
    }
    for (ObjectNode message : Trees.messages(body)) {
      boolean lacks = message.path(THOUGHTS).asText("").isEmpty();
      boolean mayHave = texts && message.path("role").asText("").equals("assistant");
      if (lacks && (mayHave || message.path("tool_calls").size() > 0)) {
        String found = found(message, memory);
        if (found != null) {
          message.put(THOUGHTS, found);
        }
      }
    }
  }

  private @Nullable String found(ObjectNode message, ReasoningMemory from) {
    for (ObjectNode call : Trees.objects(message.path("tool_calls"))) {
      String found = from.recall(client, ofCall(call.path("id").asText("")));
      if (found != null) {
        return found;
      }
    }
    String text = Trees.text(message.path("content"));
    return text.isEmpty() ? null : from.recall(client, ofText(text));
  }

  private static String ofCall(String id) {
    return "tool:" + id;
  }

  private static String ofText(String text) {
    return "content:" + Trees.sha256(text);
  }

  @Override
  public boolean hearsAnswers() {
    return true;
  }

  @Override
  public void hear(byte[] bytes, int start, int end) {
    if (memory == null || finished) {
      return;
    }
    try (JsonParser json = JsonBytes.parse(bytes, start, end)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean choices = json.currentName().equals("choices");
          if (json.nextToken() == JsonToken.START_ARRAY && choices) {
            choices(json);
          } else {
            json.skipChildren();
          }
        }
      }
    } catch (IOException e) {
      return; // others say what is wrong with it
    }
    if (finished) {
      remember(memory);
    }
  }

  /** Only the first one calls tools. */
  private void choices(JsonParser json) throws IOException {
    boolean first = true;
    while (json.nextToken() == JsonToken.START_OBJECT) {
      if (first) {
        choice(json);
      } else {
        json.skipChildren();
      }
      first = false;
    }
  }

  private void choice(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && (name.equals("delta") || name.equals("message"))) {
        said(json);
      } else {
        finished |= name.equals("finish_reason") && value == JsonToken.VALUE_STRING;
        json.skipChildren();
      }
    }
  }

  private void said(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case THOUGHTS -> append(json, value, thoughts);
        case "content" -> append(json, value, content);
        case "tool_calls" -> {
          if (value == JsonToken.START_ARRAY) {
            calls(json);
          }
        }
        default -> json.skipChildren();
      }
    }
  }

  private static void append(JsonParser json, JsonToken value, StringBuilder to)
      throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      to.append(json.getText());
    } else {
      json.skipChildren();
    }
  }

  private void calls(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean id = json.currentName().equals("id");
        if (json.nextToken() == JsonToken.VALUE_STRING && id && !json.getText().isEmpty()) {
          calls.add(json.getText());
        } else {
          json.skipChildren();
        }
      }
    }
  }

  private void remember(ReasoningMemory in) {
    String text = thoughts.toString();
    if ((calls.isEmpty() && !texts) || text.isBlank() || text.equals(DeepSeek.NO_THOUGHTS)) {
      return;
    }
    calls.forEach(id -> in.remember(client, ofCall(id), text));
    if (!content.isEmpty()) {
      in.remember(client, ofText(content.toString()), text);
    }
  }
}
