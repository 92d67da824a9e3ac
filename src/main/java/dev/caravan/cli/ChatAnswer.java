package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/** Reads an answer of the chat dialect, streamed or in one piece, onto the screen. */
@NullMarked
final class ChatAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A tool call whose arguments are still coming. */
  private static final class ToolCall {
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
  }

  private final ChatScreen screen;
  private final boolean raw;
  private final Map<Integer, ToolCall> calls = new TreeMap<>();
  private JsonNode usage = JSON.missingNode();
  private String model = "";
  private boolean ended;

  /**
   * @param raw whether the JSON is wanted instead of the text
   */
  ChatAnswer(ChatScreen screen, boolean raw) {
    this.screen = screen;
    this.raw = raw;
  }

  void stream(ChatLines lines) throws ChatTrouble, InterruptedException {
    try {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.startsWith("data:")) {
          event(line.substring(5).strip());
        }
      }
    } catch (IOException e) {
      throw ChatTrouble.cut();
    }
    if (!ended) {
      throw ChatTrouble.cut();
    }
    finish();
  }

  void plain(String body) throws ChatTrouble {
    JsonNode answer = read(body);
    if (raw) {
      screen.raw(body);
    }
    note(answer);
    if (!answer.path("choices").isArray()) {
      throw ChatTrouble.unreadable(body);
    }
    said(answer.at("/choices/0/message"));
    finish();
  }

  private void event(String data) throws ChatTrouble {
    if (data.equals("[DONE]")) {
      ended = true;
      return;
    }
    JsonNode chunk = read(data);
    if (raw) {
      screen.raw(data);
    }
    note(chunk);
    ended |= chunk.at("/choices/0/finish_reason").isTextual();
    said(chunk.at("/choices/0/delta"));
  }

  private void note(JsonNode answer) throws ChatTrouble {
    if (answer.hasNonNull("error") || answer.path(0).hasNonNull("error")) {
      throw ChatTrouble.brokeOff(answer);
    }
    if (answer.hasNonNull("usage")) {
      usage = answer.get("usage");
    }
    model = answer.path("model").asText(model);
  }

  private void said(JsonNode message) {
    if (!raw) {
      screen.reasoning(message.path("reasoning_content").asText(""));
      screen.reasoning(message.path("reasoning").asText(""));
      screen.text(message.path("content").asText(""));
    }
    int position = 0;
    for (JsonNode part : message.path("tool_calls")) {
      ToolCall call =
          calls.computeIfAbsent(part.path("index").asInt(position++), _ -> new ToolCall());
      call.name += part.at("/function/name").asText("");
      call.arguments.append(part.at("/function/arguments").asText(""));
    }
  }

  private void finish() throws ChatTrouble {
    if (!raw) {
      calls.values().forEach(call -> screen.toolCall(call.name, call.arguments.toString()));
    }
    screen.end();
    if (!screen.hasShownSomething()) {
      throw ChatTrouble.empty();
    }
    if (usage.isObject()) {
      screen.usage(usage, model);
    }
  }

  private static JsonNode read(String json) throws ChatTrouble {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw ChatTrouble.unreadable(json);
    }
  }
}
