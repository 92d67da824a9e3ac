package dev.caravan.mock;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** Counts what the mock sees. Thread-safe, and cheap enough for every chunk. */
final class Tally {
  final Counts keys = new Counts();
  final Counts models = new Counts();
  private final ConcurrentHashMap<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
  private final LongAdder total = new LongAdder();
  private final LongAdder streams = new LongAdder();
  private final LongAdder chunks = new LongAdder();
  private final LongAdder connections = new LongAdder();
  private final LongAdder aborted = new LongAdder();
  private final AtomicInteger openConnections = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAccumulator maxInFlight = new LongAccumulator(Long::max, 0);
  private final AtomicInteger waiting = new AtomicInteger();
  private final Object change = new Object();

  void connected() {
    connections.increment();
    openConnections.incrementAndGet();
    changed();
  }

  void disconnected() {
    openConnections.decrementAndGet();
    changed();
  }

  void begun() {
    total.increment();
    maxInFlight.accumulate(inFlight.incrementAndGet());
    changed();
  }

  void ended() {
    inFlight.decrementAndGet();
    changed();
  }

  void abandoned() {
    aborted.increment();
  }

  void answered(int status) {
    statuses.computeIfAbsent(status, _ -> new LongAdder()).increment();
    changed();
  }

  void streaming() {
    streams.increment();
  }

  void chunk() {
    chunks.increment();
    changed();
  }

  void reset() {
    total.reset();
    streams.reset();
    chunks.reset();
    connections.reset();
    aborted.reset();
    maxInFlight.reset();
    statuses.clear();
    keys.clear();
    models.clear();
    changed();
  }

  MockStats stats() {
    Map<Integer, Long> perStatus = new HashMap<>();
    statuses.forEach((status, count) -> perStatus.put(status, count.sum()));
    return new MockStats(
        total.sum(),
        streams.sum(),
        chunks.sum(),
        inFlight.get(),
        (int) maxInFlight.get(),
        openConnections.get(),
        connections.sum(),
        aborted.sum(),
        keys.snapshot(),
        models.snapshot(),
        perStatus);
  }

  /** Waits until the figures are as wanted; gives what they are then, or when patience ends. */
  MockStats await(Predicate<MockStats> wanted, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    waiting.incrementAndGet();
    try {
      synchronized (change) {
        while (true) {
          MockStats now = stats();
          long left = (end - System.nanoTime()) / 1_000_000;
          if (wanted.test(now) || left <= 0) {
            return now;
          }
          change.wait(left);
        }
      }
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** Lets those look again who wait for a figure. */
  void changed() {
    if (waiting.get() > 0) {
      synchronized (change) {
        change.notifyAll();
      }
    }
  }
}
