package dev.caravan.upstream;

import dev.caravan.call.FaultClass;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Transcript;
import dev.caravan.dialect.Splice.Slice;
import dev.caravan.loop.ChunkReader;
import dev.caravan.loop.Loop;
import dev.caravan.loop.Sockets;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One request to a provider on the wire: its phases, and a limit of time for each. What comes back
 * is read by an {@link Intake}. All of it happens on one loop; {@link #await} is for the virtual
 * thread that wants the answer, {@link #cancel} for anybody.
 *
 * <p>One timer looks after all limits, and is moved lazily, since nearly no limit is ever reached.
 */
final class UpstreamCall implements UpstreamStream.Source {
  private static final int JOIN_BELOW = 32 * 1024;

  /** The response tells the same; without a handler Vert.x would log it. */
  private static final Handler<Throwable> TOLD_ELSEWHERE = cause -> {};

  private final UpstreamRequest request;
  private final UpstreamClient client;
  private final Loop loop;
  private final StreamIntake.Failures failures;
  private @Nullable Transcript transcript;
  private @Nullable Foretaste foretaste;
  private final Thread waiter = Thread.currentThread();
  private final long startedNanos = System.nanoTime();

  private Phase phase = Phase.CONNECTION;
  private long phaseNanos = startedNanos;
  private boolean cancelled;
  private boolean paused;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable HttpClientRequest sent;
  private @Nullable HttpClientResponse response;
  private @Nullable ChunkReader chunks;
  private @Nullable Intake intake;
  private @Nullable UpstreamStream stream;

  private volatile @Nullable UpstreamAnswer answer;

  UpstreamCall(
      UpstreamRequest request, UpstreamClient client, Loop loop, StreamIntake.Failures failures) {
    this.request = request;
    this.client = client;
    this.loop = loop;
    this.failures = failures;
  }

  // ---- the side of the virtual thread

  /** Has this call taken down; before its start. */
  void takeDown(Transcript to) {
    transcript = to;
    request.tell(to);
  }

  /** Shows the client what has been thought before the answer begins; before its start. */
  void showReasoningTo(@Nullable Foretaste shown) {
    foretaste = shown;
  }

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

  /** Tells the answer; the first one counts. */
  void answer(UpstreamAnswer result) {
    if (answer == null) {
      answer = result;
      LockSupport.unpark(waiter);
    }
  }

  // ---- opening and sending

  private void open() {
    if (cancelled) {
      over();
      answer(new UpstreamAnswer.Cancelled());
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
                notAnswered(result.cause());
              }
            });
  }

  private void notAnswered(Throwable cause) {
    if (phase != Phase.OVER) {
      fail(FaultClass.API_CONNECTION, "connection", describe(cause));
    }
  }

  private void send(HttpClientRequest fresh) {
    fresh.exceptionHandler(TOLD_ELSEWHERE);
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
                notAnswered(result.cause());
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
      fresh.write(Bytes.wrap(slice.array(), slice.start(), slice.end()));
    }
    fresh.end().onComplete(result -> sentAll());
  }

  private Buffer wrap(int length) {
    List<Slice> slices = request.body();
    if (slices.size() == 1) {
      Slice only = slices.getFirst();
      return Bytes.wrap(only.array(), only.start(), only.end());
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (Slice slice : slices) {
      System.arraycopy(slice.array(), slice.start(), joined, at, slice.length());
      at += slice.length();
    }
    return Bytes.wrap(joined);
  }

  private void sentAll() {
    if (phase == Phase.SENDING) {
      enter(Phase.ANSWER);
    }
  }

  // ---- the answer

  private void head(HttpClientResponse head) {
    if (phase == Phase.OVER) {
      return;
    }
    response = head;
    int status = head.statusCode();
    MultiMap headers = head.headers();
    boolean streams =
        status == 200
            && (request.stream() || request.gathered())
            && isEventStream(headers.get("content-type"));
    if (streams) {
      phase = Phase.ANSWER;
    } else {
      enter(Phase.WHOLE);
    }
    Intake reader =
        !streams
            ? new WholeIntake(this, status, headers)
            : request.gathered()
                ? new GatheringIntake(
                    this, request, headers, TimeSource.system().epochMillis() / 1000)
                : new StreamIntake(this, request, headers, failures, foretaste);
    if (transcript != null) {
      transcript.answer(Transcript.Side.UPSTREAM, status, headers);
      reader = new TakenDown(reader, transcript);
    }
    Intake body = Unpacking.wrap(headers.get("content-encoding"), this, reader);
    intake = body;
    if (streams) {
      Handler<Buffer> pieces = next -> streamPiece(body, next);
      head.handler(pieces);
      readAhead(head, pieces);
    } else {
      head.handler(next -> wholePiece(body, next));
    }
    head.endHandler(
        nothing -> {
          if (isReading()) {
            body.end();
          }
          over();
        });
    head.exceptionHandler(
        cause -> {
          if (isReading()) {
            body.cut(describe(cause));
          }
          over();
        });
  }

  private void readAhead(HttpClientResponse head, Handler<Buffer> pieces) {
    if (head.version() == HttpVersion.HTTP_1_1
        && "chunked".equalsIgnoreCase(head.headers().get("transfer-encoding"))) {
      chunks = ChunkReader.of(head.request().connection());
      if (chunks != null) {
        chunks.readAhead(pieces);
      }
    }
  }

  private static boolean isEventStream(@Nullable String type) {
    String wanted = "text/event-stream";
    return type != null && type.regionMatches(true, 0, wanted, 0, wanted.length());
  }

  private boolean isReading() {
    return phase != Phase.OVER && phase != Phase.TAIL;
  }

  private void wholePiece(Intake body, Buffer next) {
    if (isReading()) {
      body.piece(next);
    }
  }

  private void streamPiece(Intake body, Buffer next) {
    if (isReading()) {
      phaseNanos = System.nanoTime();
      if (phase == Phase.ANSWER) {
        phase = Phase.HANDSHAKE;
      }
      body.piece(next);
    }
  }

  /** The first content of a stream is in. */
  void opened(UpstreamStream begun, MultiMap headers) {
    stream = begun;
    enter(Phase.STREAM);
    answer(new UpstreamAnswer.Opened(headers, begun));
  }

  /** All that matters has come; leaves the provider a moment to end the body properly. */
  void readToItsEnd() {
    enter(Phase.TAIL);
  }

  void fail(FaultClass kind, String evidence, String message) {
    giveUp(new UpstreamAnswer.Broken(kind, evidence, message));
  }

  /** Ends the provider's side and tells the answer. */
  void giveUp(UpstreamAnswer result) {
    abort();
    answer(result);
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
    Duration patience = phase.limit(request);
    long limit = patience.isZero() ? Long.MAX_VALUE : patience.toMillis();
    long left = limit == Long.MAX_VALUE ? Long.MAX_VALUE : limit - (now - phaseNanos) / 1_000_000;
    // silence that our own back-pressure causes is not the provider's
    if (left <= 0 && !paused) {
      overdue(phase.setting(request));
      return;
    }
    if (stream != null) {
      stream.lives();
    }
    long hardLeft = hard > 0 ? (hard - (now - startedNanos)) / 1_000_000 + 1 : Long.MAX_VALUE;
    watchTime(Math.min(Math.min(left <= 0 ? limit : left + 1, hardLeft), shortestLimit()));
  }

  private void overdue(String which) {
    Intake body = intake;
    String message = "no sign of life within the limit of %s".formatted(which);
    if (phase == Phase.TAIL) {
      abort();
    } else if (body != null) {
      body.overdue(which, message);
    } else {
      fail(FaultClass.TIMEOUT, which, message);
    }
  }

  @Override
  public void pause() {
    if (response != null && phase == Phase.STREAM) {
      paused = true;
      if (chunks == null || !chunks.pause()) {
        response.pause();
      }
    }
  }

  @Override
  public void resume() {
    if (response != null && paused) {
      paused = false;
      phaseNanos = System.nanoTime();
      if (chunks != null && phase != Phase.OVER) {
        chunks.resume();
      }
      response.resume();
    }
  }

  @Override
  public void cancel() {
    loop.runNow(this::cancelHere);
  }

  private void cancelHere() {
    cancelled = true;
    boolean reading = isReading();
    Intake body = intake;
    abort();
    if (reading && body != null) {
      body.cancelled();
    } else if (reading) {
      answer(new UpstreamAnswer.Cancelled());
    }
  }

  void over() {
    phase = Phase.OVER;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** Ends the provider's side: an HTTP/1.1 connection is closed, an HTTP/2 stream is reset. */
  void abort() {
    Phase until = phase;
    over();
    if (sent == null || until == Phase.OVER) {
      return;
    }
    sent.reset();
    if (until == Phase.SENDING && sent.version() != HttpVersion.HTTP_2) {
      Sockets.cut(sent.connection());
    }
  }

  private static String describe(Throwable cause) {
    String text = cause.getMessage();
    return text == null || text.isEmpty() ? cause.getClass().getSimpleName() : text;
  }
}
