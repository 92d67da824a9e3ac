package dev.caravan.dialect.openai;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR;
import static dev.caravan.dialect.sse.EventScanner.FINISHED;
import static dev.caravan.dialect.sse.EventScanner.NO_CHOICES;
import static dev.caravan.dialect.sse.EventScanner.USAGE;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.StreamWatch;
import java.io.IOException;

/**
 * Watches a stream of chat chunks. Until the first content each event is parsed, since handshakes
 * must be told from content; afterwards only those whose hints say that usage or an error may be in
 * them.
 */
final class ChatWatch implements StreamWatch {
  private Usage usage = Usage.NONE;
  private boolean complete;
  private boolean begun;

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    if ((hints & DATA) == 0) {
      return (hints & ERROR) != 0 ? Sight.ERROR : Sight.LIFE;
    }
    if ((hints & FINISHED) != 0) {
      complete = true;
    }
    if (begun && (hints & (USAGE | ERROR)) == 0 && (hints & NO_CHOICES) == 0) {
      return isEndMark(bytes, start, end) ? end() : Sight.CONTENT;
    }
    return parse(bytes, start, end);
  }

  @Override
  public Usage usage() {
    return usage;
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  private Sight end() {
    complete = true;
    return Sight.END;
  }

  private Sight parse(byte[] bytes, int start, int end) {
    int from = dataAt(bytes, start, end);
    if (from < 0) {
      return Sight.LIFE;
    }
    if (isDone(bytes, from, end)) {
      return end();
    }
    try (JsonParser json = JsonBytes.parse(bytes, from, end)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return content();
      }
      return chunk(json);
    } catch (IOException e) {
      return content();
    }
  }

  private Sight chunk(JsonParser json) throws IOException {
    boolean known = false;
    boolean content = false;
    boolean counted = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "error" -> {
          if (value != JsonToken.VALUE_NULL) {
            return Sight.ERROR;
          }
        }
        case "usage" -> {
          Usage said = UsageReader.read(json);
          if (!said.isEmpty()) {
            usage = said;
            complete = true;
            counted = true;
          }
        }
        case "choices" -> {
          known = value == JsonToken.START_ARRAY;
          content = known ? anyContent(json) : content;
          if (!known) {
            json.skipChildren();
          }
        }
        default -> json.skipChildren();
      }
    }
    if (known && !content) {
      return counted ? Sight.USAGE : Sight.HANDSHAKE;
    }
    return content();
  }

  private Sight content() {
    begun = true;
    return Sight.CONTENT;
  }

  /** Reads the whole {@code choices} array. */
  private static boolean anyContent(JsonParser json) throws IOException {
    boolean content = false;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        content = true;
        continue;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "delta", "message" ->
              content |= value == JsonToken.START_OBJECT && deltaHasContent(json);
          // "stop" after nothing is an empty answer; any other reason says something to the client
          case "finish_reason" ->
              content |= isSomething(json, value) && !json.getText().equals("stop");
          case "text" -> content |= isSomething(json, value);
          default -> json.skipChildren();
        }
      }
    }
    return content;
  }

  private static boolean deltaHasContent(JsonParser json) throws IOException {
    boolean content = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean role = json.currentName().equals("role");
      boolean something = isSomething(json, json.nextToken());
      content |= something && !role;
    }
    return content;
  }

  /** Whether a value is more than null, an empty string, an empty array or an empty object. */
  private static boolean isSomething(JsonParser json, JsonToken value) throws IOException {
    return switch (value) {
      case VALUE_NULL -> false;
      case VALUE_STRING -> json.getTextLength() > 0;
      case START_ARRAY, START_OBJECT -> {
        boolean empty = json.nextToken().isStructEnd();
        int depth = empty ? 0 : 1;
        JsonToken token = json.currentToken();
        while (depth > 0) {
          if (token.isStructStart()) {
            depth++;
          } else if (token.isStructEnd()) {
            depth--;
          }
          if (depth > 0) {
            token = json.nextToken();
            if (token == null) {
              throw new IOException("cut");
            }
          }
        }
        yield !empty;
      }
      default -> true;
    };
  }

  private static boolean isEndMark(byte[] bytes, int start, int end) {
    // only a short event can be it, so long ones are not looked at
    if (end - start > 64) {
      return false;
    }
    int from = dataAt(bytes, start, end);
    return from >= 0 && isDone(bytes, from, end);
  }

  private static boolean isDone(byte[] b, int from, int end) {
    return end - from >= 6
        && b[from] == '['
        && b[from + 1] == 'D'
        && b[from + 2] == 'O'
        && b[from + 3] == 'N'
        && b[from + 4] == 'E'
        && b[from + 5] == ']';
  }

  /** Where the value of the first data line begins, or -1. */
  private static int dataAt(byte[] b, int start, int end) {
    int i = start;
    while (i < end) {
      if (i + 5 <= end
          && b[i] == 'd'
          && b[i + 1] == 'a'
          && b[i + 2] == 't'
          && b[i + 3] == 'a'
          && b[i + 4] == ':') {
        int from = i + 5;
        return from < end && b[from] == ' ' ? from + 1 : from;
      }
      while (i < end && b[i] != '\n') {
        i++;
      }
      i++;
    }
    return -1;
  }
}
