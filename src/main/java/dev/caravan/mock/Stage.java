package dev.caravan.mock;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all event loops share. Thread-safe. */
final class Stage {

  // Keys and models come from the wire, so there has to be an end to them.
  private static final int MOST_SCENARIOS = 10_000;

  private record Cast(String key, String model) {}

  private final Tally tally = new Tally();
  private final Recorder recorder = new Recorder();
  private final AtomicLong ids = new AtomicLong();
  private final ConcurrentHashMap<Cast, Scenario> scenarios = new ConcurrentHashMap<>();

  private final ConcurrentHashMap<String, AtomicInteger> joins = new ConcurrentHashMap<>();

  /** How often an account has asked to join, this time included. */
  int joins(String token) {
    return joins.computeIfAbsent(token, one -> new AtomicInteger()).incrementAndGet();
  }

  Tally tally() {
    return tally;
  }

  Recorder recorder() {
    return recorder;
  }

  long nextId() {
    return ids.incrementAndGet();
  }

  Scenario scenario(String key, String model) {
    if (scenarios.size() >= MOST_SCENARIOS) {
      scenarios.clear();
    }
    return scenarios.computeIfAbsent(
        new Cast(key, model), cast -> Drills.read(cast.key, cast.model));
  }

  void reset() {
    tally.reset();
    recorder.clear();
    joins.clear();
  }
}
