package dev.caravan.observe.files;

import dev.caravan.call.Call;
import dev.caravan.call.Transcript;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one request and its answer said, in memory until both borders are through with it; then it
 * is handed to be written, once. What does not fit into memory is forgotten, all of it, but for
 * statuses, times and lengths.
 */
final class TakenCall implements Transcript {
  /** What a request costs that keeps no bodies. */
  private static final int BASE = 2048;

  private final Memory memory;
  private final Consumer<TakenCall> over;
  private long limit;
  private long held;
  private int open = 1;
  private boolean insisted;
  private boolean bodies;
  private boolean upstream;

  final RequestFacts request;
  final long startedMillis;
  byte @Nullable [] body;
  int status;
  @Nullable Iterable<Map.Entry<String, String>> answerHeaders;
  final Tape answer = new Tape();
  long answerLength;
  long answeredNanos;
  long firstNanos;
  long overNanos;
  final List<Sent> sent = new ArrayList<>(1);
  @Nullable Call call;
  Call.@Nullable End end;
  String surface = "";
  boolean forgotten;

  /**
   * Begins one.
   *
   * @param bodies whether the client's side is kept
   * @param upstream whether the providers' side is kept
   * @param limit bytes of this one at most
   * @param over gets it when it is complete
   */
  TakenCall(
      RequestFacts request,
      boolean bodies,
      boolean upstream,
      long limit,
      Memory memory,
      Consumer<TakenCall> over) {
    this.request = request;
    this.bodies = bodies;
    this.upstream = upstream;
    this.limit = limit;
    this.memory = memory;
    this.over = over;
    this.startedMillis =
        System.currentTimeMillis() - (System.nanoTime() - request.startedNanos()) / 1_000_000;
    if (memory.take(BASE)) {
      held = BASE;
    } else {
      forget();
    }
  }

  /** Somebody insists on having it in full. */
  synchronized void insist() {
    insisted = true;
    limit = Long.MAX_VALUE;
    if (!forgotten) {
      bodies = true;
      upstream = true;
    }
  }

  synchronized boolean isInsistedOn() {
    return insisted;
  }

  @Override
  public synchronized void received(byte[] bytes) {
    if (bodies && body == null && take(bytes.length)) {
      body = bytes;
    }
  }

  @Override
  public synchronized void opened(Call opened, String route) {
    if (open == 0) {
      return; // the client has left already
    }
    open++;
    call = opened;
    surface = route;
    opened.onSettled(
        (settled, how) -> {
          ended(how);
          close();
        });
  }

  @Override
  public synchronized void sent(
      String target, Iterable<Map.Entry<String, String>> headers, List<ByteBuffer> ranges) {
    if (!upstream || overNanos != 0) {
      return;
    }
    long more = BASE;
    for (ByteBuffer range : ranges) {
      more += isOf(range, body) ? 0 : range.remaining();
    }
    if (take(more)) {
      sent.add(new Sent(target, headers, ranges, System.nanoTime()));
    }
  }

  /** Whether it is a range of these bytes, which are counted already. */
  @SuppressWarnings("ByteBufferBackingArray") // only compared
  private static boolean isOf(ByteBuffer range, byte @Nullable [] bytes) {
    return range.hasArray() && range.array() == bytes;
  }

  @Override
  public synchronized void answer(
      Side side, int code, Iterable<Map.Entry<String, String>> headers) {
    if (side == Side.CLIENT) {
      status = code;
      answerHeaders = headers;
      answeredNanos = System.nanoTime();
    } else if (!sent.isEmpty()) {
      sent.getLast().status = code;
      sent.getLast().answerHeaders = headers;
    }
  }

  @Override
  public synchronized void piece(Side side, ByteBuffer bytes) {
    long now = System.nanoTime();
    if (side == Side.CLIENT) {
      firstNanos = firstNanos == 0 ? now : firstNanos;
      answerLength += bytes.remaining();
      if (bodies) {
        keep(answer, bytes, now);
      }
    } else if (upstream && !sent.isEmpty()) {
      keep(sent.getLast().answer, bytes, now);
    }
  }

  private void keep(Tape tape, ByteBuffer bytes, long now) {
    if (take(tape.growth(bytes.remaining()))) {
      tape.add(bytes, now);
    }
  }

  /** Gets memory for more, or forgets all. */
  private boolean take(long more) {
    if (held + more <= limit && memory.take(more)) {
      held += more;
      return true;
    }
    forget();
    return false;
  }

  private void forget() {
    forgotten = true;
    bodies = false;
    upstream = false;
    body = null;
    answer.clear();
    sent.clear();
    memory.give(held);
    held = 0;
  }

  @Override
  public void over() {
    overNanos(System.nanoTime());
    close();
  }

  private synchronized void overNanos(long now) {
    overNanos = overNanos == 0 ? now : overNanos;
  }

  private synchronized void ended(Call.End how) {
    end = how;
  }

  private void close() {
    boolean complete;
    synchronized (this) {
      open--;
      complete = open == 0;
    }
    if (complete) {
      over.accept(this);
    }
  }

  /** It is written; what it held is free. */
  synchronized void release() {
    forget();
  }

  // ---- what is known once it is complete

  boolean isFailed() {
    return status >= 400 || end == Call.End.FAILED;
  }

  long durationMillis() {
    return (overNanos - request.startedNanos()) / 1_000_000;
  }

  /** Until the first byte of the answer's body, -1 without one. */
  long firstByteMillis() {
    return firstNanos == 0 ? -1 : (firstNanos - request.startedNanos()) / 1_000_000;
  }

  /** A moment on {@link System#nanoTime()}, in milliseconds since 1970. */
  long epochMillis(long nanos) {
    return startedMillis + (nanos - request.startedNanos()) / 1_000_000;
  }

  boolean isStream() {
    return headerOf("content-type").startsWith("text/event-stream");
  }

  private String headerOf(String name) {
    Iterable<Map.Entry<String, String>> headers = answerHeaders;
    if (headers != null) {
      for (Map.Entry<String, String> header : headers) {
        if (header.getKey().equalsIgnoreCase(name)) {
          return header.getValue();
        }
      }
    }
    return "";
  }
}
