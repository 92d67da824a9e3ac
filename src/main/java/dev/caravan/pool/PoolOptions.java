package dev.caravan.pool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
 * @param quotaGroups upstream models, or patterns of them, to the quota group that they share
 * @param modelWeights upstream model to what one request of it counts in its group's windows; 1 for
 *     others
 * @param requirements upstream model, or a pattern, to the highest number of a priority that may
 *     use it
 * @param knownModels upstream models that the provider is known to have: a 404 for one of them is
 *     about the credential
 * @param windows periods over which uses are counted; one of each priority is the primary one
 * @param windowLimits whether a full window keeps calls off before the provider says no
 * @param countsFailedRequests whether the provider bills requests that it refuses for the client's
 *     mistake
 * @param fairCycle when credentials take turns at being used up
 * @param caps limits of the operator
 * @param replicas pools in other processes that share the credentials, this one included; each
 *     keeps to its part of the caps
 * @param sessions how conversations stay on a credential
 * @param noReset what to do when quota figures say "empty" without a time
 * @param noResetCooldown how long then, where that is the policy
 * @param pinnedTo fingerprint, label or id of the one credential to use, null for all
 * @param maxRetries attempts on one credential in one turn; 2 is one retry
 * @param smallCooldown a retry hint shorter than this is waited for on the same credential
 * @param transientRetryDelay wait before a retry or a rotation after a fault of the provider
 * @param transientRetryJitter upper end of what chance adds to that wait
 * @param backoffTiers cooldown of the nth failure in a row on one credential and scope
 * @param backoffMax cooldown after the last tier
 * @param rateLimitCooldown cooldown after a 429 that names no time, at least; null for the steps
 *     alone
 * @param overloadMax longest pause of a model that the pool chooses itself when the provider is
 *     overloaded
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
    QuotaGroups quotaGroups,
    Map<String, Integer> modelWeights,
    Map<String, Integer> requirements,
    Set<String> knownModels,
    List<WindowRule> windows,
    boolean windowLimits,
    boolean countsFailedRequests,
    FairCycleRules fairCycle,
    List<Cap> caps,
    int replicas,
    SessionRules sessions,
    NoResetPolicy noReset,
    Duration noResetCooldown,
    @Nullable String pinnedTo,
    int maxRetries,
    Duration smallCooldown,
    Duration transientRetryDelay,
    Duration transientRetryJitter,
    List<Duration> backoffTiers,
    Duration backoffMax,
    @Nullable Duration rateLimitCooldown,
    Duration overloadMax,
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
    Duration maxRetryAfter,
    double retryAfterJitter) {

  public PoolOptions {
    modelWeights = Map.copyOf(modelWeights);
    requirements = Map.copyOf(requirements);
    windows = List.copyOf(windows);
    caps = List.copyOf(caps);
    knownModels = Set.copyOf(knownModels);
    backoffTiers = List.copyOf(backoffTiers);
    check(tolerance >= 0, "tolerance", "0 or more", tolerance);
    check(replicas >= 1, "replicas", "1 or more", replicas);
    check(maxRetries >= 1, "maxRetries", "1 or more", maxRetries);
    check(maxWaiting >= 0, "maxWaiting", "0 or more", maxWaiting);
    check(maxRotations >= 0, "maxRotations", "0 or more", maxRotations);
    check(leaseTtl.isPositive(), "leaseTtl", "longer than nothing", leaseTtl);
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

  /** The quota group of a model, null when it has none. */
  @Nullable String groupOf(String upstreamModel) {
    return quotaGroups.of(upstreamModel);
  }

  /** The windows of a priority; the first one is primary when none says so. */
  List<WindowRule> windowsFor(int priority) {
    List<WindowRule> mine = windows.stream().filter(rule -> rule.isFor(priority)).toList();
    if (mine.isEmpty()) {
      return List.of(WindowRule.DAILY);
    }
    boolean hasPrimary = mine.stream().anyMatch(WindowRule::primary);
    return hasPrimary ? mine : withPrimary(mine);
  }

  private static List<WindowRule> withPrimary(List<WindowRule> rules) {
    WindowRule primary = rules.getFirst().asPrimary();
    return Stream.concat(Stream.of(primary), rules.stream().skip(1)).toList();
  }

  /** The highest number of a priority that may use the model; all may when it names none. */
  int requiredPriority(String upstreamModel) {
    if (requirements.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    Integer exact = requirements.get(upstreamModel);
    return exact != null ? exact : requiredByPattern(upstreamModel);
  }

  private int requiredByPattern(String upstreamModel) {
    for (Map.Entry<String, Integer> required : requirements.entrySet()) {
      if (new QuotaGroups(Map.of(required.getKey(), "")).of(upstreamModel) != null) {
        return required.getValue();
      }
    }
    return Integer.MAX_VALUE;
  }

  int weightOf(String upstreamModel) {
    return modelWeights.isEmpty() ? 1 : modelWeights.getOrDefault(upstreamModel, 1);
  }

  /** Options under construction; each method sets the option of its name. */
  public static final class Builder {
    private Mode mode;
    private double tolerance = 3.0;
    private int maxConcurrent = -1;
    private int optimalConcurrent;
    private Multipliers multipliers = Multipliers.NONE;
    private QuotaGroups quotaGroups = QuotaGroups.NONE;
    private Map<String, Integer> modelWeights = Map.of();
    private Map<String, Integer> requirements = Map.of();
    private List<WindowRule> windows = List.of(WindowRule.DAILY);
    private boolean windowLimits;
    private boolean countsFailedRequests;
    private FairCycleRules fairCycle;
    private List<Cap> caps = List.of();
    private int replicas = 1;
    private SessionRules sessions = SessionRules.DEFAULTS;
    private NoResetPolicy noReset = NoResetPolicy.WARN_ONLY;
    private Duration noResetCooldown = Duration.ofMinutes(5);
    private @Nullable String pinnedTo;
    private @Nullable Duration rateLimitCooldown;
    private Duration overloadMax = Duration.ofSeconds(30);
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
    private Duration maxRetryAfter = Duration.ofHours(1);
    private double retryAfterJitter = 0.1;

    private Builder(Mode mode) {
      this.mode = mode;
      this.optimalConcurrent = mode == Mode.BALANCED ? 1 : -1;
      this.fairCycle = FairCycleRules.defaults(mode);
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
      this.modelWeights = from.modelWeights;
      this.requirements = from.requirements;
      this.windows = from.windows;
      this.windowLimits = from.windowLimits;
      this.countsFailedRequests = from.countsFailedRequests;
      this.fairCycle = from.fairCycle;
      this.caps = from.caps;
      this.replicas = from.replicas;
      this.sessions = from.sessions;
      this.noReset = from.noReset;
      this.noResetCooldown = from.noResetCooldown;
      this.pinnedTo = from.pinnedTo;
      this.rateLimitCooldown = from.rateLimitCooldown;
      this.overloadMax = from.overloadMax;
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
      this.quotaGroups = new QuotaGroups(value);
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

    public Builder modelWeights(Map<String, Integer> value) {
      this.modelWeights = value;
      return this;
    }

    public Builder requirements(Map<String, Integer> value) {
      this.requirements = value;
      return this;
    }

    public Builder windows(List<WindowRule> value) {
      this.windows = value;
      return this;
    }

    public Builder windowLimits(boolean value) {
      this.windowLimits = value;
      return this;
    }

    public Builder countsFailedRequests(boolean value) {
      this.countsFailedRequests = value;
      return this;
    }

    public Builder fairCycle(FairCycleRules value) {
      this.fairCycle = value;
      return this;
    }

    public Builder caps(List<Cap> value) {
      this.caps = value;
      return this;
    }

    public Builder replicas(int value) {
      this.replicas = value;
      return this;
    }

    public Builder sessions(SessionRules value) {
      this.sessions = value;
      return this;
    }

    public Builder noReset(NoResetPolicy value) {
      this.noReset = value;
      return this;
    }

    public Builder noResetCooldown(Duration value) {
      this.noResetCooldown = value;
      return this;
    }

    public Builder pinnedTo(@Nullable String value) {
      this.pinnedTo = value;
      return this;
    }

    public Builder rateLimitCooldown(@Nullable Duration value) {
      this.rateLimitCooldown = value;
      return this;
    }

    public Builder overloadMax(Duration value) {
      this.overloadMax = value;
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
          modelWeights,
          requirements,
          knownModels,
          windows,
          windowLimits,
          countsFailedRequests,
          fairCycle,
          caps,
          replicas,
          sessions,
          noReset,
          noResetCooldown,
          pinnedTo,
          maxRetries,
          smallCooldown,
          transientRetryDelay,
          transientRetryJitter,
          backoffTiers,
          backoffMax,
          rateLimitCooldown,
          overloadMax,
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
          maxRetryAfter,
          retryAfterJitter);
    }
  }
}
