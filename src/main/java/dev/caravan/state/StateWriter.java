package dev.caravan.state;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. {@link #wake} costs nearly nothing, so that a request may call it;
 * the thread then waits a moment for more, asks for what has changed, and hands it to the store.
 *
 * <p>A write that fails is tried again with all that has changed since; nothing waits for it and
 * nothing fails by it.
 */
final class StateWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateWriter.class);
  private static final int TELL_EACH = 10;

  /**
   * How often it works.
   *
   * @param gather from the first change to the write
   * @param sync at most this old is what a crash of the machine can take
   * @param retry after a write that failed
   */
  record Pace(Duration gather, Duration sync, Duration retry) {
    static final Pace USUAL =
        new Pace(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  private final StateStore store;
  private final Supplier<Map<String, byte @Nullable []>> changes;
  private final Consumer<StateHealth> alarm;
  private final Pace pace;
  private final Thread thread;
  private final Map<String, byte @Nullable []> waiting = new LinkedHashMap<>();
  private volatile boolean awake;
  private volatile boolean closing;
  private volatile StateHealth health;
  private boolean unsynced;
  private long syncedNanos;

  /**
   * Begins to write.
   *
   * @param changes all values that have changed since it was asked last; called by this thread only
   * @param findings of the load
   * @param alarm told of them, and each time when writing begins to fail
   */
  StateWriter(
      StateStore store,
      Supplier<Map<String, byte @Nullable []>> changes,
      List<String> findings,
      Consumer<StateHealth> alarm,
      Pace pace) {
    this.store = store;
    this.alarm = alarm;
    this.changes = changes;
    this.pace = pace;
    this.health = new StateHealth(store.place(), null, 0, 0, 0, 0, findings);
    this.thread = Thread.ofPlatform().name("state").daemon().start(this::run);
  }

  /** Something has changed. Never blocks. */
  void wake() {
    if (!awake) {
      awake = true;
      LockSupport.unpark(thread);
    }
  }

  StateHealth health() {
    return health;
  }

  private void run() {
    if (!health.findings().isEmpty()) {
      pause(pace.sync()); // until somebody can be listening
      alarm.accept(health);
    }
    while (!closing) {
      if (!awake) {
        LockSupport.park(this);
        continue;
      }
      pause(pace.gather());
      awake = false;
      if (!flush()) {
        pause(pace.retry());
        awake = true;
      }
    }
    flush();
    try {
      store.close();
    } catch (IOException e) {
      LOG.warn("state: the last sync failed: {}", FileStore.reason(e));
    }
  }

  private void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0 && !closing; left = end - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  private boolean flush() {
    try {
      waiting.putAll(changes.get());
      if (!waiting.isEmpty()) {
        store.write(waiting);
        waiting.clear();
        unsynced = true;
      }
      syncIfDue();
      wrote();
      return true;
    } catch (IOException e) {
      failed(FileStore.reason(e));
    } catch (RuntimeException e) {
      LOG.debug("state: a write failed", e);
      failed(e.toString());
    }
    return false;
  }

  private void syncIfDue() throws IOException {
    long now = System.nanoTime();
    if (unsynced && (closing || now - syncedNanos >= pace.sync().toNanos())) {
      store.sync();
      unsynced = false;
      syncedNanos = now;
    } else if (unsynced) {
      awake = true; // comes back for the sync, though nothing more may change
    }
  }

  private void wrote() {
    StateHealth before = health;
    if (before.problem() != null) {
      LOG.info("state: {} is written again, nothing is missing", store.place());
    }
    health =
        new StateHealth(
            store.place(),
            null,
            before.failures(),
            0,
            0,
            System.currentTimeMillis(),
            before.findings());
  }

  private void failed(String reason) {
    StateHealth before = health;
    int inRow = before.inRow() + 1;
    String problem =
        "state: %s cannot be written (%s); calls are served, and it is tried again every %d s"
            .formatted(store.place(), reason, pace.retry().toSeconds());
    if (inRow == 1 || inRow % TELL_EACH == 0) {
      LOG.warn("{}", problem);
    }
    health =
        new StateHealth(
            store.place(),
            problem,
            before.failures() + 1,
            inRow,
            waiting.size(),
            before.writtenAt(),
            before.findings());
    if (inRow == 1) {
      alarm.accept(health);
    }
  }

  /** Writes what is left, and ends. Waits for it, a few seconds at most. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      if (!thread.join(Duration.ofSeconds(5))) {
        LOG.warn("state: {} did not take the last values in time", store.place());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
