package dev.caravan.transcript;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What every stream of a dialect has to hold to, whoever wrote it. A dialect adds its rules here:
 * one class and one line.
 */
public interface StreamRules {

  /**
   * Fails with the rule that a stream breaks.
   *
   * @param stream as a client gets it; a stream that was broken off ends with {@code (broken)} or
   *     with the dialect's own error event
   * @param model that the client asked for
   */
  void check(String stream, String model);

  /** The rules of a dialect. */
  static StreamRules of(String dialect) {
    return switch (dialect) {
      case "openai-chat" -> new ChatRules();
      case "anthropic" -> new MessagesRules();
      case "openai-responses" -> new ResponsesRules();
      case "gemini" -> new GeminiRules();
      default -> throw new IllegalArgumentException("no rules for " + dialect);
    };
  }

  /**
   * One server-sent event.
   *
   * @param name empty without one
   * @param data as text
   */
  record Event(String name, String data) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(data);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + data, e);
      }
    }
  }

  /** The events of a stream, comments left out. */
  static List<Event> events(String stream) {
    List<Event> events = new ArrayList<>();
    for (String block : stream.split("\n\n")) {
      String name = "";
      StringBuilder data = new StringBuilder();
      for (String line : block.split("\n")) {
        if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
          data.append(data.isEmpty() ? "" : "\n").append(line.substring(5).strip());
        }
      }
      if (!data.isEmpty()) {
        events.add(new Event(name, data.toString()));
      }
    }
    return events;
  }
}
