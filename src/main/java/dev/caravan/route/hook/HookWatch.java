package dev.caravan.route.hook;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Stops hooks that take too long. A hook runs on the thread of its call, which costs nothing; a
 * thread of this watch looks every few milliseconds whose time is over, interrupts the wait that it
 * is in, and tells Camel to go no further with its exchange, which also ends loops. What neither
 * waits nor comes back to Camel cannot be stopped in Java: for that the caller has a last resort.
 */
final class HookWatch implements AutoCloseable {
  private static final long LOOK_NANOS = 10_000_000;

  /** How long a stopped hook may take to notice. */
  private static final long GRACE_NANOS = 500_000_000;

  /** One hook that runs. */
  static final class Run extends AtomicInteger {
    private static final long serialVersionUID = 1L;
    private static final int RUNNING = 0;
    private static final int DONE = 1;
    private static final int EXPIRING = 2;
    private static final int EXPIRED = 3;

    private final transient Thread thread = Thread.currentThread();
    private final transient Exchange exchange;
    private final transient @Nullable Runnable stuck;
    private final long untilNanos;
    private boolean stuckTold;

    private Run(Exchange exchange, long untilNanos, @Nullable Runnable stuck) {
      this.exchange = exchange;
      this.untilNanos = untilNanos;
      this.stuck = stuck;
    }
  }

  private final Set<Run> running = ConcurrentHashMap.newKeySet();
  private @Nullable Thread looker;
  private volatile boolean closed;

  /**
   * Begins to watch what the current thread does next.
   *
   * @param stuck run when it could not be stopped either
   */
  Run begin(Exchange exchange, long budgetNanos, @Nullable Runnable stuck) {
    Run run = new Run(exchange, System.nanoTime() + budgetNanos, stuck);
    running.add(run);
    return run;
  }

  /** Ends it; whether it was in time. The thread is not interrupted any more afterwards. */
  boolean end(Run run) {
    running.remove(run);
    if (run.compareAndSet(Run.RUNNING, Run.DONE)) {
      return true;
    }
    while (run.get() != Run.EXPIRED) {
      Thread.onSpinWait();
    }
    Thread.interrupted();
    return false;
  }

  /** Begins to look; later calls do nothing. */
  synchronized void start() {
    if (looker == null) {
      // no virtual thread: those may all be held up by what is to be stopped
      looker = Thread.ofPlatform().daemon().name("hook-watch").start(this::look);
    }
  }

  private void look() {
    while (!closed) {
      LockSupport.parkNanos(LOOK_NANOS);
      if (running.isEmpty()) {
        continue;
      }
      long now = System.nanoTime();
      for (Run run : running) {
        long over = now - run.untilNanos;
        if (over >= 0 && run.compareAndSet(Run.RUNNING, Run.EXPIRING)) {
          run.exchange.setRouteStop(true);
          run.thread.interrupt();
          run.set(Run.EXPIRED);
        } else if (over > GRACE_NANOS && !run.stuckTold && run.stuck != null) {
          run.stuckTold = true;
          run.stuck.run();
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
