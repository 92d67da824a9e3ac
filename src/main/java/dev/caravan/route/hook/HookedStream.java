package dev.caravan.route.hook;

import dev.caravan.call.Failure;
import dev.caravan.dialect.sse.EventScanner;
import dev.caravan.loop.Loop;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A streamed answer whose events pass {@code on-chunk} hooks, one after the other, on a virtual
 * thread of its own. Pauses its source when hooks or client are slower.
 *
 * <p>Lives on the loop of its call, but for the thread of the hooks. A refusal ends it with an
 * error event, and the provider's side is reset.
 */
final class HookedStream implements ReadStream<Buffer>, AutoCloseable, EventScanner.Events {
  private static final Logger LOG = LoggerFactory.getLogger(HookedStream.class);
  private static final int PAUSE_ABOVE = 128 * 1024;
  private static final byte[] END = new byte[0];

  private record Ready(Buffer bytes, int consumed, boolean last) {}

  private final ReadStream<Buffer> source;
  private final AutoCloseable closing;
  private final Loop loop;
  private final ChunkHooks hooks;
  private final Function<Failure, byte[]> errorEvent;
  private final Consumer<Failure> refused;
  private final EventScanner scanner = new EventScanner();
  private final BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();

  // of the thread of the hooks
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  // of the loop
  private final ArrayDeque<Ready> ready = new ArrayDeque<>();
  private int bytesInside;
  private boolean started;
  private boolean flowing;
  private boolean sourcePaused;
  private boolean endTold;
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> endHandler;

  private volatile boolean over;

  /**
   * @param closing resets the provider's side
   * @param errorEvent what the client is told of a refusal
   * @param refused told of it before
   */
  HookedStream(
      ReadStream<Buffer> source,
      AutoCloseable closing,
      Loop loop,
      ChunkHooks hooks,
      Function<Failure, byte[]> errorEvent,
      Consumer<Failure> refused) {
    this.source = source;
    this.closing = closing;
    this.loop = loop;
    this.hooks = hooks;
    this.errorEvent = errorEvent;
    this.refused = refused;
  }

  private void start() {
    source.handler(this::take);
    source.endHandler(nothing -> arrived.add(END));
    Thread.ofVirtual().name("hook-chunk-", 0).start(this::work);
    source.resume();
  }

  private void take(Buffer piece) {
    if (over) {
      return;
    }
    bytesInside += piece.length();
    arrived.add(piece.getBytes());
    if (bytesInside > PAUSE_ABOVE && !sourcePaused) {
      sourcePaused = true;
      source.pause();
    }
  }

  private void work() {
    try {
      while (!over) {
        byte[] piece = arrived.take();
        boolean last = piece == END;
        if (last) {
          scanner.flush(this);
        } else {
          scanner.feed(piece, 0, piece.length, this);
        }
        if (over) {
          return; // it was ended while a hook ran
        }
        Failure refusal = hooks.refusal();
        if (refusal != null) {
          refused.accept(refusal);
          out.writeBytes(errorEvent.apply(refusal));
          last = true;
        }
        pass(piece.length, last);
        if (last) {
          over = true;
          if (refusal != null) {
            reset();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("gateway: a stream with hooks ended in a bug", e);
      abort(Failure.of(Failure.Kind.INTERNAL, Failure.Stage.GATEWAY, "gateway: an internal error"));
    }
  }

  /** Ends the stream with an error, whatever its hooks do. From any thread. */
  void abort(Failure failure) {
    over = true;
    refused.accept(failure);
    Buffer event = Buffer.buffer(errorEvent.apply(failure));
    loop.run(
        () -> {
          ready.add(new Ready(event, 0, true));
          deliver();
        });
    reset();
  }

  private void pass(int consumed, boolean last) {
    Ready next = new Ready(Buffer.buffer(out.toByteArray()), consumed, last);
    out.reset();
    loop.run(
        () -> {
          ready.add(next);
          deliver();
        });
  }

  private void deliver() {
    while (flowing && !ready.isEmpty() && !endTold) {
      Ready next = ready.poll();
      bytesInside -= next.consumed();
      if (next.bytes().length() > 0 && handler != null) {
        handler.handle(next.bytes());
      }
      if (next.last() && !endTold && endHandler != null) {
        endTold = true;
        endHandler.handle(null);
      }
    }
    if (sourcePaused && bytesInside < PAUSE_ABOVE / 2) {
      sourcePaused = false;
      source.resume();
    }
  }

  @Override
  public void event(byte[] bytes, int start, int end, int hints) {
    if (hooks.refusal() == null) {
      hooks.event(bytes, start, end, out);
    }
  }

  /** Too long for a look, so it goes as it is. */
  @Override
  public void part(byte[] bytes, int start, int end) {
    out.write(bytes, start, end - start);
  }

  @Override
  public void torn(byte[] bytes, int start, int end, int hints) {
    out.write(bytes, start, end - start);
  }

  @Override
  public HookedStream exceptionHandler(@Nullable Handler<Throwable> then) {
    source.exceptionHandler(then);
    return this;
  }

  @Override
  public HookedStream handler(@Nullable Handler<Buffer> to) {
    handler = to;
    return this;
  }

  @Override
  public HookedStream endHandler(@Nullable Handler<Void> to) {
    endHandler = to;
    return this;
  }

  @Override
  public HookedStream pause() {
    flowing = false;
    return this;
  }

  @Override
  public HookedStream resume() {
    flowing = true;
    if (!started) {
      started = true;
      start();
    }
    deliver();
    return this;
  }

  @Override
  public HookedStream fetch(long amount) {
    return resume();
  }

  private void reset() {
    try {
      closing.close();
    } catch (Exception e) {
      throw new IllegalStateException("the provider's side cannot be reset", e);
    }
  }

  /** The client has left. May be called from any thread. */
  @Override
  public void close() {
    over = true;
    arrived.add(END);
    reset();
  }
}
