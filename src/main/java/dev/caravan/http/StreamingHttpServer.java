package dev.caravan.http;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.loop.Loop;
import dev.caravan.loop.Loops;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of the gateway. It outlives the routes: {@link #serve} switches it from one set
 * of them to the next, and what runs on the old set runs to its end. Thread-safe.
 */
public final class StreamingHttpServer implements AutoCloseable {
  private static final RouteTable NO_ROUTES = new RouteTable();
  private static final AtomicInteger SHARED_RANDOM_PORT = new AtomicInteger();

  /** A client that does not read would keep its connection open for ever. */
  private static final int CLOSE_WITHIN_SECONDS = 2;

  private static final int ID_LENGTH = 24;
  private static final byte[] ID_LETTERS =
      "0123456789abcdefghjkmnpqrstvwxyz".getBytes(StandardCharsets.ISO_8859_1);

  /** Bodies up to this size are read before anybody is asked whether they are welcome. */
  private static final long SMALL_BODY = 64 * 1024;

  private final Loops loops;
  private final HttpOptions options;
  private final Refusals refusals;
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<ConnectionWatch> watches = new ArrayList<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile @Nullable Witness witness;
  private volatile RouteTable table = NO_ROUTES;
  private volatile @Nullable Beside beside;
  private volatile boolean draining;
  private volatile int port;

  public StreamingHttpServer(Loops loops, HttpOptions options, Refusals refusals) {
    this.loops = loops;
    this.options = options;
    this.refusals = refusals;
    this.port = options.port();
  }

  /**
   * Opens the port, one listener a loop; connections are dealt out between them.
   *
   * @throws java.util.concurrent.CompletionException with a {@link BindException} when the port
   *     cannot be had
   */
  public void start() {
    int bind = options.port() != 0 ? options.port() : -1 - SHARED_RANDOM_PORT.incrementAndGet();
    for (Loop loop : loops.all()) {
      ConnectionWatch watch = new ConnectionWatch(loop, options.idle(), options.bodyPause());
      watches.add(watch);
      CompletableFuture<HttpServer> listening = new CompletableFuture<>();
      loop.context().runOnContext(nothing -> listen(loop, watch, bind, listening));
      servers.add(listening.join());
    }
    port = servers.getFirst().actualPort();
  }

  private void listen(
      Loop loop, ConnectionWatch watch, int bind, CompletableFuture<HttpServer> listening) {
    HttpServerOptions vertxOptions =
        new HttpServerOptions()
            .setHost(options.host())
            .setPort(bind)
            .setAcceptBacklog(4096)
            .setTcpNoDelay(true)
            .setReuseAddress(true)
            .setMaxHeaderSize(options.maxHeaders())
            .setMaxInitialLineLength(16 * 1024)
            .setMaxChunkSize(64 * 1024)
            // with it, Vert.x tells of a connection only after its first bytes, and those that
            // never
            // send any could not be closed
            .setHttp2ClearTextEnabled(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setDecompressionSupported(true);
    loops
        .vertx()
        .createHttpServer(vertxOptions)
        .connectionHandler(watch::opened)
        .requestHandler(request -> accept(request, loop, watch.of(request.connection())))
        .invalidRequestHandler(request -> refuseInvalid(request, loop))
        .listen()
        .onComplete(
            result -> {
              if (result.succeeded()) {
                listening.complete(result.result());
              } else {
                listening.completeExceptionally(bindProblem(result.cause()));
              }
            });
  }

  /** The loops of different systems have different exceptions for this. */
  private static Throwable bindProblem(Throwable cause) {
    return cause instanceof IOException && !(cause instanceof BindException)
        ? new BindException(cause.getMessage()).initCause(cause)
        : cause;
  }

  /** The port that is listened on. */
  public int port() {
    return port;
  }

  public HttpOptions options() {
    return options;
  }

  /** Sets who takes requests down; to be set before the start. */
  public void witness(@Nullable Witness who) {
    witness = who;
  }

  @Nullable Witness witness() {
    return witness;
  }

  /**
   * Switches to the routes of an engine, in one step. Requests that the routes before have begun
   * are theirs until their last byte: see {@link StreamingHttpEngine#awaitLastRequest}.
   */
  public void serve(StreamingHttpEngine engine) {
    table = engine.table();
  }

  /** What serves a path, and all below it, whichever routes are live. */
  private record Beside(PathPattern path, RequestHandler handler) {}

  /**
   * Gives a path, and all below it, to a handler that is no route and stays when routes change.
   *
   * @param path such as {@code /admin}
   */
  public void serveBeside(String path, RequestHandler handler) {
    beside = new Beside(PathPattern.of(path, true), handler);
  }

  /** Whether the gateway is on its way out; new calls are to be refused by their routes. */
  public boolean isDraining() {
    return draining;
  }

  /** Requests that are being served. */
  public int inFlight() {
    return inFlight.get();
  }

  /**
   * Announces the end and waits until what runs has ended, at most this long.
   *
   * @return whether all of it has
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    draining = true;
    long until = System.nanoTime() + atMost.toNanos();
    synchronized (inFlight) {
      while (inFlight.get() > 0) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        inFlight.wait(Math.max(1, Math.min(left / 1_000_000, 100)));
      }
    }
    return true;
  }

  /** Closes the port and every connection. */
  @Override
  public void close() {
    draining = true;
    watches.forEach(ConnectionWatch::stop);
    Future<?>[] closing = servers.stream().map(HttpServer::close).toArray(Future<?>[]::new);
    Future.join(List.of(closing))
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS)
        .exceptionally(t -> null)
        .join();
  }

  private void accept(HttpServerRequest request, Loop loop, ConnectionWatch.State connection) {
    ServedRequest served =
        new ServedRequest(request, loop, this, requestId(request.headers().get("X-Request-Id")));
    inFlight.incrementAndGet();
    connection.requestBegins();
    RouteTable routes = enterTable();
    served.onFinish(
        () -> {
          connection.requestEnds();
          routes.leave();
        });
    request.response().closeHandler(nothing -> served.clientLeft());
    Witness who = witness;
    if (who != null) {
      served.transcript(who.begin(served));
    }
    if (isPreflight(request)) {
      allowOrigin(served);
      return;
    }
    Beside other = beside;
    if (other != null && other.path().match(request.path()) != null) {
      readBody(served, connection, other.handler());
      return;
    }
    switch (routes.find(request.path(), request.method().name())) {
      case RouteTable.Found.Consumer(var consumer, var parameters) -> {
        served.pathParameters(parameters);
        readBody(served, connection, consumer);
      }
      case RouteTable.Found.OtherMethods(var allow) ->
          refuse(
              served,
              Failure.of(
                      Kind.METHOD_NOT_ALLOWED,
                      Stage.CLIENT_REQUEST,
                      "client request: %s does not take %s; it takes %s"
                          .formatted(
                              printable(request.path()), printable(request.method().name()), allow))
                  .with(Map.of("allow", allow)));
      case RouteTable.Found.Nothing() ->
          refuse(
              served,
              Failure.of(
                  Kind.PATH_NOT_FOUND,
                  Stage.CLIENT_REQUEST,
                  "client request: there is nothing at %s".formatted(printable(request.path()))));
    }
  }

  /** One that has been retired between the two looks has a successor already. */
  private RouteTable enterTable() {
    RouteTable here = table;
    while (!here.enter()) {
      here = table;
    }
    return here;
  }

  private void readBody(
      ServedRequest served, ConnectionWatch.State connection, RequestHandler handler) {
    HttpServerRequest request = served.raw();
    long declared = contentLength(request.headers());
    boolean asksFirst = "100-continue".equalsIgnoreCase(request.headers().get("Expect"));
    if (declared > options.maxBody()) {
      refuse(served, tooLarge());
      return;
    }
    if (asksFirst || declared > SMALL_BODY) {
      Failure unwelcome = refusals.admit(served);
      if (unwelcome != null) {
        refuse(served, unwelcome);
        return;
      }
    }
    if (asksFirst) {
      request.response().writeContinue();
    }
    BodyReader body = new BodyReader(declared, options.maxBody());
    connection.awaitsBody(() -> refuse(served, bodyOverdue()));
    request.handler(
        piece -> {
          connection.bodyMoves();
          if (!body.add(piece)) {
            connection.bodyIsIn();
            refuse(served, tooLarge());
          }
        });
    request.endHandler(
        nothing -> {
          connection.bodyIsIn();
          served.body(body.body());
          handler.handle(served);
        });
    // a connection that closes inside a body is seen by the close handler of the response
    request.exceptionHandler(cause -> {});
  }

  /**
   * Answers with a failure; what is left of the body is thrown away, and the connection is not used
   * again. For HTTP/1.1 only: other requests share a connection of HTTP/2.
   */
  void refuse(ServedRequest served, Failure failure) {
    HttpServerRequest request = served.raw();
    if (!request.isEnded()) {
      request.handler(piece -> {});
      request.endHandler(nothing -> request.connection().close());
      request.response().headers().set("Connection", "close");
      served.loop().after(2000, () -> request.connection().close());
    }
    served.reply(refusal(served, failure));
  }

  Reply refusal(ServedRequest served, Failure failure) {
    return refusals.refuse(served.path(), failure, served.id());
  }

  private void refuseInvalid(HttpServerRequest request, Loop loop) {
    Throwable cause = request.decoderResult().cause();
    Failure failure =
        cause instanceof TooLongFrameException
            ? Failure.of(
                Kind.HEADERS_TOO_LARGE,
                Stage.CLIENT_REQUEST,
                "client request: the headers are larger than %d bytes"
                    .formatted(options.maxHeaders()))
            : Failure.of(
                Kind.INVALID_REQUEST, Stage.CLIENT_REQUEST, "client request: this is not HTTP");
    ServedRequest served = new ServedRequest(request, loop, this, newRequestId());
    inFlight.incrementAndGet();
    served.onFinish(() -> loop.after(500, () -> request.connection().close()));
    request.response().headers().set("Connection", "close");
    served.reply(refusals.refuse("/", failure, served.id()));
  }

  /** Sets what every answer carries. */
  void commonHeaders(ServedRequest served) {
    MultiMap headers = served.raw().response().headers();
    headers.set("X-Request-Id", served.id());
    if (!options.allowOrigins().isEmpty() && served.header("Origin") != null) {
      headers.set("Access-Control-Allow-Origin", options.allowOrigins());
      headers.set("Access-Control-Expose-Headers", "*");
    }
  }

  private boolean isPreflight(HttpServerRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && !options.allowOrigins().isEmpty()
        && request.headers().contains("Access-Control-Request-Method");
  }

  private void allowOrigin(ServedRequest served) {
    HttpServerResponse response = served.raw().response();
    response.setStatusCode(204);
    commonHeaders(served);
    response.headers().set("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE, OPTIONS");
    String asked = served.header("Access-Control-Request-Headers");
    response
        .headers()
        .set("Access-Control-Allow-Headers", asked != null && asked.length() < 2000 ? asked : "*");
    response.headers().set("Access-Control-Max-Age", "600");
    response.end();
    served.finish();
  }

  void finished(ServedRequest served) {
    served.runFinish();
    if (inFlight.decrementAndGet() == 0 && draining) {
      synchronized (inFlight) {
        inFlight.notifyAll();
      }
    }
  }

  private Failure tooLarge() {
    return Failure.of(
        Kind.BODY_TOO_LARGE,
        Stage.CLIENT_REQUEST,
        "client request: the body is larger than %d bytes (MAX_REQUEST_BODY)"
            .formatted(options.maxBody()));
  }

  private Failure bodyOverdue() {
    return Failure.of(
        Kind.REQUEST_TIMEOUT,
        Stage.CLIENT_REQUEST,
        "client request: no byte of the body came for %d seconds"
            .formatted(options.bodyPause().toSeconds()));
  }

  private static long contentLength(MultiMap headers) {
    String text = headers.get("Content-Length");
    if (text == null) {
      return -1;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static String requestId(@Nullable String given) {
    return given != null && isGoodId(given) ? given : newRequestId();
  }

  private static boolean isGoodId(String id) {
    if (id.isEmpty() || id.length() > 128) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
      if (!good) {
        return false;
      }
    }
    return true;
  }

  /** 120 random bits in base 32, a few nanoseconds; ids need to differ, not to be secret. */
  private static String newRequestId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] id = new byte[ID_LENGTH];
    long bits = 0;
    for (int i = 0; i < ID_LENGTH; i++) {
      if (i % 12 == 0) {
        bits = random.nextLong();
      }
      id[i] = ID_LETTERS[(int) bits & 31];
      bits >>>= 5;
    }
    return new String(id, StandardCharsets.ISO_8859_1);
  }

  /** A client's words as far as they may stand in an answer. */
  private static String printable(String text) {
    String head = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    return head.replaceAll("\\p{Cntrl}", "?");
  }
}
