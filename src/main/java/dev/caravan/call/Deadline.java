package dev.caravan.call;

import java.time.Duration;

/**
 * The moment after which no new attempt and no new wait may start; a running answer is never cut by
 * it (http-api.md 1.7).
 *
 * @param time the clock that {@code atNanos} belongs to
 * @param atNanos the moment on {@link TimeSource#nanos()}
 */
public record Deadline(TimeSource time, long atNanos) {

  public static Deadline in(Duration budget, TimeSource time) {
    return new Deadline(time, time.nanos() + budget.toNanos());
  }

  /** What is left, never negative. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, atNanos - time.nanos()));
  }

  public boolean isOver() {
    return atNanos - time.nanos() <= 0;
  }

  /** Whether a wait of this length would end before the deadline. */
  public boolean allows(Duration wait) {
    return wait.toNanos() < atNanos - time.nanos();
  }
}
