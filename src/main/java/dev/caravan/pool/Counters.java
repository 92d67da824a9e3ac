package dev.caravan.pool;

import dev.caravan.call.Usage;

/** {@link Counts} that change. Guarded by the pool's lock. */
final class Counters {
  long requests;
  long successes;
  long failures;
  private long prompt;
  private long cacheRead;
  private long cacheWrite;
  private long completion;
  private long thinking;
  private double cost;
  private long firstUsed;
  private long lastUsed;

  /** In US dollars. */
  double cost() {
    return cost;
  }

  void count(int times, StateChange.Result result, Usage usage, double price, long now) {
    requests += times;
    switch (result) {
      case SUCCESS -> successes += times;
      case FAILURE -> failures += times;
      case OPEN -> {}
    }
    if (times > 0 || !usage.isEmpty()) {
      prompt += usage.inputUncached();
      cacheRead += usage.cacheRead();
      cacheWrite += usage.cacheWrite();
      completion += usage.outputText();
      thinking += usage.reasoning();
      cost += price;
    }
    firstUsed = firstUsed == 0 ? now : firstUsed;
    lastUsed = now;
  }

  /**
   * Takes the provider's own count of requests; the difference goes to the successes, and what is
   * too much of them is taken from there first (rotation.md 4.5).
   */
  void requestsAre(long count) {
    long known = successes + failures;
    if (count >= known) {
      successes += count - known;
    } else {
      failures = Math.min(failures, count);
      successes = count - failures;
    }
    requests = count;
  }

  void clear() {
    set(Counts.NONE);
  }

  void set(Counts c) {
    requests = c.requests();
    successes = c.successes();
    failures = c.failures();
    prompt = c.prompt();
    cacheRead = c.cacheRead();
    cacheWrite = c.cacheWrite();
    completion = c.completion();
    thinking = c.thinking();
    cost = c.cost();
    firstUsed = c.firstUsed();
    lastUsed = c.lastUsed();
  }

  /** Takes the higher of both, figure by figure, so that nothing that was counted is lost. */
  void raiseTo(Counts c) {
    requests = Math.max(requests, c.requests());
    successes = Math.max(successes, c.successes());
    failures = Math.max(failures, c.failures());
    prompt = Math.max(prompt, c.prompt());
    cacheRead = Math.max(cacheRead, c.cacheRead());
    cacheWrite = Math.max(cacheWrite, c.cacheWrite());
    completion = Math.max(completion, c.completion());
    thinking = Math.max(thinking, c.thinking());
    cost = Math.max(cost, c.cost());
    firstUsed =
        firstUsed == 0
            ? c.firstUsed()
            : c.firstUsed() == 0 ? firstUsed : Math.min(firstUsed, c.firstUsed());
    lastUsed = Math.max(lastUsed, c.lastUsed());
  }

  long lastUsed() {
    return lastUsed;
  }

  Counts counts() {
    return new Counts(
        requests,
        successes,
        failures,
        prompt,
        cacheRead,
        cacheWrite,
        completion,
        thinking,
        cost,
        firstUsed,
        lastUsed);
  }
}
