package dev.caravan.observe.files;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes log files, so that no request waits for a disk. Begins with the first
 * job. What cannot be written is counted and told once a minute; what there is no memory for is
 * left out by whoever would offer it, and counted here. Thread-safe.
 *
 * <p>While there is work the thread looks for it every 20 ms instead of being woken, since waking a
 * thread costs a request more than all the rest of its log.
 */
final class LogWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int NAPS = 50;
  private static final long REPORT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long LONGEST_SLEEP = TimeUnit.MINUTES.toNanos(1);

  /** Something to be written. */
  @FunctionalInterface
  interface Job {
    void write() throws IOException;
  }

  private final ConcurrentLinkedQueue<Job> jobs = new ConcurrentLinkedQueue<>();
  private final AtomicLong leftOut = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final String limit;
  private volatile @Nullable Thread thread;
  private volatile boolean asleep;
  private volatile boolean closing;

  // of the writing thread
  private long leftOutTold;
  private long failedTold;
  private long toldNanos = System.nanoTime() - REPORT_NANOS;
  private String lastProblem = "";

  private volatile @Nullable Job chore;
  private long choreNanos;
  private long choreDue;

  /**
   * Makes one.
   *
   * @param limit how the bound of memory is called in reports
   */
  LogWriter(String limit) {
    this.limit = limit;
  }

  /** Writes this soon, after all that was offered before. */
  void offer(Job job) {
    jobs.add(job);
    Thread writer = thread;
    if (writer == null) {
      start();
    } else if (asleep) {
      LockSupport.unpark(writer);
    }
  }

  /** Something that had to be left out. */
  void leftOut() {
    leftOut.incrementAndGet();
  }

  /** Does this now and then; starts the thread. */
  void every(Duration time, Job what) {
    chore = what;
    choreNanos = time.toNanos();
    choreDue = System.nanoTime();
    start();
  }

  long leftOutCount() {
    return leftOut.get();
  }

  long failedCount() {
    return failed.get();
  }

  private synchronized void start() {
    if (thread == null && !closing) {
      thread = Thread.ofPlatform().daemon().name("caravan-logs").start(this::run);
    }
  }

  private void run() {
    int naps = 0;
    while (true) {
      Job job = jobs.poll();
      if (job != null) {
        naps = 0;
        attempt(job);
        continue;
      }
      report(false);
      if (closing) {
        report(true);
        return;
      }
      doChore();
      if (naps++ < NAPS) {
        LockSupport.parkNanos(NAP_NANOS);
      } else {
        sleep();
      }
    }
  }

  private void sleep() {
    asleep = true;
    if (jobs.isEmpty() && !closing) {
      LockSupport.parkNanos(this, untilNext());
    }
    asleep = false;
  }

  private long untilNext() {
    long next = LONGEST_SLEEP;
    return chore == null ? next : Math.clamp(choreDue - System.nanoTime(), NAP_NANOS, next);
  }

  private void doChore() {
    Job what = chore;
    if (what != null && System.nanoTime() - choreDue >= 0) {
      choreDue = System.nanoTime() + choreNanos;
      attempt(what);
    }
  }

  private void attempt(Job job) {
    try {
      job.write();
    } catch (IOException e) {
      failed.incrementAndGet();
      lastProblem = e.getClass().getSimpleName() + ": " + e.getMessage();
      report(false);
    } catch (RuntimeException e) {
      LOG.error("gateway: a record of the log files could not be made", e);
    }
  }

  private void report(boolean now) {
    long out = leftOut.get();
    long bad = failed.get();
    if (out == leftOutTold && bad == failedTold) {
      return;
    }
    if (!now && System.nanoTime() - toldNanos < REPORT_NANOS) {
      return;
    }
    toldNanos = System.nanoTime();
    if (bad > failedTold) {
      LOG.warn(
          "gateway: {} records of the log files could not be written ({}); requests go on",
          bad - failedTold,
          lastProblem);
    }
    if (out > leftOutTold) {
      LOG.warn(
          "gateway: what {} requests said was left out of the log files, since {} is full; requests go on",
          out - leftOutTold,
          limit);
    }
    leftOutTold = out;
    failedTold = bad;
  }

  /** Writes what was offered, for at most five seconds. */
  @Override
  public void close() {
    Thread writer;
    synchronized (this) {
      closing = true;
      writer = thread;
    }
    if (writer != null) {
      LockSupport.unpark(writer);
      try {
        writer.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
