package dev.caravan.dialect.anthropic;

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
    UsageReader usage = new UsageReader();
    @Nullable Span modelAt = null;
    boolean content = false;
    boolean error = false;
    boolean reason = false;
    boolean any = false;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "model" -> {
          int start = json.tokenStart();
          boolean text = json.isString();
          json.skip();
          modelAt = text ? new Span(start, json.tokenEnd()) : null;
        }
        case "usage" -> usage.read(json);
        case "error" -> {
          error = !json.isNull();
          json.skip();
        }
        case "content" -> {
          content = true;
          if (json.isArray()) {
            while (json.nextElement()) {
              any = true;
              json.skip();
            }
          } else {
            json.skip();
          }
        }
        case "stop_reason" -> {
          String why = json.string();
          reason = why != null && !why.equals("end_turn");
        }
        default -> json.skip();
      }
    }
    if (json.token() != JsonToken.END_OBJECT) {
      return UNREADABLE;
    }
    if (error && !any) {
      return new AnswerFacts(Shape.ERROR, usage.usage(), modelAt);
    }
    boolean empty = content && !any && !reason;
    return new AnswerFacts(empty ? Shape.EMPTY : Shape.ANSWER, usage.usage(), modelAt);
  }
}
