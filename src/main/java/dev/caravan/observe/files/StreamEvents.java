package dev.caravan.observe.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.sse.EventData;
import dev.caravan.dialect.sse.EventScanner;
import dev.caravan.observe.Redaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stream that was taken down, event by event: a line for each, and the answer that they make. Cut
 * at events and not where the pieces were, since a secret that two pieces share would be in
 * neither.
 */
final class StreamEvents implements EventScanner.Events {
  private final TakenCall call;
  private final Redaction redaction;
  private final boolean raw;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream(4096);
  private @Nullable Assembly assembly;

  /**
   * Reads the stream to the client.
   *
   * @param raw whether lines hold events as they were, and nothing is put together
   */
  StreamEvents(TakenCall call, Redaction redaction, boolean raw) {
    this.call = call;
    this.redaction = redaction;
    this.raw = raw;
    EventScanner scanner = new EventScanner();
    scanner.feed(call.answer.bytes(), 0, call.answer.length(), this);
    scanner.flush(this);
  }

  byte[] lines() {
    return lines.toByteArray();
  }

  /** Null when there was no event with JSON in it. */
  @Nullable JsonNode answer() {
    return assembly == null ? null : assembly.result();
  }

  @Override
  public void event(byte[] bytes, int start, int end, int hints) {
    // what was torn comes in an array of the scanner's, and is the last
    int place = bytes == call.answer.bytes() ? end : call.answer.length();
    EventData data = EventData.of(bytes, start, end);
    if (raw) {
      line(bytes, start, end, place, true);
    } else if (data.length() > 0) {
      line(data.bytes(), data.start(), data.end(), place, false);
      assemble(data);
    }
  }

  @Override
  public void part(byte[] bytes, int start, int end) {
    line(bytes, start, end, call.answer.length(), true);
  }

  @Override
  public void torn(byte[] bytes, int start, int end, int hints) {
    event(bytes, start, end, hints);
  }

  private void line(byte[] bytes, int start, int end, int place, boolean asText) {
    Instant at = Instant.ofEpochMilli(call.epochMillis(call.answer.timeOf(place)));
    try {
      MaskedJson.line(
          redaction,
          lines,
          json -> {
            json.value("timestamp_utc", at);
            if (asText) {
              json.text("chunk", new String(bytes, start, end - start, StandardCharsets.UTF_8));
            } else {
              json.body("chunk", bytes, start, end);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
  }

  private void assemble(EventData data) {
    if (!JsonBytes.isWhole(data.bytes(), data.start(), data.end())) {
      return;
    }
    try {
      JsonNode event =
          MaskedJson.TREES.readTree(
              new String(data.bytes(), data.start(), data.length(), StandardCharsets.UTF_8));
      Assembly to = assembly;
      if (to == null) {
        to = Assembly.beginningWith(event);
        assembly = to;
      }
      to.add(event);
    } catch (JsonProcessingException e) {
      // it was whole a moment ago
      throw new IllegalStateException(e);
    }
  }
}
