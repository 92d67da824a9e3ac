package dev.caravan.http;

import dev.caravan.loop.ChunkFrames;
import dev.caravan.loop.Sockets;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
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
  private static final int LARGEST_BATCH = 64 * 1024;

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
  private final List<Buffer> batch = new ArrayList<>(4);
  private final Runnable flush = this::flush;
  private int batchBytes;
  private boolean done;
  private @Nullable ChunkFrames frames;

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
    served.loop().gathering().begun();
    lastWriteNanos = System.nanoTime();
    served.onGone(this::abandon);
    if (done) {
      return;
    }
    watchLater();
    response.drainHandler(nothing -> drained());
    source.exceptionHandler(this::broke);
    source.endHandler(nothing -> ended());
    source.handler(served.transcript() == null ? this::next : this::takenDown);
    source.resume();
  }

  private void takenDown(Object item) {
    Buffer piece = item instanceof Buffer buffer ? buffer : Buffer.buffer(item.toString());
    Buffers.tell(piece, served.transcript());
    next(piece);
  }

  /**
   * Takes a piece. What comes in one turn of the loop goes out in one write at its end: a write is
   * a call into the kernel, and a provider that sends a burst would cost one for each of its
   * events.
   */
  private void next(Object item) {
    if (done) {
      return;
    }
    Buffer piece = item instanceof Buffer buffer ? buffer : Buffer.buffer(item.toString());
    if (batchBytes == 0) {
      served.loop().run(flush);
    }
    batch.add(piece);
    batchBytes += piece.length();
    if (batchBytes > LARGEST_BATCH) {
      flush();
    }
  }

  private void flush() {
    if (batchBytes == 0 || done) {
      return;
    }
    if (frames != null) {
      frames.write(batch, batchBytes);
    } else {
      write(batch.size() == 1 ? batch.getFirst() : joined());
      frames = frames();
    }
    Runnable atTheEnd = served.loop().gathering().writes();
    if (atTheEnd != null) {
      served.loop().run(atTheEnd);
    }
    batch.clear();
    batchBytes = 0;
    lastWriteNanos = System.nanoTime();
    if (!full && response.writeQueueFull()) {
      full = true;
      fullSinceNanos = lastWriteNanos;
      source.pause();
    }
  }

  /** Once the head is out, if the body is one of chunks. */
  private @Nullable ChunkFrames frames() {
    boolean chunks =
        response.isChunked()
            && response.headWritten()
            && served.raw().version() == HttpVersion.HTTP_1_1;
    return chunks ? ChunkFrames.on(served.raw().connection()) : null;
  }

  private Buffer joined() {
    byte[] bytes = new byte[batchBytes];
    int at = 0;
    for (int i = 0; i < batch.size(); i++) {
      Buffer piece = batch.get(i);
      piece.getBytes(bytes, at);
      at += piece.length();
    }
    return Buffers.wrap(bytes);
  }

  @SuppressWarnings("deprecation") // the form that returns a future makes one for each piece
  private void write(Buffer piece) {
    response.write(piece, null);
  }

  private void drained() {
    if (full && !done) {
      full = false;
      source.resume();
    }
  }

  private void ended() {
    flush();
    if (over()) {
      response.end();
      served.finish();
    }
  }

  private void broke(Throwable cause) {
    flush();
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
    served.loop().gathering().over();
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
      Sockets.cut(served.raw().connection());
      return;
    }
    if (comments && !full && now - lastWriteNanos > keepAliveNanos) {
      response.write(served.keepAlive());
      lastWriteNanos = now;
    }
    watchLater();
  }
}
