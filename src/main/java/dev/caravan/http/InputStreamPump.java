package dev.caravan.http;

import dev.caravan.loop.Sockets;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies an {@link InputStream} to its client on a virtual thread: what a read returns is sent at
 * once, reading waits while the client's socket is full, and the source is closed when the client
 * leaves.
 */
final class InputStreamPump {
  private static final Logger LOG = LoggerFactory.getLogger(InputStreamPump.class);
  private static final int PIECE = 16 * 1024;

  private final InputStream in;
  private final ServedRequest served;
  private final HttpServerResponse response;
  private final Duration stall;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile CountDownLatch room = new CountDownLatch(0);

  private InputStreamPump(InputStream in, ServedRequest served, Duration stall) {
    this.in = in;
    this.served = served;
    this.stall = stall;
    this.response = served.raw().response();
  }

  /**
   * Called on the loop of the request.
   *
   * @param stall how long the client may leave its socket full
   */
  static void start(InputStream in, ServedRequest served, Duration stall) {
    InputStreamPump pump = new InputStreamPump(in, served, stall);
    pump.response.drainHandler(nothing -> pump.room.countDown());
    served.onGone(pump::abandon);
    Thread.ofVirtual().name("copy-", 0).start(pump::copy);
  }

  private void copy() {
    byte[] piece = new byte[PIECE];
    try (in) {
      int length = in.read(piece);
      while (length >= 0 && !over.get()) {
        if (length > 0) {
          send(Buffer.buffer(Arrays.copyOf(piece, length)));
        }
        length = in.read(piece);
      }
      end();
    } catch (IOException | RuntimeException e) {
      cut(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cut(e);
    }
  }

  private void send(Buffer bytes) throws InterruptedException {
    CountDownLatch written = new CountDownLatch(1);
    room = written;
    served
        .loop()
        .run(
            () -> {
              if (!over.get()) {
                Buffers.tell(bytes, served.transcript());
                response.write(bytes);
              }
              if (over.get() || !response.writeQueueFull()) {
                written.countDown();
              }
            });
    if (!written.await(stall.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.info("gateway: request {}: the client reads nothing, its connection is cut", served.id());
      served.loop().run(() -> Sockets.cut(served.raw().connection()));
      written.await();
    }
  }

  private void end() {
    served
        .loop()
        .run(
            () -> {
              if (over.compareAndSet(false, true)) {
                response.end();
                served.finish();
              }
            });
  }

  private void cut(Exception cause) {
    served
        .loop()
        .run(
            () -> {
              if (over.compareAndSet(false, true)) {
                LOG.debug(
                    "gateway: a stream broke, the client's connection is cut so that it notices",
                    cause);
                served.raw().connection().close();
                served.finish();
              }
            });
  }

  private void abandon() {
    if (over.compareAndSet(false, true)) {
      room.countDown();
      ReplyWriter.discard(in);
    }
  }
}
