package dev.caravan.upstream;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Usage;
import dev.caravan.dialect.Splice.Slice;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.sse.EventScanner;
import dev.caravan.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One request to a provider on the wire. All of it happens on one loop; {@link #await} is for the
 * virtual thread that wants the answer, {@link #cancel} for anybody.
 *
 * <p>Phases: connection → sent → head → (whole body | first content → rest of the stream). Each has
 * its own limit; one timer looks after all of them, and is moved lazily, since nearly no limit is
 * ever reached.
 */
final class UpstreamCall implements EventScanner.Events, UpstreamStream.Source {
  private static final int LARGEST_ANSWER = 256 << 20;
  private static final int LARGEST_ERROR = 1 << 20;
  private static final int JOIN_BELOW = 32 * 1024;

  private enum Phase {
    CONNECTION,
    SENDING,
    HEAD,
    WHOLE,
    FIRST_CONTENT,
    STREAM,
    OVER
  }

  private final UpstreamRequest request;
  private final UpstreamClient client;
  private final Loop loop;
  private final Failures failures;
  private final Thread waiter = Thread.currentThread();
  private final long startedNanos = System.nanoTime();

  private Phase phase = Phase.CONNECTION;
  private long phaseNanos = startedNanos;
  private boolean cancelled;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable HttpClientRequest sent;
  private @Nullable HttpClientResponse response;
  private MultiMap headers = MultiMap.caseInsensitiveMultiMap();
  private int status;

  private byte[] whole = new byte[0];
  private int wholeLength;

  private @Nullable EventScanner scanner;
  private @Nullable StreamWatch watch;
  private @Nullable UpstreamStream stream;
  private final List<Buffer> held = new ArrayList<>(2);
  private byte @Nullable [] piece;
  private int passFrom;
  private int passTo;

  private volatile @Nullable UpstreamAnswer answer;

  /** Words for a stream that breaks after it has begun. */
  interface Failures {
    /** The fault that an error event stands for. */
    Fault ofEvent(byte[] json, MultiMap headers);

    /** The fault that a break on the wire stands for. */
    Fault ofBreak(FaultClass kind, String evidence, String message);

    /** The event that tells the client. */
    byte[] event(Fault fault);
  }

  UpstreamCall(UpstreamRequest request, UpstreamClient client, Loop loop, Failures failures) {
    this.request = request;
    this.client = client;
    this.loop = loop;
    this.failures = failures;
  }

  // ---- the side of the virtual thread

  void start() {
    loop.context().emit(null, nothing -> open());
  }

  /** Waits for the answer; what it waits for has limits of its own, so this has none. */
  UpstreamAnswer await() throws InterruptedException {
    UpstreamAnswer known = answer;
    while (known == null) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        cancel();
        throw new InterruptedException();
      }
      known = answer;
    }
    return known;
  }

  private void done(UpstreamAnswer result) {
    if (answer == null) {
      answer = result;
      LockSupport.unpark(waiter);
    }
  }

  // ---- opening and sending

  private void open() {
    if (cancelled) {
      over();
      done(new UpstreamAnswer.Cancelled());
      return;
    }
    watchTime(shortestLimit());
    UpstreamTarget to = request.target();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(to.server())
            .setHost(to.host())
            .setPort(to.port())
            .setSsl(to.tls())
            .setURI(to.path());
    if (request.proxy() != null) {
      options.setProxyOptions(request.proxy());
    }
    client
        .on(loop, to.tls())
        .request(options)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                send(result.result());
              } else {
                fail(FaultClass.API_CONNECTION, "connection", describe(result.cause()));
              }
            });
  }

  private void send(HttpClientRequest fresh) {
    if (phase == Phase.OVER) {
      fresh.reset();
      return;
    }
    sent = fresh;
    enter(Phase.SENDING);
    MultiMap out = fresh.headers();
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      out.set(header.getKey(), header.getValue());
    }
    fresh
        .response()
        .onComplete(
            result -> {
              if (result.succeeded()) {
                head(result.result());
              } else {
                fail(FaultClass.API_CONNECTION, "connection", describe(result.cause()));
              }
            });
    int length = request.length();
    if (length <= JOIN_BELOW || request.body().size() == 1) {
      fresh.send(wrap(length));
      sentAll();
      return;
    }
    out.set("content-length", Integer.toString(length));
    for (Slice slice : request.body()) {
      fresh.write(buffer(Unpooled.wrappedBuffer(slice.array(), slice.start(), slice.length())));
    }
    fresh.end().onComplete(result -> sentAll());
  }

  private Buffer wrap(int length) {
    List<Slice> slices = request.body();
    if (slices.size() == 1) {
      Slice only = slices.getFirst();
      return buffer(Unpooled.wrappedBuffer(only.array(), only.start(), only.length()));
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (Slice slice : slices) {
      System.arraycopy(slice.array(), slice.start(), joined, at, slice.length());
      at += slice.length();
    }
    return buffer(Unpooled.wrappedBuffer(joined));
  }

  private void sentAll() {
    if (phase == Phase.SENDING) {
      enter(Phase.HEAD);
    }
  }

  // ---- the answer

  private void head(HttpClientResponse head) {
    if (phase == Phase.OVER) {
      return;
    }
    response = head;
    status = head.statusCode();
    headers = head.headers();
    head.exceptionHandler(cause -> broke(describe(cause)));
    String type = headers.get("content-type");
    if (status == 200 && request.stream() && type != null && type.startsWith("text/event-stream")) {
      enter(Phase.FIRST_CONTENT);
      scanner = new EventScanner();
      watch = request.dialect().watch();
      head.handler(this::streamPiece);
      head.endHandler(nothing -> streamEnd());
    } else {
      enter(Phase.WHOLE);
      head.handler(this::wholePiece);
      head.endHandler(nothing -> wholeEnd());
    }
  }

  private void wholePiece(Buffer next) {
    if (phase == Phase.OVER) {
      return;
    }
    ByteBuf bytes = bytes(next);
    int more = bytes.readableBytes();
    if (wholeLength + (long) more > (status < 400 ? LARGEST_ANSWER : LARGEST_ERROR)) {
      fail(FaultClass.UNREADABLE_ANSWER, "length", "the answer is too large");
      return;
    }
    if (wholeLength == 0
        && bytes.hasArray()
        && bytes.arrayOffset() == 0
        && bytes.array().length == more) {
      whole = bytes.array();
    } else {
      if (whole.length < wholeLength + more) {
        whole = Arrays.copyOf(whole, Math.max(wholeLength + more, 2 * whole.length));
      }
      bytes.getBytes(bytes.readerIndex(), whole, wholeLength, more);
    }
    wholeLength += more;
  }

  private void wholeEnd() {
    if (phase != Phase.OVER) {
      over();
      done(
          new UpstreamAnswer.Whole(
              status,
              headers,
              whole.length == wholeLength ? whole : Arrays.copyOf(whole, wholeLength)));
    }
  }

  private void streamPiece(Buffer next) {
    EventScanner events = scanner;
    if (phase == Phase.OVER || events == null) {
      return;
    }
    phaseNanos = System.nanoTime();
    ByteBuf buf = bytes(next);
    byte[] array;
    int start;
    if (buf.hasArray()) {
      array = buf.array();
      start = buf.arrayOffset() + buf.readerIndex();
    } else {
      array = next.getBytes();
      start = 0;
    }
    int end = start + buf.readableBytes();
    piece = array;
    passFrom = start;
    passTo = start;
    events.feed(array, start, end, this);
    if (phase == Phase.STREAM || phase == Phase.FIRST_CONTENT) {
      if (passFrom == start && passTo == end && passTo > passFrom) {
        pass(next);
      } else {
        passPending();
      }
    }
    piece = null;
  }

  @Override
  public void event(byte[] bytes, int start, int end, int hints) {
    if (phase == Phase.OVER || watch == null) {
      return;
    }
    switch (watch.look(bytes, start, end, hints)) {
      case LIFE -> {
        if (phase == Phase.STREAM) {
          forward(bytes, start, end);
        }
      }
      case HANDSHAKE -> forward(bytes, start, end);
      case USAGE -> {
        if (request.showUsage()) {
          forward(bytes, start, end);
        } else {
          passPending();
        }
      }
      case CONTENT -> {
        forward(bytes, start, end);
        commit();
      }
      case ERROR -> errorEvent(dataOf(bytes, start, end));
      case END -> {
        if (phase == Phase.STREAM) {
          forward(bytes, start, end);
        }
      }
    }
  }

  @Override
  public void part(byte[] bytes, int start, int end) {
    if (phase != Phase.OVER) {
      forward(bytes, start, end);
      if (end - start > 2) {
        commit();
      }
    }
  }

  /**
   * Lets a range through: as part of the piece that is being read, or copied when it lies in the
   * scanner's memory.
   */
  private void forward(byte[] bytes, int start, int end) {
    if (bytes == piece) {
      if (passTo == start) {
        passTo = end;
      } else {
        passPending();
        passFrom = start;
        passTo = end;
      }
    } else {
      passPending();
      pass(buffer(Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, start, end))));
    }
  }

  private void passPending() {
    if (passTo > passFrom && piece != null) {
      byte[] array = piece;
      int from = passFrom;
      passFrom = passTo;
      pass(buffer(Unpooled.wrappedBuffer(array, from, passTo - from)));
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
    if (phase != Phase.FIRST_CONTENT) {
      return;
    }
    enter(Phase.STREAM);
    UpstreamStream opened = new UpstreamStream(this);
    held.forEach(opened::push);
    held.clear();
    stream = opened;
    done(new UpstreamAnswer.Opened(headers, opened));
  }

  private void errorEvent(byte[] json) {
    if (phase == Phase.FIRST_CONTENT) {
      abort();
      done(new UpstreamAnswer.ErrorEvent(headers, json));
    } else {
      passPending();
      breakStream(failures.ofEvent(json, headers));
    }
  }

  private void streamEnd() {
    if (phase == Phase.OVER || scanner == null || watch == null) {
      return;
    }
    scanner.flush(this);
    if (phase == Phase.FIRST_CONTENT) {
      boolean empty = watch.isComplete();
      over();
      done(
          new UpstreamAnswer.Broken(
              empty ? FaultClass.EMPTY_RESPONSE : FaultClass.API_CONNECTION,
              "stream",
              empty
                  ? "the stream ended without any content"
                  : "the stream was cut before its first content"));
    } else if (phase == Phase.STREAM) {
      if (watch.isComplete()) {
        over();
        open(stream).succeeded(watch.usage());
      } else {
        breakStream(
            failures.ofBreak(
                FaultClass.TRUNCATED_STREAM,
                "stream",
                "the stream ended before the answer was complete"));
      }
    }
  }

  private void broke(String how) {
    if (phase == Phase.STREAM) {
      if (watch != null && watch.isComplete()) {
        over();
        open(stream).succeeded(watch.usage());
      } else {
        breakStream(
            failures.ofBreak(
                FaultClass.TRUNCATED_STREAM, "connection", "the stream was cut: " + how));
      }
    } else {
      fail(FaultClass.API_CONNECTION, "connection", how);
    }
  }

  private void breakStream(Fault fault) {
    abort();
    open(stream).faulted(fault, usage(), buffer(Unpooled.wrappedBuffer(failures.event(fault))));
  }

  private static UpstreamStream open(@Nullable UpstreamStream stream) {
    if (stream == null) {
      throw new IllegalStateException("a stream breaks that was never opened");
    }
    return stream;
  }

  private Usage usage() {
    return watch == null ? Usage.NONE : watch.usage();
  }

  private void fail(FaultClass kind, String evidence, String message) {
    if (phase == Phase.OVER) {
      return;
    }
    abort();
    done(new UpstreamAnswer.Broken(kind, evidence, message));
  }

  // ---- time, pauses, ends

  private void enter(Phase next) {
    phase = next;
    phaseNanos = System.nanoTime();
  }

  private void watchTime(long millis) {
    timer = millis == Long.MAX_VALUE ? null : loop.after(millis, this::lookAtTime);
  }

  /** No limit is shorter than this, so a timer that looks so often misses none. */
  private long shortestLimit() {
    UpstreamTimeouts limits = request.timeouts();
    long shortest = Long.MAX_VALUE;
    for (Duration limit :
        List.of(
            limits.pool(),
            limits.write(),
            limits.firstByte(),
            limits.readStream(),
            limits.readWhole(),
            limits.hard())) {
      if (!limit.isZero()) {
        shortest = Math.min(shortest, limit.toMillis());
      }
    }
    return shortest;
  }

  private long limitMillis() {
    UpstreamTimeouts limits = request.timeouts();
    long limit =
        switch (phase) {
          case CONNECTION -> limits.pool().toMillis();
          case SENDING -> limits.write().toMillis();
          case HEAD -> (request.stream() ? limits.firstByte() : limits.readWhole()).toMillis();
          case WHOLE -> limits.readWhole().toMillis();
          case FIRST_CONTENT -> limits.firstByte().toMillis();
          case STREAM -> limits.readStream().toMillis();
          case OVER -> 0;
        };
    return limit == 0 ? Long.MAX_VALUE : limit;
  }

  private void lookAtTime() {
    if (phase == Phase.OVER) {
      return;
    }
    long now = System.nanoTime();
    long hard = request.timeouts().hard().toNanos();
    if (hard > 0 && now - startedNanos >= hard) {
      overdue("REQUEST_HARD_TIMEOUT");
      return;
    }
    long limit = limitMillis();
    long left = limit == Long.MAX_VALUE ? Long.MAX_VALUE : limit - (now - phaseNanos) / 1_000_000;
    if (left <= 0 && !isPausedByUs()) {
      overdue(
          switch (phase) {
            case CONNECTION -> "TIMEOUT_POOL";
            case SENDING -> "TIMEOUT_WRITE";
            case HEAD, FIRST_CONTENT ->
                request.stream() ? "TIMEOUT_FIRST_BYTE_STREAMING" : "TIMEOUT_READ_NON_STREAMING";
            case WHOLE -> "TIMEOUT_READ_NON_STREAMING";
            case STREAM -> "TIMEOUT_READ_STREAMING";
            case OVER -> "";
          });
      return;
    }
    if (stream != null) {
      stream.lives();
    }
    long hardLeft = hard > 0 ? (hard - (now - startedNanos)) / 1_000_000 + 1 : Long.MAX_VALUE;
    watchTime(Math.min(Math.min(left <= 0 ? limit : left + 1, hardLeft), shortestLimit()));
  }

  private boolean paused;

  /** Silence that our own back-pressure causes is not the provider's. */
  private boolean isPausedByUs() {
    return paused;
  }

  private void overdue(String which) {
    String message = "no sign of life within the limit of %s".formatted(which);
    if (phase == Phase.STREAM) {
      breakStream(failures.ofBreak(FaultClass.TIMEOUT, which, message));
    } else {
      fail(FaultClass.TIMEOUT, which, message);
    }
  }

  @Override
  public void pause() {
    if (response != null && phase == Phase.STREAM) {
      paused = true;
      response.pause();
    }
  }

  @Override
  public void resume() {
    if (response != null && phase == Phase.STREAM) {
      paused = false;
      phaseNanos = System.nanoTime();
      response.resume();
    }
  }

  @Override
  public void cancel() {
    loop.runNow(this::cancelHere);
  }

  private void cancelHere() {
    cancelled = true;
    if (phase == Phase.OVER) {
      return;
    }
    UpstreamStream opened = stream;
    Usage counted = usage();
    abort();
    if (opened != null) {
      opened.cancelled(counted);
    } else {
      done(new UpstreamAnswer.Cancelled());
    }
  }

  private void over() {
    phase = Phase.OVER;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** Ends the provider's side: an HTTP/1.1 connection is closed, an HTTP/2 stream is reset. */
  private void abort() {
    over();
    if (sent != null) {
      sent.reset();
    }
  }

  private static byte[] dataOf(byte[] bytes, int start, int end) {
    for (int i = start; i + 5 < end; i++) {
      boolean lineStart = i == start || bytes[i - 1] == '\n';
      if (lineStart
          && bytes[i] == 'd'
          && bytes[i + 1] == 'a'
          && bytes[i + 2] == 't'
          && bytes[i + 3] == 'a'
          && bytes[i + 4] == ':') {
        int stop = i + 5;
        while (stop < end && bytes[stop] != '\n') {
          stop++;
        }
        return Arrays.copyOfRange(bytes, i + 5, stop);
      }
    }
    return new byte[0];
  }

  private static String describe(Throwable cause) {
    String text = cause.getMessage();
    return text == null || text.isEmpty() ? cause.getClass().getSimpleName() : text;
  }

  @SuppressWarnings("deprecation") // the only way to the bytes without a copy in Vert.x 4
  private static ByteBuf bytes(Buffer buffer) {
    return buffer.getByteBuf();
  }

  private static Buffer buffer(ByteBuf bytes) {
    return io.vertx.core.buffer.impl.BufferImpl.buffer(bytes);
  }
}
