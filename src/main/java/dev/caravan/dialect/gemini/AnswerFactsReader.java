package dev.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.AnswerFacts.Shape;
import dev.caravan.dialect.hub.JsonReader;
import java.io.IOException;

/** Reads of a whole answer what the gateway has to know. */
final class AnswerFactsReader {
  private static final AnswerFacts UNREADABLE = new AnswerFacts(Shape.UNREADABLE, Usage.NONE, null);

  private AnswerFactsReader() {}

  static AnswerFacts read(byte[] body) {
    Glance glance = new Glance();
    try (JsonReader json = new JsonReader(body)) {
      if (json.next() != JsonToken.START_OBJECT) {
        return UNREADABLE;
      }
      glance.object(json);
      if (json.token() != JsonToken.END_OBJECT) {
        return UNREADABLE;
      }
    } catch (IOException e) {
      return UNREADABLE;
    }
    Shape shape =
        glance.error() && !glance.says()
            ? Shape.ERROR
            : glance.says() || glance.endsUnusually() ? Shape.ANSWER : Shape.EMPTY;
    return new AnswerFacts(shape, glance.usage(), null);
  }
}
