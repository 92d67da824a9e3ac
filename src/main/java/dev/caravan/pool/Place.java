package dev.caravan.pool;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A place in the queue of a pool. Its call keeps the place, in order of arrival, until a credential
 * is lent to it, it is refused, or the place is closed.
 *
 * <p>{@link #await} is for the call's own thread; {@link #wake} and {@link #close} for any.
 */
public final class Place implements AutoCloseable {
  private final Semaphore news = new Semaphore(0);
  private final Pool pool;
  final Ask ask;

  /** What was lent while the call slept; guarded by the pool's lock. */
  @Nullable Lease handed;

  /**
   * When something may change by itself, in wall clock milliseconds; guarded by the pool's lock.
   */
  long wakeAt;

  Place(Pool pool, Ask ask) {
    this.pool = pool;
    this.ask = ask;
  }

  /**
   * Blocks until there is news or the time is over; either way the caller {@link Pool#choose
   * chooses} again.
   *
   * @return whether there was news
   */
  public boolean await(Duration atMost) throws InterruptedException {
    boolean told = news.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
    news.drainPermits();
    return told;
  }

  /** Ends the {@link #await} that runs now, or the next one. */
  public void wake() {
    news.release();
  }

  /** Gives the place up, and what was lent to it in the meantime; for a call that has ended. */
  @Override
  public void close() {
    pool.leave(this);
  }
}
