package dev.caravan.upstream;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.Translation;
import dev.caravan.dialect.sse.EventData;
import dev.caravan.dialect.sse.EventScanner;
import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream: holds it back until its first content, then lets it through as it comes, and sees
 * to it that it ends in one way only, complete or with an error event.
 *
 * <p>A piece is let through as it is when all of it may pass; only where an event is left out, or
 * was torn, is a piece cut.
 */
final class StreamIntake implements Intake, EventScanner.Events {
  /** An event that is translated has to be read whole; pictures come in one. */
  private static final int LONGEST_TRANSLATED = 64 << 20;

  private static final byte[] LINE_END = {'\n'};
  private static final byte[] EVENT_END = {'\n', '\n'};

  /** Words for a stream that breaks after it has begun. */
  interface Failures {
    /** The fault that an error event stands for. */
    Fault ofEvent(byte[] json, MultiMap headers);

    /** The fault that a break on the wire stands for. */
    Fault ofBreak(FaultClass kind, String evidence, String message);

    /** The event that tells the client. */
    byte[] event(Fault fault);

    /** The same, when the client's stream stands there. */
    default byte[] event(Fault fault, int at) {
      return event(fault);
    }
  }

  private final UpstreamCall call;
  private final MultiMap headers;
  private final Failures failures;
  private final boolean showUsage;
  private final String shownModel;
  private final EventScanner scanner;
  private final StreamWatch watch;
  private final @Nullable StreamTranslation translation;
  private final ChangedEvents changes;
  private final List<Buffer> held = new ArrayList<>(2);
  private @Nullable UpstreamStream stream;
  private byte @Nullable [] piece;
  private int passFrom;
  private int passTo;
  private final @Nullable Foretaste foretaste;
  private final boolean resumes;
  private boolean reasoned;
  private boolean ended;
  private boolean over;

  /**
   * Reads one stream.
   *
   * @param foretaste who is shown reasoning before the answer begins; null for nobody, and then
   *     reasoning is answer
   */
  StreamIntake(
      UpstreamCall call,
      UpstreamRequest request,
      MultiMap headers,
      Failures failures,
      @Nullable Foretaste foretaste) {
    this.call = call;
    this.headers = headers;
    this.failures = failures;
    this.showUsage = request.showUsage();
    this.shownModel = request.shownModel();
    this.changes = new ChangedEvents(request.transforms(), this::see);
    Translation translated = request.translation();
    this.foretaste = translated == null ? foretaste : null;
    this.resumes = this.foretaste != null && this.foretaste.hasBegun();
    if (translated == null) {
      this.translation = null;
      this.scanner = new EventScanner();
      this.watch =
          foretaste == null ? request.dialect().watch() : request.dialect().watchReasoning();
    } else {
      this.translation = new StreamTranslation(translated);
      this.scanner = new EventScanner(LONGEST_TRANSLATED);
      this.watch = translation.watch();
    }
  }

  @Override
  public void piece(Buffer next) {
    ByteBuf buf = Bytes.of(next);
    boolean direct = buf.hasArray();
    byte[] array = direct ? buf.array() : next.getBytes();
    int start = direct ? buf.arrayOffset() + buf.readerIndex() : 0;
    int end = start + buf.readableBytes();
    piece = array;
    passFrom = start;
    passTo = start;
    scanner.feed(array, start, end, this);
    if (translation != null) {
      passTranslated();
    } else if (!over) {
      if (passFrom == start && passTo == end && passTo > passFrom) {
        pass(next);
      } else {
        passPending();
      }
    }
    piece = null;
    if (ended && !over) {
      finish();
    } else if (reasoned && !over) {
      giveForetaste();
    }
  }

  /** What has come is reasoning; the client sees it, and the call stays free to go elsewhere. */
  private void giveForetaste() {
    if (stream == null && foretaste != null && !resumes) {
      held.forEach(foretaste::show);
      held.clear();
    }
  }

  @Override
  public void event(byte[] bytes, int start, int end, int hints) {
    if (over || ended) {
      return;
    }
    changes.take(bytes, start, end, hints);
  }

  private void see(byte[] bytes, int start, int end, int hints) {
    if (over || ended) {
      return;
    }
    StreamWatch.Sight sight = watch.look(bytes, start, end, hints);
    if (translation != null) {
      translated(sight, bytes, start, end);
      return;
    }
    switch (sight) {
      case LIFE -> {
        if (stream != null) {
          forward(bytes, start, end);
        }
      }
      case HANDSHAKE -> {
        if (!resumes || reasoned) {
          handshake(bytes, start, end);
        }
      }
      case REASONING -> {
        reasoned = true;
        if (!resumes) {
          forward(bytes, start, end);
        }
      }
      case USAGE -> {
        if (showUsage) {
          forward(bytes, start, end);
        }
      }
      case CONTENT -> {
        forward(bytes, start, end);
        commit();
      }
      case ERROR -> errorEvent(EventData.of(bytes, start, end).copy());
      case END -> {
        forward(bytes, start, end);
        ended = true;
      }
    }
  }

  /** What the event says has been written for the client already. */
  private void translated(StreamWatch.Sight sight, byte[] bytes, int start, int end) {
    switch (sight) {
      case LIFE, HANDSHAKE, REASONING, USAGE -> {}
      case CONTENT -> commit();
      case ERROR -> errorEvent(EventData.of(bytes, start, end).copy());
      case END -> ended = true;
    }
  }

  private void passTranslated() {
    if (translation != null && stream != null && !translation.isEmpty()) {
      stream.push(Bytes.wrap(translation.take()));
    }
  }

