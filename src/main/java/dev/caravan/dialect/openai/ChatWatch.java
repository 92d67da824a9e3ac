package dev.caravan.dialect.openai;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR;
import static dev.caravan.dialect.sse.EventScanner.ERROR_EVENT;
import static dev.caravan.dialect.sse.EventScanner.FINISHED;
import static dev.caravan.dialect.sse.EventScanner.NO_CHOICES;
import static dev.caravan.dialect.sse.EventScanner.USAGE;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.sse.EventData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Watches a stream of chat chunks. Until the first content each event is parsed, since handshakes
 * must be told from content; afterwards only those whose hints say that usage or an error may be in
 * them.
 */
final class ChatWatch implements StreamWatch {
  private static final byte[] END_MARK = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  /** An event that is longer cannot be the end mark. */
  private static final int LONGEST_END = 64;

  private final boolean apart;
  private Usage usage = Usage.NONE;
  private boolean complete;
  private boolean begun;

  /**
   * For one stream.
   *
   * @param apart whether reasoning is told from the answer, as long as nothing else has come
   */
  ChatWatch(boolean apart) {
    this.apart = apart;
  }

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    if ((hints & ERROR_EVENT) != 0) {
      return Sight.ERROR;
    }
    if ((hints & DATA) == 0) {
      return Sight.LIFE;
    }
    if ((hints & FINISHED) != 0) {
      complete = true;
    }
    if (begun && (hints & (USAGE | ERROR | NO_CHOICES)) == 0) {
      boolean ends =
          end - start <= LONGEST_END && EventData.of(bytes, start, end).startsWith(END_MARK);
      return ends ? end() : Sight.CONTENT;
    }
    return parse(EventData.of(bytes, start, end));
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

  private Sight content() {
    begun = true;
    return Sight.CONTENT;
  }

  private Sight parse(EventData data) {
    if (data.startsWith(END_MARK)) {
      return end();
    }
    try (JsonParser json = JsonBytes.parse(data.bytes(), data.start(), data.end())) {
      return switch (json.nextToken()) {
        case null -> Sight.LIFE;
        case START_OBJECT -> chunk(json);
        default -> content();
      };
    } catch (IOException e) {
      return content();
    }
  }

  private Sight chunk(JsonParser json) throws IOException {
    Choices choices = Choices.ABSENT;
    boolean counted = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "error" -> {
          if (Choices.isError(json, value)) {
            return Sight.ERROR;
          }
        }
        case "usage" -> {
          Usage said = UsageReader.read(json);
          if (!said.isEmpty()) {
            usage = said;
            counted = true;
          }
        }
        case "choices" -> choices = Choices.read(json, value);
        default -> json.skipChildren();
      }
    }
    return sight(choices, counted);
  }

  // Some providers count in every chunk; only a chunk that is nothing but usage comes last.
  private Sight sight(Choices choices, boolean counted) {
    return switch (choices) {
      case FAULTY -> Sight.ERROR;
      case CONTENT -> content();
      case REASONING -> apart && !begun ? Sight.REASONING : content();
      case SILENT -> begun ? Sight.CONTENT : Sight.HANDSHAKE;
      case NONE -> {
        complete |= counted;
        yield counted ? Sight.USAGE : Sight.HANDSHAKE;
      }
      case ABSENT -> {
        complete |= counted;
        yield content();
      }
    };
  }
}
