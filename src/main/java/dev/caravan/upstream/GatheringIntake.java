package dev.caravan.upstream;

import dev.caravan.call.FaultClass;
import dev.caravan.dialect.Gathering;
import dev.caravan.dialect.StreamWatch.Sight;
import dev.caravan.dialect.sse.EventData;
import dev.caravan.dialect.sse.EventScanner;
import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Reads a stream to its end and tells it as one answer, for a client that has not asked for a
 * stream. Nothing is told before it is complete, so a break in the middle is a failure like any
 * other.
 */
final class GatheringIntake implements Intake, EventScanner.Events {
  private static final int LONGEST = 64 << 20;

  private final UpstreamCall call;
  private final MultiMap headers;
  private final EventScanner scanner = new EventScanner(LONGEST);
  private final ChangedEvents changes;
  private final Gathering gathering;
  private boolean over;

  GatheringIntake(UpstreamCall call, UpstreamRequest request, MultiMap headers, long seconds) {
    this.call = call;
    this.headers = headers;
    this.changes = new ChangedEvents(request.transforms(), this::see);
    this.gathering = request.dialect().gathering(seconds);
  }

  @Override
  public void piece(Buffer next) {
    ByteBuf buf = Bytes.of(next);
    if (buf.hasArray()) {
      int start = buf.arrayOffset() + buf.readerIndex();
      scanner.feed(buf.array(), start, start + buf.readableBytes(), this);
    } else {
      byte[] bytes = next.getBytes();
      scanner.feed(bytes, 0, bytes.length, this);
    }
  }

  @Override
  public void event(byte[] bytes, int start, int end, int hints) {
    if (!over) {
      changes.take(bytes, start, end, hints);
    }
  }

  private void see(byte[] bytes, int start, int end, int hints) {
    if (over) {
      return;
    }
    Sight sight = gathering.look(bytes, start, end, hints);
    if (sight == Sight.ERROR) {
      over = true;
      call.giveUp(
          new UpstreamAnswer.ErrorEvent(
              changes.headers(headers), EventData.of(bytes, start, end).copy()));
    } else if (sight == Sight.END) {
      over = true;
      call.readToItsEnd();
      tell();
    }
  }

  private void tell() {
    call.answer(new UpstreamAnswer.Whole(200, changes.headers(headers), gathering.whole()));
  }

  @Override
  public void part(byte[] bytes, int start, int end) {
    if (!over && end - start > 2) {
      over = true;
      call.fail(FaultClass.UNREADABLE_ANSWER, "stream", "an event is too long to be read");
    }
  }

  @Override
  public void torn(byte[] bytes, int start, int end, int hints) {
    // what is not whole says nothing
  }

  @Override
  public void end() {
    scanner.flush(this);
    if (over) {
      return;
    }
    changes.end();
    over = true;
    if (gathering.isComplete()) {
      call.over();
      tell();
    } else {
      call.fail(
          FaultClass.TRUNCATED_STREAM, "stream", "the stream ended before the answer was complete");
    }
  }

  @Override
  public void cut(String how) {
    if (!over) {
      over = true;
      call.fail(FaultClass.API_CONNECTION, "connection", how);
    }
  }

  @Override
  public void overdue(String which, String message) {
    over = true;
    call.fail(FaultClass.TIMEOUT, which, message);
  }

  @Override
  public void cancelled() {
    over = true;
    call.giveUp(new UpstreamAnswer.Cancelled());
  }
}
