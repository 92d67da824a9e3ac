package dev.caravan.provider;

import dev.caravan.call.TimeSource;
import java.time.Instant;

/** A clock that stands still. */
record FixedTime(long epochMillis) implements TimeSource {

  /** 2001-09-09T01:46:40Z, the start of all cases in rotation.md 9. */
  static final FixedTime T = new FixedTime(1_000_000_000_000L);

  static FixedTime at(String instant) {
    return new FixedTime(Instant.parse(instant).toEpochMilli());
  }

  @Override
  public long nanos() {
    return epochMillis * 1_000_000;
  }
}
