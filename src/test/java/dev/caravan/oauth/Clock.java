package dev.caravan.oauth;

import dev.caravan.call.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock that a test moves; whoever pauses moves it too. */
final class Clock implements TimeSource {
  static final long NOW = 1_767_225_600_000L;

  private long millis = NOW;
  private final List<Duration> pauses = new ArrayList<>();
  private Runnable whenPaused = () -> {};

  synchronized void advance(Duration by) {
    millis += by.toMillis();
  }

  synchronized void pause(Duration by) {
    pauses.add(by);
    advance(by);
    whenPaused.run();
  }

  /** What happens elsewhere while somebody pauses. */
  synchronized void whenPaused(Runnable what) {
    whenPaused = what;
  }

  synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  @Override
  public synchronized long nanos() {
    return (millis - NOW) * 1_000_000;
  }

  @Override
  public synchronized long epochMillis() {
    return millis;
  }
}
