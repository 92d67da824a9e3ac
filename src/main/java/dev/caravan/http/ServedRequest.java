package dev.caravan.http;

import dev.caravan.call.Failure;
import dev.caravan.call.Transcript;
import dev.caravan.loop.Loop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One request that is being served, from its head to the last byte of its answer.
 *
 * <p>Lives on the loop of its connection. {@link #reply}, {@link #onGone}, {@link #promiseStream}
 * may be called from any thread.
 */
public final class ServedRequest implements RequestHead {
  private static final String PROPERTY = "caravanServedRequest";
  private static final byte[] NO_BODY = new byte[0];
  private static final Buffer KEEP_ALIVE = Buffer.buffer(": keep-alive\n\n");

  private final HttpServerRequest request;
  private final Loop loop;
  private final StreamingHttpServer server;
  private final String id;
  private final long startedNanos = System.nanoTime();
  private long readNanos = startedNanos;
  private Map<String, String> pathParameters = Map.of();
  private Map<String, Object> given = Map.of();
  private byte[] body = NO_BODY;
  private @Nullable ScheduledFuture<?> promiseTimer;
  private @Nullable MultiMap promised;
  private Buffer keepAlive = KEEP_ALIVE;
  private boolean headWritten;
  private boolean answered;
  private boolean finished;
  private boolean gone;
  private @Nullable Runnable onGone;
  private @Nullable Runnable onFinish;
  private volatile @Nullable Transcript transcript;

  ServedRequest(HttpServerRequest request, Loop loop, StreamingHttpServer server, String id) {
    this.request = request;
    this.loop = loop;
    this.server = server;
    this.id = id;
  }

  /** The request that started this exchange, null for an exchange that no client started. */
  public static @Nullable ServedRequest of(Exchange exchange) {
    return exchange.getProperty(PROPERTY, ServedRequest.class);
  }

  void attachTo(Exchange exchange) {
    exchange.setProperty(PROPERTY, this);
    exchange.setProperty(Loop.PROPERTY, loop);
  }

  /** What the client sees as {@code X-Request-Id}. */
  public String id() {
    return id;
  }

  public Loop loop() {
    return loop;
  }

  /** When its head was in, on {@link System#nanoTime()}. */
  public long startedNanos() {
    return startedNanos;
  }

  /** When its body was in, on {@link System#nanoTime()}. */
  public long readNanos() {
    return readNanos;
  }

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String path() {
    return request.path();
  }

  @Override
  public @Nullable String query() {
    return request.query();
  }

  @Override
  public @Nullable String header(String name) {
    return request.headers().get(name);
  }

  /** A parameter of the query, decoded; null when there is none of that name. */
  public @Nullable String parameter(String name) {
    return request.params().get(name);
  }

  /** The address that the request came from, empty when the connection is gone. */
  public String remoteAddress() {
    return request.remoteAddress() == null ? "" : request.remoteAddress().toString();
  }

  @Override
  public boolean isLoopback() {
    return request.remoteAddress() != null
        && request.remoteAddress().hostAddress() != null
        && (request.remoteAddress().hostAddress().startsWith("127.")
            || request.remoteAddress().hostAddress().equals("0:0:0:0:0:0:0:1")
            || request.remoteAddress().hostAddress().equals("::1"));
  }

  /** The whole body; the array is not to be changed. */
  public byte[] body() {
    return body;
  }

  /** The client's headers, its keys among them. */
  public MultiMap headers() {
    return request.headers();
  }

  /** Address and port of the client. */
  public String remote() {
    SocketAddress address = request.remoteAddress();
    return address == null ? "" : address.toString();
  }

  /** What takes this request down, null when no log wants it. */
  public @Nullable Transcript transcript() {
    return transcript;
  }

  void transcript(@Nullable Transcript taken) {
    transcript = taken;
  }

  /** Has this request taken down in full; before any of its answer is out. */
  public void insistOnTranscript() {
    Witness witness = server.witness();
    if (witness != null) {
      Transcript full = witness.insist(this, transcript);
      full.received(body);
      transcript = full;
    }
  }

  /** The head of the answer is on its way. */
  void answers() {
    Transcript taken = transcript;
    if (taken != null) {
      HttpServerResponse response = request.response();
      taken.answer(Transcript.Side.CLIENT, response.getStatusCode(), response.headers());
    }
  }

  HttpServerRequest raw() {
    return request;
  }

  Map<String, String> pathParameters() {
    return pathParameters;
  }

  void pathParameters(Map<String, String> values) {
    pathParameters = values;
  }

  /** Notes what the message of this request begins with. */
  void given(Map<String, Object> headers) {
    given = Map.copyOf(headers);
  }

  /** Whether a header of the answer is the client's own, untouched by any step. */
  @SuppressWarnings("ReferenceEquality") // an equal value that a step has set is the step's
  boolean hasGiven(String name, Object value) {
    return given.get(name) == value;
  }

  void body(byte[] bytes) {
    body = bytes;
    readNanos = System.nanoTime();
    Transcript taken = transcript;
    if (taken != null) {
      taken.received(bytes);
    }
  }

  /**
   * Registers what stops the work for this request when its client leaves before the answer has
   * been taken over by a stream; runs at once when it has left already. Null clears it.
   */
  public void onGone(@Nullable Runnable stop) {
    boolean now;
    synchronized (this) {
      now = gone;
      onGone = now ? null : stop;
    }
    if (now && stop != null) {
      stop.run();
    }
  }

  /** The connection is closed. */
  void clientLeft() {
    Runnable stop;
    synchronized (this) {
      if (gone || finished) {
        return;
      }
      gone = true;
      stop = onGone;
      onGone = null;
    }
    if (stop != null) {
      stop.run();
    }
    finish();
  }

  /**
   * Sets what breaks the silence of a stream, for clients that take no comments. Called before the
   * answer begins.
   */
  public void breakSilenceWith(byte[] bytes) {
    keepAlive = Buffers.wrap(bytes);
  }

  Buffer keepAlive() {
    return keepAlive;
  }

  /**
   * Announces that the answer will be a stream: after the keep-alive time without one, status 200
   * and these headers are sent, and a comment as often as that time passes (http-api.md 1.6).
   */
  public void promiseStream(MultiMap headers) {
    long millis = server.options().keepAlive().toMillis();
    loop.runNow(
        () -> {
          if (!answered && !finished) {
            promised = headers;
            promiseTimer = millis > 0 ? loop.after(millis, this::keepPromise) : null;
          }
        });
  }

  /**
   * Sends a piece of the stream that was promised, before the answer itself. What comes after the
   * answer, or without a promise, is dropped.
   */
  public void sendAhead(Buffer piece) {
    loop.runNow(
        () -> {
          if (!answered && !finished && !gone && promised != null) {
            writeHead(promised);
            Buffers.tell(piece, transcript);
            request.response().write(piece);
          }
        });
  }

  private void keepPromise() {
    if (answered || finished || gone || promised == null) {
      return;
    }
    writeHead(promised);
    request.response().write(keepAlive);
    promiseTimer = loop.after(server.options().keepAlive().toMillis(), this::keepPromise);
  }

  private void writeHead(MultiMap headers) {
    if (!headWritten) {
      headWritten = true;
      HttpServerResponse response = request.response();
      response.setStatusCode(200);
      response.headers().addAll(headers);
      server.commonHeaders(this);
      response.setChunked(true);
      answers();
    }
  }

  /** Answers with a failure in the client's dialect, from outside of its route. */
  public void fail(Failure failure) {
    reply(server.refusal(this, failure));
  }

  /** Answers; only the first answer counts. */
  public void reply(Reply reply) {
    loop.runNow(() -> replyHere(reply));
  }

  private void replyHere(Reply reply) {
    if (promiseTimer != null) {
      promiseTimer.cancel(false);
      promiseTimer = null;
    }
    if (answered || finished) {
      ReplyWriter.discard(reply.body());
      return;
    }
    answered = true;
    new ReplyWriter(this, server).write(reply, headWritten);
  }

  /** The last byte is out, or there will be none. */
  void finish() {
    if (finished) {
      return;
    }
    finished = true;
    if (promiseTimer != null) {
      promiseTimer.cancel(false);
    }
    Transcript taken = transcript;
    if (taken != null) {
      taken.over();
    }
    server.finished(this);
  }

  void onFinish(Runnable then) {
    onFinish = then;
  }

  void runFinish() {
    if (onFinish != null) {
      onFinish.run();
    }
  }
}
