package dev.caravan.bench.simulation;

import dev.caravan.bench.simulation.Scenario.Claim;
import dev.caravan.bench.simulation.Scenario.Trouble;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The providers as they really are, which no picker but the all-knowing one may look at. */
final class World {
  static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final Duration EIGHTEEN_DAYS = Duration.ofDays(18);

  /** One key, as its provider sees it. */
  static final class Key {
    final int index;
    final int provider;
    final int tier;
    final boolean revoked;
    private final int limit;
    private final int[] used;
    private final long[] windowEnd;
    private long minuteEnd;
    private int thisMinute;
    long served;

    private Key(int index, int provider, int tier, boolean revoked, int limit, int groups) {
      this.index = index;
      this.provider = provider;
      this.tier = tier;
      this.revoked = revoked;
      this.limit = limit;
      this.used = new int[groups];
      this.windowEnd = new long[groups];
    }
  }

  /**
   * What a call comes to.
   *
   * @param fault null for a good answer
   * @param nanos that it takes
   */
  record Answer(@Nullable Fault fault, long nanos) {}

  final Scenario scenario;
  final List<List<Key>> providers = new ArrayList<>();
  final List<Key> keys = new ArrayList<>();
  private final long window;
  private final SplittableRandom latency;

  World(Scenario scenario) {
    this.scenario = scenario;
    this.window = scenario.window().toNanos();
    SplittableRandom random = new SplittableRandom(scenario.seed());
    this.latency = random.split();
    for (int p = 0; p < scenario.providers(); p++) {
      providers.add(new ArrayList<>());
    }
    for (int i = 0; i < scenario.credentials(); i++) {
      int provider = i % scenario.providers();
      int place = providers.get(provider).size();
      // the first key of a provider is a good one, so that there is something to do
      boolean revoked = place > 0 && random.nextDouble() < scenario.revoked();
      int tier = 1 + place % Math.max(1, scenario.tiers());
      double factor = 1 + scenario.spread() * (2 * random.nextDouble() - 1);
      int limit = Math.max(1, (int) Math.round(scenario.quota() * factor / tier));
      Key key = new Key(i, provider, tier, revoked, limit, scenario.groupsOrOne());
      for (int g = 0; g < key.used.length; g++) {
        key.windowEnd[g] = (long) (random.nextDouble() * window);
        key.used[g] = random.nextInt(limit);
      }
      providers.get(provider).add(key);
      keys.add(key);
    }
  }

  /** Whether every key of a provider fails now. */
  @Nullable Trouble trouble(long now) {
    for (Trouble trouble : scenario.bad()) {
      if (now >= trouble.from().toNanos() && now < trouble.to().toNanos()) {
        return trouble;
      }
    }
    return null;
  }

  /** When a call with this key would be answered at the earliest; now or later. */
  long usableFrom(Key key, int group, long now) {
    if (key.revoked) {
      return Long.MAX_VALUE;
    }
    long from = now;
    Trouble trouble = trouble(now);
    if (trouble != null) {
      from = trouble.to().toNanos();
    }
    if (scenario.quota() > 0 && now < key.windowEnd[group] && key.used[group] >= key.limit) {
      from = Math.max(from, key.windowEnd[group]);
    }
    if (scenario.perMinute() > 0 && now < key.minuteEnd && key.thisMinute >= scenario.perMinute()) {
      from = Math.max(from, key.minuteEnd);
    }
    return from;
  }

  Answer call(Key key, int group, long now) {
    Fault fault = fault(key, group, now);
    if (fault != null) {
      return new Answer(fault, SECOND / 10);
    }
    if (now >= key.windowEnd[group]) {
      key.windowEnd[group] = now + window;
      key.used[group] = 0;
    }
    if (now >= key.minuteEnd) {
      key.minuteEnd = now + MINUTE;
      key.thisMinute = 0;
    }
    key.used[group]++;
    key.thisMinute++;
    key.served++;
    return new Answer(null, (long) (-Math.log(1 - latency.nextDouble()) * 2 * SECOND));
  }

  private @Nullable Fault fault(Key key, int group, long now) {
    Trouble trouble = trouble(now);
    if (trouble != null) {
      return switch (trouble.fault()) {
        case DOWN -> fault(FaultClass.OVERLOADED, 503, null);
        case BROKEN -> fault(FaultClass.SERVER_ERROR, 500, null);
        case ADDRESS_LIMITED -> fault(FaultClass.RATE_LIMIT, 429, null);
      };
    }
    if (key.revoked) {
      return fault(FaultClass.AUTHENTICATION, 401, null);
    }
    if (usableFrom(key, group, now) <= now) {
      return null;
    }
    boolean quota =
        scenario.quota() > 0 && now < key.windowEnd[group] && key.used[group] >= key.limit;
    if (!quota) {
      return fault(FaultClass.RATE_LIMIT, 429, Duration.ofNanos(key.minuteEnd - now));
    }
    Duration right = Duration.ofNanos(key.windowEnd[group] - now);
    Duration told =
        switch (scenario.claim()) {
          case TRUE -> right;
          case MUCH_TOO_LONG -> EIGHTEEN_DAYS;
          case TOO_SHORT -> right.dividedBy(10);
          case NOTHING -> null;
        };
    // what a provider tells, and how the gateway reads it: rotation.md 5.3
    boolean isLong = scenario.claim() == Claim.NOTHING || (told != null && told.toSeconds() >= 300);
    return fault(isLong ? FaultClass.QUOTA_EXCEEDED : FaultClass.RATE_LIMIT, 429, told);
  }

  private static Fault fault(FaultClass kind, int status, @Nullable Duration told) {
    Duration whole = told == null ? null : Duration.ofSeconds(told.toMillis() / 1000 + 1);
    return new Fault(kind, status, whole, "status " + status, "", null);
  }
}
