package dev.caravan.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.AnswerFacts.Shape;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.hub.JsonReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads of a whole answer what the gateway has to know. */
final class AnswerFactsReader {
  private static final AnswerFacts UNREADABLE = new AnswerFacts(Shape.UNREADABLE, Usage.NONE, null);

  private AnswerFactsReader() {}

  static AnswerFacts read(byte[] body) {
    try (JsonReader json = new JsonReader(body)) {
      return json.next() == JsonToken.START_OBJECT ? object(json) : UNREADABLE;
    } catch (IOException e) {
      return UNREADABLE;
    }
  }

  private static AnswerFacts object(JsonReader json) throws IOException {
    Usage usage = Usage.NONE;
    @Nullable Span modelAt = null;
    boolean output = false;
    boolean any = false;
    boolean error = false;
    String status = "";
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "model" -> {
          int start = json.tokenStart();
          boolean text = json.isString();
          json.skip();
          modelAt = text ? new Span(start, json.tokenEnd()) : null;
        }
        case "usage" -> usage = UsageReader.read(json);
        case "error" -> {
          error = json.isObject() || json.isString();
          json.skip();
        }
        case "status" -> {
          String said = json.string();
          status = said == null ? "" : said;
        }
        case "output" -> {
          output = true;
          if (json.isArray()) {
            while (json.nextElement()) {
              any = true;
              json.skip();
            }
          } else {
            json.skip();
          }
        }
        default -> json.skip();
      }
    }
    if (json.token() != JsonToken.END_OBJECT) {
      return UNREADABLE;
    }
    if (error || status.equals("failed")) {
      return new AnswerFacts(Shape.ERROR, usage, modelAt);
    }
    boolean empty = output && !any && status.equals("completed");
    return new AnswerFacts(empty ? Shape.EMPTY : Shape.ANSWER, usage, modelAt);
  }
}
