package dev.caravan.upstream;

import dev.caravan.call.Fault;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a provider from its first content on, to be read on the loop that the call runs on.
 *
 * <p>Always ends properly: when the provider's side breaks, the last thing that comes is an error
 * event of the dialect. What really happened is told once to {@link #onOutcome}. {@link #close}
 * resets the provider's side.
 */
public final class UpstreamStream implements ReadStream<Buffer>, AutoCloseable {
  private static final int PAUSE_ABOVE = 256 * 1024;

  /** The provider's side of the stream. */
  interface Source {
    void pause();

    void resume();

    void cancel();
  }

  private final Source source;
  private final ArrayDeque<Buffer> waiting = new ArrayDeque<>(4);
  private int waitingBytes;
  private boolean sourcePaused;
  private boolean flowing;
  private boolean endSeen;
  private boolean endTold;
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> endHandler;

  private final Object outcomeLock = new Object();
  private @Nullable Outcome outcome;
  private @Nullable Consumer<Outcome> listener;
  private volatile @Nullable Runnable onLife;

  UpstreamStream(Source source) {
    this.source = source;
  }

  /**
   * Told once how the stream ended, from the loop of the call or at once when it has ended already.
   */
  public void onOutcome(Consumer<Outcome> then) {
    Outcome known;
    synchronized (outcomeLock) {
      known = outcome;
      listener = then;
    }
    if (known != null) {
      then.accept(known);
    }
  }

  /** Run now and then while the provider's side shows signs of life. */
  public void onLife(Runnable then) {
    onLife = then;
  }

  void lives() {
    Runnable then = onLife;
    if (then != null) {
      then.run();
    }
  }

  private void tell(Outcome what) {
    Consumer<Outcome> then;
    synchronized (outcomeLock) {
      if (outcome != null) {
        return;
      }
      outcome = what;
      then = listener;
    }
    if (then != null) {
      then.accept(what);
    }
  }

  /** A piece for the client. */
  void push(Buffer piece) {
    Handler<Buffer> to = handler;
    if (flowing && to != null && waiting.isEmpty()) {
      to.handle(piece);
      return;
    }
    waiting.add(piece);
    waitingBytes += piece.length();
    if (waitingBytes > PAUSE_ABOVE && !sourcePaused) {
      sourcePaused = true;
      source.pause();
    }
  }

  void succeeded(Usage usage) {
    tell(new Outcome.Succeeded(usage));
    end();
  }

  /** The provider's side broke; the event tells the client so. */
  void faulted(Fault fault, Usage usage, Buffer event) {
    push(event);
    tell(new Outcome.Faulted(fault, usage));
    end();
  }

  void cancelled(Usage usage) {
    tell(new Outcome.Cancelled(usage));
    end();
  }

  private void end() {
    endSeen = true;
    tellEnd();
  }

  private void tellEnd() {
    if (endSeen && !endTold && waiting.isEmpty() && endHandler != null) {
      endTold = true;
      endHandler.handle(null);
    }
  }

  @Override
  public UpstreamStream exceptionHandler(@Nullable Handler<Throwable> ignored) {
    return this;
  }

  @Override
  public UpstreamStream handler(@Nullable Handler<Buffer> to) {
    handler = to;
    return this;
  }

  @Override
  public UpstreamStream endHandler(@Nullable Handler<Void> to) {
    endHandler = to;
    return this;
  }

  @Override
  public UpstreamStream pause() {
    flowing = false;
    return this;
  }

  @Override
  public UpstreamStream resume() {
    flowing = true;
    Handler<Buffer> to = handler;
    while (flowing && to != null && !waiting.isEmpty()) {
      Buffer piece = waiting.poll();
      waitingBytes -= piece.length();
      to.handle(piece);
    }
    if (sourcePaused && flowing) {
      sourcePaused = false;
      source.resume();
    }
    tellEnd();
    return this;
  }

  /** Not paced by counts: the reader pauses and resumes. */
  @Override
  public UpstreamStream fetch(long amount) {
    return resume();
  }

  /** The client has left. May be called from any thread. */
  @Override
  public void close() {
    source.cancel();
  }
}
