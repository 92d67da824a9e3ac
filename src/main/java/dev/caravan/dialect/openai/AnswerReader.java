package dev.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.AnswerFacts.Shape;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.Span;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole chat answer: its usage, the place of its model name, and whether it is one at all.
 */
final class AnswerReader {
  private static final AnswerFacts UNREADABLE = new AnswerFacts(Shape.UNREADABLE, Usage.NONE, null);

  private AnswerReader() {}

  static AnswerFacts read(byte[] body) {
    int mark = JsonBytes.markLength(body);
    try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return UNREADABLE;
      }
      Usage usage = Usage.NONE;
      @Nullable Span modelAt = null;
      boolean error = false;
      boolean choices = false;
      boolean empty = false;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "model" -> {
            if (value == JsonToken.VALUE_STRING) {
              int start = (int) json.currentTokenLocation().getByteOffset() + mark;
              json.finishToken();
              modelAt = new Span(start, (int) json.currentLocation().getByteOffset() + mark);
            } else {
              json.skipChildren();
            }
          }
          case "usage" -> usage = UsageReader.read(json);
          case "error" -> error = Choices.isError(json, value);
          case "choices" -> {
            choices = true;
            empty = isEmpty(json, value);
          }
          default -> json.skipChildren();
        }
      }
      if (error && (!choices || empty)) {
        return new AnswerFacts(Shape.ERROR, usage, modelAt);
      }
      return new AnswerFacts(choices && empty ? Shape.EMPTY : Shape.ANSWER, usage, modelAt);
    } catch (IOException e) {
      return UNREADABLE;
    }
  }

  /** Whether a list is null or without elements; moves to its last token. */
  private static boolean isEmpty(JsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      return value == JsonToken.VALUE_NULL;
    }
    boolean empty = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      empty = false;
      json.skipChildren();
    }
    return empty;
  }
}
