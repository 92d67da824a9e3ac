package dev.caravan.pool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How one pool behaves (rotation.md 2). Immutable; made by {@link #defaults} and {@link #with}.
 *
 * @param mode balanced spreads calls, sequential stays on one credential until it fails
 * @param tolerance added to every weight in balanced mode; 0 always takes the least used credential
 * @param maxConcurrent calls in flight on one credential before multipliers, 0 or less for no
 *     ceiling
 * @param optimalConcurrent calls in flight below which a credential is preferred, 0 or less for no
 *     preference
 * @param multipliers slots by priority
 * @param quotaGroups upstream model to the quota group whose cooldowns it shares
 * @param knownModels upstream models that the provider is known to have: a 404 for one of them is
 *     about the credential
 * @param maxRetries attempts on one credential in one turn; 2 is one retry
 * @param smallCooldown a retry hint shorter than this is waited for on the same credential
 * @param transientRetryDelay wait before a retry or a rotation after a fault of the provider
 * @param transientRetryJitter upper end of what chance adds to that wait
 * @param backoffTiers cooldown of the nth failure in a row on one credential and scope
 * @param backoffMax cooldown after the last tier
 * @param authCooldown lockout of the first 401 or 403; the second in a row is 3 times, every later
 *     one 12 times as long
 * @param lockoutDistinctModels failures on this many scopes within 600 s lock the whole credential,
 *     0 for never
 * @param leaseTtl a lease without sign of life for this long is taken back
 * @param maxWaiting calls that may wait for a credential at the same time
 * @param maxRotations credentials that one call may go on to after its first
 * @param probeFirst a longer cooldown is probed after this time, then at doubled intervals
 * @param probeMax longest interval between two probes
 * @param probeLastKey interval of probes when no credential of the pool is usable
 * @param eventKeys credentials that must fail alike for a provider event, 0 for never
 * @param eventWindow time in which they must fail
 * @param eventPause pause of the provider after the first event; doubles up to 300 s
 * @param rateLimitScope what the provider counts its rate limits by
 * @param usageWindow period over which the uses of a credential are compared
 * @param maxRetryAfter longest Retry-After that a client is told
 * @param retryAfterJitter share by which chance may lengthen Retry-After, so that clients do not
 *     come back together
 */
public record PoolOptions(
    Mode mode,
    double tolerance,
    int maxConcurrent,
    int optimalConcurrent,
    Multipliers multipliers,
    Map<String, String> quotaGroups,
    Set<String> knownModels,
    int maxRetries,
    Duration smallCooldown,
    Duration transientRetryDelay,
    Duration transientRetryJitter,
    List<Duration> backoffTiers,
    Duration backoffMax,
    Duration authCooldown,
    int lockoutDistinctModels,
    Duration leaseTtl,
    int maxWaiting,
    int maxRotations,
    Duration probeFirst,
    Duration probeMax,
    Duration probeLastKey,
    int eventKeys,
    Duration eventWindow,
    Duration eventPause,
    RateLimitScope rateLimitScope,
    Duration usageWindow,
    Duration maxRetryAfter,
    double retryAfterJitter) {

  public PoolOptions {
    quotaGroups = Map.copyOf(quotaGroups);
    knownModels = Set.copyOf(knownModels);
    backoffTiers = List.copyOf(backoffTiers);
    check(tolerance >= 0, "tolerance", "0 or more", tolerance);
    check(maxRetries >= 1, "maxRetries", "1 or more", maxRetries);
    check(maxWaiting >= 0, "maxWaiting", "0 or more", maxWaiting);
    check(maxRotations >= 0, "maxRotations", "0 or more", maxRotations);
    check(leaseTtl.isPositive(), "leaseTtl", "longer than nothing", leaseTtl);
    check(usageWindow.isPositive(), "usageWindow", "longer than nothing", usageWindow);
    check(probeFirst.isPositive(), "probeFirst", "longer than nothing", probeFirst);
    check(retryAfterJitter >= 0, "retryAfterJitter", "0 or more", retryAfterJitter);
  }

  private static void check(boolean holds, String option, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "pool option " + option + " must be " + rule + ", but was " + value);
    }
  }

  public static PoolOptions defaults(Mode mode) {
    return new Builder(mode).build();
  }

  /** A builder that starts from these options. */
  public Builder with() {
    return new Builder(this);
  }

  private static List<Duration> seconds(int... values) {
    return IntStream.of(values).mapToObj(Duration::ofSeconds).toList();
  }

  /** The scope key that cooldowns and counters of a model go by: its quota group, or itself. */
  String scopeOf(String model, String upstreamModel) {
    return quotaGroups.getOrDefault(upstreamModel, model);
  }

  /** Options under construction; each method sets the option of its name. */
  public static final class Builder {
    private Mode mode;
    private double tolerance = 3.0;
    private int maxConcurrent = -1;
    private int optimalConcurrent;
    private Multipliers multipliers = Multipliers.NONE;
    private Map<String, String> quotaGroups = Map.of();
    private Set<String> knownModels = Set.of();
    private int maxRetries = 2;
    private Duration smallCooldown = Duration.ofSeconds(10);
    private Duration transientRetryDelay = Duration.ofSeconds(1);
    private Duration transientRetryJitter = Duration.ofMillis(500);
    private List<Duration> backoffTiers = seconds(10, 30, 60, 120);
    private Duration backoffMax = Duration.ofMinutes(5);
    private Duration authCooldown = Duration.ofMinutes(5);
    private int lockoutDistinctModels = 3;
    private Duration leaseTtl = Duration.ofMinutes(15);
    private int maxWaiting = 1000;
    private int maxRotations = 8;
    private Duration probeFirst = Duration.ofMinutes(15);
    private Duration probeMax = Duration.ofHours(6);
    private Duration probeLastKey = Duration.ofMinutes(1);
    private int eventKeys = 3;
    private Duration eventWindow = Duration.ofSeconds(10);
    private Duration eventPause = Duration.ofSeconds(15);
    private RateLimitScope rateLimitScope = RateLimitScope.KEY;
    private Duration usageWindow = Duration.ofDays(1);
    private Duration maxRetryAfter = Duration.ofHours(1);
    private double retryAfterJitter = 0.1;

    private Builder(Mode mode) {
      this.mode = mode;
      this.optimalConcurrent = mode == Mode.BALANCED ? 1 : -1;
    }

    private Builder(PoolOptions from) {
      this.mode = from.mode;
      this.tolerance = from.tolerance;
      this.maxConcurrent = from.maxConcurrent;
      this.optimalConcurrent = from.optimalConcurrent;
      this.multipliers = from.multipliers;
      this.quotaGroups = from.quotaGroups;
      this.knownModels = from.knownModels;
      this.maxRetries = from.maxRetries;
      this.smallCooldown = from.smallCooldown;
      this.transientRetryDelay = from.transientRetryDelay;
      this.transientRetryJitter = from.transientRetryJitter;
      this.backoffTiers = from.backoffTiers;
      this.backoffMax = from.backoffMax;
      this.authCooldown = from.authCooldown;
      this.lockoutDistinctModels = from.lockoutDistinctModels;
      this.leaseTtl = from.leaseTtl;
      this.maxWaiting = from.maxWaiting;
      this.maxRotations = from.maxRotations;
      this.probeFirst = from.probeFirst;
      this.probeMax = from.probeMax;
      this.probeLastKey = from.probeLastKey;
      this.eventKeys = from.eventKeys;
      this.eventWindow = from.eventWindow;
      this.eventPause = from.eventPause;
      this.rateLimitScope = from.rateLimitScope;
      this.usageWindow = from.usageWindow;
      this.maxRetryAfter = from.maxRetryAfter;
      this.retryAfterJitter = from.retryAfterJitter;
    }

    public Builder mode(Mode value) {
      this.mode = value;
      return this;
    }

    public Builder tolerance(double value) {
      this.tolerance = value;
      return this;
    }

    public Builder maxConcurrent(int value) {
      this.maxConcurrent = value;
      return this;
    }

    public Builder optimalConcurrent(int value) {
      this.optimalConcurrent = value;
      return this;
    }

    public Builder multipliers(Multipliers value) {
      this.multipliers = value;
      return this;
    }

    public Builder quotaGroups(Map<String, String> value) {
      this.quotaGroups = value;
      return this;
    }

    public Builder knownModels(Set<String> value) {
      this.knownModels = value;
      return this;
    }

    public Builder maxRetries(int value) {
      this.maxRetries = value;
      return this;
    }

    public Builder smallCooldown(Duration value) {
      this.smallCooldown = value;
      return this;
    }

    public Builder transientRetryDelay(Duration value) {
      this.transientRetryDelay = value;
      return this;
    }

    public Builder transientRetryJitter(Duration value) {
      this.transientRetryJitter = value;
      return this;
    }

    public Builder backoffTiers(List<Duration> value) {
      this.backoffTiers = value;
      return this;
    }

    public Builder backoffMax(Duration value) {
      this.backoffMax = value;
      return this;
    }

    public Builder authCooldown(Duration value) {
      this.authCooldown = value;
      return this;
    }

    public Builder lockoutDistinctModels(int value) {
      this.lockoutDistinctModels = value;
      return this;
    }

    public Builder leaseTtl(Duration value) {
      this.leaseTtl = value;
      return this;
    }

    public Builder maxWaiting(int value) {
      this.maxWaiting = value;
      return this;
    }

    public Builder maxRotations(int value) {
      this.maxRotations = value;
      return this;
    }

    public Builder probeFirst(Duration value) {
      this.probeFirst = value;
      return this;
    }

    public Builder probeMax(Duration value) {
      this.probeMax = value;
      return this;
    }

    public Builder probeLastKey(Duration value) {
      this.probeLastKey = value;
      return this;
    }

    public Builder eventKeys(int value) {
      this.eventKeys = value;
      return this;
    }

    public Builder eventWindow(Duration value) {
      this.eventWindow = value;
      return this;
    }

    public Builder eventPause(Duration value) {
      this.eventPause = value;
      return this;
    }

    public Builder rateLimitScope(RateLimitScope value) {
      this.rateLimitScope = value;
      return this;
    }

    public Builder usageWindow(Duration value) {
      this.usageWindow = value;
      return this;
    }

    public Builder maxRetryAfter(Duration value) {
      this.maxRetryAfter = value;
      return this;
    }

    public Builder retryAfterJitter(double value) {
      this.retryAfterJitter = value;
      return this;
    }

    public PoolOptions build() {
      return new PoolOptions(
          mode,
          tolerance,
          maxConcurrent,
          optimalConcurrent,
          multipliers,
          quotaGroups,
          knownModels,
          maxRetries,
          smallCooldown,
          transientRetryDelay,
          transientRetryJitter,
          backoffTiers,
          backoffMax,
          authCooldown,
          lockoutDistinctModels,
          leaseTtl,
          maxWaiting,
          maxRotations,
          probeFirst,
          probeMax,
          probeLastKey,
          eventKeys,
          eventWindow,
          eventPause,
          rateLimitScope,
          usageWindow,
          maxRetryAfter,
          retryAfterJitter);
    }
  }
}
