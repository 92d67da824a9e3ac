package dev.caravan.dialect.gemini;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR;
import static dev.caravan.dialect.sse.EventScanner.ERROR_EVENT;
import static dev.caravan.dialect.sse.EventScanner.FINISHED;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.sse.EventData;
import java.io.IOException;
import java.util.Arrays;

/**
 * Watches a stream that goes to a client of the same dialect. Every chunk tells the usage so far,
 * and nobody asks for it but at the end: of those in the middle only the last bytes are kept, and
 * read when the stream ends there.
 */
final class ChunkWatch implements StreamWatch {
  private static final int TAIL = 640;
  private static final byte[] USAGE =
      "\"usageMetadata\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final Glance glance = new Glance();
  private boolean begun;
  private byte[] tail = new byte[0];
  private int tailLength;

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    if ((hints & ERROR_EVENT) != 0) {
      return Sight.ERROR;
    }
    if ((hints & DATA) == 0) {
      return Sight.LIFE;
    }
    if (begun && (hints & (FINISHED | ERROR)) == 0 && !glance.finished()) {
      keepTail(bytes, start, end);
      return Sight.CONTENT;
    }
    EventData data = EventData.of(bytes, start, end);
    tailLength = 0;
    try (JsonReader json = new JsonReader(data.bytes(), data.start(), data.end())) {
      JsonToken first = json.next();
      if (first == null) {
        return Sight.LIFE;
      }
      if (first != JsonToken.START_OBJECT) {
        return content();
      }
      glance.object(json);
    } catch (IOException e) {
      return content();
    }
    if (glance.error()) {
      return Sight.ERROR;
    }
    return begun || glance.says() || glance.endsUnusually() ? content() : Sight.HANDSHAKE;
  }

  private Sight content() {
    begun = true;
    return Sight.CONTENT;
  }

  private void keepTail(byte[] bytes, int start, int end) {
    if (tail.length == 0) {
      tail = new byte[TAIL];
    }
    tailLength = Math.min(TAIL, end - start);
    System.arraycopy(bytes, end - tailLength, tail, 0, tailLength);
  }

  @Override
  public Usage usage() {
    for (int i = tailLength - USAGE.length; i >= 0; i--) {
      if (Arrays.equals(tail, i, i + USAGE.length, USAGE, 0, USAGE.length)) {
        return ofTail(i + USAGE.length);
      }
    }
    return glance.usage();
  }

  private Usage ofTail(int at) {
    int from = at;
    while (from < tailLength && tail[from] != '{') {
      from++;
    }
    try (JsonReader json = new JsonReader(tail, from, tailLength)) {
      return json.next() == JsonToken.START_OBJECT
          ? UsageReader.read(json, glance.usage())
          : glance.usage();
    } catch (IOException e) {
      return glance.usage();
    }
  }

  @Override
  public boolean isComplete() {
    return glance.finished();
  }
}
