package dev.caravan.http;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a stream to its client, buffer by buffer, on the loop of the request. Pauses the source
 * while the client's socket is full, cuts a client that leaves it full for too long, and breaks
 * silence with a comment.
 */
final class StreamPump {
  private static final Logger LOG = LoggerFactory.getLogger(StreamPump.class);
  private static final Buffer KEEP_ALIVE = Buffer.buffer(": keep-alive\n\n");

  private final ReadStream<?> source;
  private final ServedRequest served;
  private final HttpServerResponse response;
  private final long keepAliveNanos;
  private final long stallNanos;
  private final boolean comments;
  private @Nullable ScheduledFuture<?> watch;
  private long lastWriteNanos;
  private long fullSinceNanos;
  private boolean full;
  private boolean done;

  StreamPump(ReadStream<?> source, ServedRequest served, StreamingHttpServer server) {
    this.source = source;
    this.served = served;
    this.response = served.raw().response();
    this.keepAliveNanos = server.options().keepAlive().toNanos();
    this.stallNanos = server.options().writeStall().toNanos();
    String type = response.headers().get("content-type");
    this.comments = type != null && type.startsWith("text/event-stream") && keepAliveNanos > 0;
  }

  void start() {
    lastWriteNanos = System.nanoTime();
    served.onGone(this::abandon);
    if (done) {
      return;
    }
    watchLater();
    response.drainHandler(nothing -> drained());
    source.exceptionHandler(this::broke);
    source.endHandler(nothing -> ended());
    source.handler(this::next);
    source.resume();
  }

  private void next(Object item) {
    if (done) {
      return;
    }
    response.write(item instanceof Buffer buffer ? buffer : Buffer.buffer(item.toString()));
    lastWriteNanos = System.nanoTime();
    if (!full && response.writeQueueFull()) {
      full = true;
      fullSinceNanos = lastWriteNanos;
      source.pause();
    }
  }

  private void drained() {
    if (full && !done) {
      full = false;
      source.resume();
    }
  }

  private void ended() {
    if (over()) {
      response.end();
      served.finish();
    }
  }

  private void broke(Throwable cause) {
    if (over()) {
      LOG.debug(
          "gateway: a stream broke, the client's connection is cut so that it notices", cause);
      response.reset();
      served.raw().connection().close();
      served.finish();
    }
  }

  private void abandon() {
    if (over()) {
      ReplyWriter.discard(source);
      served.finish();
    }
  }

  private boolean over() {
    if (done) {
      return false;
    }
    done = true;
    if (watch != null) {
      watch.cancel(false);
    }
    return true;
  }

  private void watchLater() {
    long nanos = comments ? Math.min(keepAliveNanos, stallNanos) : stallNanos;
    watch = served.loop().after(Math.max(10, nanos / 2_000_000), this::look);
  }

  private void look() {
    if (done) {
      return;
    }
    long now = System.nanoTime();
    if (full && now - fullSinceNanos > stallNanos) {
      LOG.info("gateway: request {}: the client reads nothing, its connection is cut", served.id());
      served.raw().connection().close();
      return;
    }
    if (comments && !full && now - lastWriteNanos > keepAliveNanos) {
      response.write(KEEP_ALIVE);
      lastWriteNanos = now;
    }
    watchLater();
  }
}
