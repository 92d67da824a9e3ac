package dev.caravan.mock;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Requests by a name that the client chose. Thread-safe. */
final class Counts {

  // Names come from the wire, so there has to be an end to them.
  private static final int MOST_NAMES = 10_000;
  private static final String OTHERS = "(others)";

  /** The requests of one name. */
  static final class Count {
    final AtomicLong requests = new AtomicLong();
    final AtomicInteger inFlight = new AtomicInteger();
  }

  private final ConcurrentHashMap<String, Count> byName = new ConcurrentHashMap<>();

  Count of(String name) {
    Count known = byName.get(name);
    if (known != null) {
      return known;
    }
    return byName.computeIfAbsent(byName.size() < MOST_NAMES ? name : OTHERS, _ -> new Count());
  }

  Map<String, Long> snapshot() {
    Map<String, Long> counts = new HashMap<>();
    byName.forEach((name, count) -> counts.put(name, count.requests.get()));
    return counts;
  }

  // Requests in flight keep the count that they have begun with.
  void clear() {
    byName.clear();
  }
}