  /** Announces the answer, under the name that the client asked for where it looks at it. */
  private void handshake(byte[] bytes, int start, int end) {
    Span model = watch.modelAt();
    if (model == null) {
      forward(bytes, start, end);
      return;
    }
    forward(bytes, start, model.start());
    passPending();
    pass(Bytes.wrap(JsonBytes.quote(shownModel)));
    forward(bytes, model.end(), end);
  }

  @Override
  public void part(byte[] bytes, int start, int end) {
    if (translation != null) {
      if (!over) {
        breakOff(FaultClass.UNREADABLE_ANSWER, "stream", "an event is too long to be translated");
      }
    } else if (!over && !ended) {
      forward(bytes, start, end);
      if (end - start > 2) {
        commit();
      }
    }
  }

  /** What is whole but for its last line end is let through with it; what is cut is left out. */
  @Override
  public void torn(byte[] bytes, int start, int end, int hints) {
    byte[] missing = bytes[end - 1] == '\n' ? LINE_END : EVENT_END;
    if (missing == EVENT_END && !isWhole(EventData.of(bytes, start, end))) {
      return;
    }
    byte[] event = Arrays.copyOfRange(bytes, start, end + missing.length);
    System.arraycopy(missing, 0, event, end - start, missing.length);
    event(event, 0, event.length, hints);
  }

  private static boolean isWhole(EventData data) {
    return JsonBytes.isWhole(data.bytes(), data.start(), data.end()) || isMark(data);
  }

  /** A word in brackets, such as the end mark. */
  private static boolean isMark(EventData data) {
    return data.length() > 0
        && data.bytes()[data.start()] == '['
        && data.bytes()[data.end() - 1] == ']';
  }

  /**
   * Lets a range through: as part of the piece that is being read, or copied when it lies in the
   * scanner's memory.
   */
  private void forward(byte[] bytes, int start, int end) {
    if (bytes == piece) {
      if (passTo != start) {
        passPending();
        passFrom = start;
      }
      passTo = end;
    } else {
      passPending();
      pass(Bytes.wrap(Arrays.copyOfRange(bytes, start, end)));
    }
  }

  private void passPending() {
    if (passTo > passFrom && piece != null) {
      int from = passFrom;
      passFrom = passTo;
      pass(Bytes.wrap(piece, from, passTo));
    }
  }

  private void pass(Buffer bytes) {
    if (stream != null) {
      stream.push(bytes);
    } else {
      held.add(bytes);
    }
  }

  private void commit() {
    if (stream == null) {
      UpstreamStream opened = new UpstreamStream(call);
      stream = opened;
      held.forEach(opened::push);
      held.clear();
      call.opened(opened, changes.headers(headers));
    }
  }

  private void errorEvent(byte[] json) {
    if (stream == null) {
      over = true;
      call.giveUp(new UpstreamAnswer.ErrorEvent(changes.headers(headers), json));
    } else {
      passPending();
      breakOff(failures.ofEvent(json, headers));
    }
  }

  @Override
  public void end() {
    scanner.flush(this);
    if (!over && !ended) {
      changes.end();
    }
    if (!over && reasoned && watch.isComplete()) {
      commit();
    }
    if (!over && (stream == null || watch.isComplete())) {
      over = true;
      call.over();
      tellEnd();
    } else if (!over) {
      breakOff(
          FaultClass.TRUNCATED_STREAM, "stream", "the stream ended before the answer was complete");
    }
  }

  @Override
  public void cut(String how) {
    if (stream == null) {
      over = true;
      call.fail(FaultClass.API_CONNECTION, "connection", how);
    } else if (watch.isComplete()) {
      end();
    } else {
      breakOff(FaultClass.TRUNCATED_STREAM, "connection", "the stream was cut: " + how);
    }
  }

  @Override
  public void overdue(String which, String message) {
    if (stream == null) {
      over = true;
      call.fail(FaultClass.TIMEOUT, which, message);
    } else if (watch.isComplete()) {
      call.abort();
      end();
    } else {
      breakOff(FaultClass.TIMEOUT, which, message);
    }
  }

  /** The end mark has come; the client does not wait for what the provider still has to say. */
  private void finish() {
    if (reasoned) {
      commit();
    }
    over = true;
    if (stream == null) {
      call.abort();
    } else {
      call.readToItsEnd();
    }
    tellEnd();
  }

  private void tellEnd() {
    if (stream != null) {
      if (translation != null) {
        translation.finish();
        passTranslated();
      }
      stream.succeeded(watch.usage());
      return;
    }
    boolean empty = watch.isComplete();
    call.answer(
        new UpstreamAnswer.Broken(
            empty ? FaultClass.EMPTY_RESPONSE : FaultClass.API_CONNECTION,
            "stream",
            empty
                ? "the stream ended without any content"
                : "the stream was cut before its first content"));
  }

  private int position() {
    return translation == null ? watch.position() : translation.position();
  }

  private void breakOff(FaultClass kind, String evidence, String message) {
    breakOff(failures.ofBreak(kind, evidence, message));
  }

  private void breakOff(Fault fault) {
    over = true;
    call.abort();
    passTranslated();
    if (stream == null) {
      call.answer(new UpstreamAnswer.Broken(fault.kind(), fault.evidence(), fault.message()));
    } else {
      if (scanner.isInsideLongOne()) {
        stream.push(Bytes.wrap(EVENT_END));
      }
      stream.faulted(fault, watch.usage(), Bytes.wrap(failures.event(fault, position())));
    }
  }

  @Override
  public void cancelled() {
    over = true;
    if (stream != null) {
      stream.cancelled(watch.usage());
    } else {
      call.giveUp(new UpstreamAnswer.Cancelled());
    }
  }
}
