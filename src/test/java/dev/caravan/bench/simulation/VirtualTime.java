package dev.caravan.bench.simulation;

import dev.caravan.call.TimeSource;

/** The clock of a simulation. Nanoseconds from its start. */
final class VirtualTime implements TimeSource {
  private static final long START_MILLIS = 1_000_000_000_000L;

  private long nanos;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long epochMillis() {
    return START_MILLIS + nanos / 1_000_000;
  }

  void moveTo(long to) {
    nanos = Math.max(nanos, to);
  }
}
