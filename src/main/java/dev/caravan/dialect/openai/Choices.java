package dev.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** What the {@code choices} of one chunk hold. */
enum Choices {
  /** The chunk has none, so it is not known what it is. */
  ABSENT,
  /** An empty list: usage, or what Azure found in the prompt. */
  NONE,
  /** A role, empty texts, or the end of an answer without a word. */
  SILENT,
  /** What the model thinks, and nothing else. */
  REASONING,
  /** Something for the client. */
  CONTENT,
  /** An error of one choice, as OpenRouter reports it. */
  FAULTY;

  /** The parser stands on the value of {@code choices}; afterwards on its last token. */
  static Choices read(JsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      return ABSENT;
    }
    Choices all = NONE;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      Choices one = choice(json);
      all = one.compareTo(all) > 0 ? one : all;
    }
    return all;
  }

  private static Choices choice(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return CONTENT;
    }
    Choices said = SILENT;
    boolean content = false;
    boolean error = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "delta", "message" -> said = delta(json, value);
        // "stop" after nothing is an empty answer; any other reason says something to the client
        case "finish_reason" ->
            content |= isSomething(json, value) && !json.getText().equals("stop");
        case "text" -> content |= isSomething(json, value);
        case "error" -> error |= isError(json, value);
        default -> json.skipChildren();
      }
    }
    return error ? FAULTY : content ? CONTENT : said;
  }

  private static Choices delta(JsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      return isSomething(json, value) ? CONTENT : SILENT;
    }
    Choices all = SILENT;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      Choices kind = kind(json.currentName());
      if (isSomething(json, json.nextToken()) && kind.compareTo(all) > 0) {
        all = kind;
      }
    }
    return all;
  }

  /** What a member of a delta is when there is something in it (rotation.md 6.4). */
  private static Choices kind(String name) {
    return switch (name) {
      case "role" -> SILENT;
      case "reasoning", "reasoning_content", "reasoning_details", "thinking", "thinking_content" ->
          REASONING;
      default -> CONTENT;
    };
  }

  /** Whether the value of a member {@code error} means that there is one. */
  static boolean isError(JsonParser json, JsonToken value) throws IOException {
    return value != JsonToken.VALUE_FALSE && isSomething(json, value);
  }

  /**
   * Whether a value is more than null, an empty string, an empty array or an empty object; moves to
   * its last token.
   */
  private static boolean isSomething(JsonParser json, JsonToken value) throws IOException {
    return switch (value) {
      case VALUE_NULL -> false;
      case VALUE_STRING -> json.getTextLength() > 0;
      case START_ARRAY, START_OBJECT -> {
        int depth = 1;
        JsonToken token = json.nextToken();
        boolean empty = token.isStructEnd();
        while (true) {
          depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
          if (depth == 0) {
            yield !empty;
          }
          token = json.nextToken();
        }
      }
      default -> true;
    };
  }
}
