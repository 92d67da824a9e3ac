package dev.caravan.dialect.anthropic;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR;
import static dev.caravan.dialect.sse.EventScanner.ERROR_EVENT;
import static dev.caravan.dialect.sse.EventScanner.USAGE;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.sse.EventData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Watches a stream of messages events that goes to a client of the same dialect. Once content has
 * come only those events are parsed that may tell usage or an error, and short ones, of which one
 * is the last.
 */
final class MessagesWatch implements StreamWatch {

  /**
   * No delta is as short; {@code message_stop}, {@code ping} and {@code content_block_stop} are.
   */
  private static final int SHORT = 100;

  private static final byte[] BLOCK = "event: content_block_".getBytes(StandardCharsets.US_ASCII);

  private final UsageReader usage = new UsageReader();
  private boolean begun;
  private boolean complete;
  private boolean unusualEnd;
  private @Nullable Span modelAt;
  private boolean announced;
  private boolean blockOpen;
  private int blocks;

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    modelAt = null;
    count(bytes, start, end);
    if ((hints & ERROR_EVENT) != 0) {
      return Sight.ERROR;
    }
    if ((hints & DATA) == 0) {
      return Sight.LIFE;
    }
    if (begun && (hints & (USAGE | ERROR)) == 0 && end - start > SHORT) {
      return Sight.CONTENT;
    }
    EventData data = EventData.of(bytes, start, end);
    try (JsonReader json = new JsonReader(data.bytes(), data.start(), data.end())) {
      if (json.next() != JsonToken.START_OBJECT) {
        return content();
      }
      return event(json, data.bytes() == bytes);
    } catch (IOException e) {
      return content();
    }
  }

  /** Blocks begin and end with events that bear that name, in whatever pieces they come. */
  private void count(byte[] bytes, int start, int end) {
    int at = start + BLOCK.length;
    if (at + 3 > end || bytes[at] != 's' || bytes[at + 1] != 't') {
      return;
    }
    if (Arrays.equals(bytes, start, at, BLOCK, 0, BLOCK.length)) {
      blockOpen = bytes[at + 2] == 'a';
      blocks += blockOpen ? 0 : 1;
    }
  }

  private Sight event(JsonReader json, boolean inPlace) throws IOException {
    String type = "";
    boolean error = false;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "type" -> {
          String said = json.string();
          type = said == null ? "" : said;
        }
        case "message" -> message(json, inPlace);
        case "delta" -> delta(json);
        case "usage" -> usage.read(json);
        case "error" -> {
          error = !json.isNull();
          json.skip();
        }
        default -> json.skip();
      }
    }
    return sight(type, error);
  }

  private Sight sight(String type, boolean error) {
    return switch (type) {
      case "ping" -> Sight.LIFE;
      case "error" -> Sight.ERROR;
      case "message_start" -> {
        announced = true;
        yield Sight.HANDSHAKE;
      }
      // a block that begins says nothing yet
      case "content_block_start" -> begun ? Sight.CONTENT : Sight.HANDSHAKE;
      case "message_delta" -> {
        complete = true;
        yield begun || unusualEnd ? content() : Sight.HANDSHAKE;
      }
      case "message_stop" -> {
        complete = true;
        yield Sight.END;
      }
      default -> error ? Sight.ERROR : content();
    };
  }

  private void delta(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("stop_reason") && json.isString()) {
        unusualEnd = !"end_turn".equals(json.string());
      } else {
        json.skip();
      }
    }
  }

  private void message(JsonReader json, boolean inPlace) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "usage" -> usage.read(json);
        case "model" -> {
          int start = json.tokenStart();
          boolean text = json.isString();
          json.skip();
          modelAt = text && inPlace ? new Span(start, json.tokenEnd()) : null;
        }
        default -> json.skip();
      }
    }
  }

  private Sight content() {
    begun = true;
    modelAt = null;
    return Sight.CONTENT;
  }

  @Override
  public @Nullable Span modelAt() {
    return modelAt;
  }

  @Override
  public int position() {
    return announced ? Position.of(blocks, blockOpen) : 0;
  }

  @Override
  public Usage usage() {
    return usage.usage();
  }

  @Override
  public boolean isComplete() {
    return complete;
  }
}
