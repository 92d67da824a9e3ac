package dev.caravan.pool;

import dev.caravan.call.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until a test moves it; starts at T = 1,000,000,000. */
final class FakeTime implements TimeSource {
  static final long T = 1_000_000_000L;

  private long nanos = 7;
  private long epochMillis = T * 1000;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long epochMillis() {
    return epochMillis;
  }

  void pass(Duration time) {
    nanos += time.toNanos();
    epochMillis += time.toMillis();
  }

  /** The wall clock alone is set. */
  void step(Duration by) {
    epochMillis += by.toMillis();
  }

  void passSeconds(double seconds) {
    pass(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  void moveTo(double secondsAfterStart) {
    passSeconds(secondsAfterStart - secondsSinceStart());
  }

  double secondsSinceStart() {
    return (epochMillis - T * 1000) / 1000.0;
  }

  static Instant at(double secondsAfterStart) {
    return Instant.ofEpochMilli(T * 1000 + Math.round(secondsAfterStart * 1000));
  }
}
