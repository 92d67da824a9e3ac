package dev.caravan.route;

import dev.caravan.dialect.sse.EventData;
import dev.caravan.dialect.sse.EventScanner;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream of events as a JSON array that is written element by element, for clients that did not
 * ask for events (http-api.md 9.4). Comments are left out. Lives on the loop of its stream.
 */
final class JsonArrayStream implements ReadStream<Buffer>, AutoCloseable {
  /** Pictures come in one event. */
  private static final int LONGEST = 64 << 20;

  private final ReadStream<Buffer> events;
  private final Elements elements = new Elements();
  private @Nullable Handler<Buffer> toEnd;

  JsonArrayStream(ReadStream<Buffer> events) {
    this.events = events;
  }

  /** The array that a whole stream of events makes. */
  static byte[] of(byte[] events) {
    Elements elements = new Elements();
    elements.feed(events);
    return elements.end().getBytes();
  }

  @Override
  public JsonArrayStream handler(@Nullable Handler<Buffer> to) {
    events.handler(
        to == null
            ? null
            : piece -> {
              Buffer made = elements.feed(piece.getBytes());
              if (made.length() > 0) {
                to.handle(made);
              }
            });
    toEnd = to;
    return this;
  }

  @Override
  public JsonArrayStream endHandler(@Nullable Handler<Void> then) {
    events.endHandler(
        then == null
            ? null
            : nothing -> {
              if (toEnd != null) {
                toEnd.handle(elements.end());
              }
              then.handle(null);
            });
    return this;
  }

  @Override
  public JsonArrayStream exceptionHandler(@Nullable Handler<Throwable> then) {
    events.exceptionHandler(then);
    return this;
  }

  @Override
  public JsonArrayStream pause() {
    events.pause();
    return this;
  }

  @Override
  public JsonArrayStream resume() {
    events.resume();
    return this;
  }

  @Override
  public JsonArrayStream fetch(long amount) {
    events.fetch(amount);
    return this;
  }

  @Override
  public void close() {
    if (events instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("a stream that could not be closed", e);
      }
    }
  }

  /** Gathers the elements that one piece completes. */
  private static final class Elements implements EventScanner.Events {
    private final EventScanner scanner = new EventScanner(LONGEST);
    private Buffer made = Buffer.buffer();
    private boolean begun;

    Buffer feed(byte[] piece) {
      scanner.feed(piece, 0, piece.length, this);
      return taken();
    }

    Buffer end() {
      scanner.flush(this);
      made.appendString(begun ? "]" : "[]");
      return taken();
    }

    private Buffer taken() {
      Buffer now = made;
      made = Buffer.buffer();
      return now;
    }

    @Override
    public void event(byte[] bytes, int start, int end, int hints) {
      EventData data = EventData.of(bytes, start, end);
      if (data.length() > 0) {
        made.appendString(begun ? ",\n" : "[");
        begun = true;
        made.appendBytes(data.bytes(), data.start(), data.length());
      }
    }

    @Override
    public void part(byte[] bytes, int start, int end) {
      // blank lines
    }

    @Override
    public void torn(byte[] bytes, int start, int end, int hints) {
      event(bytes, start, end, hints);
    }
  }
}
