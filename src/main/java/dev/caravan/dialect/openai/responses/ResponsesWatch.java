package dev.caravan.dialect.openai.responses;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR;
import static dev.caravan.dialect.sse.EventScanner.ERROR_EVENT;
import static dev.caravan.dialect.sse.EventScanner.USAGE;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.sse.EventData;
import java.io.IOException;

/**
 * Watches a stream of responses events that goes to a client of the same dialect. Once content has
 * come only those events are parsed that may tell usage or an error, among them the last one.
 */
final class ResponsesWatch implements StreamWatch {
  private Usage usage = Usage.NONE;
  private boolean begun;
  private boolean complete;
  private int events;

  // of the event that is being read
  private String item = "";
  private boolean output;

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    if ((hints & ERROR_EVENT) != 0) {
      return Sight.ERROR;
    }
    if ((hints & DATA) == 0) {
      return Sight.LIFE;
    }
    if (begun && (hints & (USAGE | ERROR)) == 0) {
      events++;
      return Sight.CONTENT;
    }
    EventData data = EventData.of(bytes, start, end);
    Sight sight;
    try (JsonReader json = new JsonReader(data.bytes(), data.start(), data.end())) {
      sight = json.next() == JsonToken.START_OBJECT ? event(json) : content();
    } catch (IOException e) {
      sight = content();
    }
    events += sight == Sight.ERROR ? 0 : 1;
    return sight;
  }

  private Sight event(JsonReader json) throws IOException {
    String type = "";
    boolean error = false;
    item = "";
    output = false;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "type" -> {
          String said = json.string();
          type = said == null ? "" : said;
        }
        case "response", "item" -> inner(json);
        case "error" -> {
          error = json.isObject() || json.isString();
          json.skip();
        }
        default -> json.skip();
      }
    }
    return sight(type, error);
  }

  private void inner(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "usage" -> {
          Usage said = UsageReader.read(json);
          usage = said.isEmpty() ? usage : said;
        }
        case "type" -> {
          String said = json.string();
          item = said == null ? "" : said;
        }
        case "output" -> {
          if (json.isArray()) {
            while (json.nextElement()) {
              output = true;
              json.skip();
            }
          } else {
            json.skip();
          }
        }
        default -> json.skip();
      }
    }
  }

  private Sight sight(String type, boolean error) {
    return switch (type) {
      case "error", "response.failed" -> Sight.ERROR;
      case "response.completed" -> {
        complete = true;
        yield begun || !output ? Sight.END : content();
      }
      // cut before the first word: that is what there is to say
      case "response.incomplete" -> {
        complete = true;
        yield begun ? Sight.END : content();
      }
      default -> {
        if (error) {
          yield Sight.ERROR;
        }
        yield begun || !Handshakes.is(type, item) ? content() : Sight.HANDSHAKE;
      }
    };
  }

  private Sight content() {
    begun = true;
    return Sight.CONTENT;
  }

  @Override
  public int position() {
    return events;
  }

  @Override
  public Usage usage() {
    return usage;
  }

  @Override
  public boolean isComplete() {
    return complete;
  }
}
