package dev.caravan.pool;

import java.time.Duration;

/**
 * When a credential has had its share, and when all may have another one (rotation.md 2.4, 7.3).
 * Immutable.
 *
 * @param enabled whether credentials take turns at being used up
 * @param byCredential one mark for the whole credential instead of one for each model or group
 * @param crossTier whether all tiers cycle together
 * @param duration life of a cycle
 * @param quotaThreshold share of the window's limit that is a full share
 * @param resetThreshold no new cycle while a member's cooldown ends within this time
 * @param exhaustionThreshold a cooldown at least this long marks a full share
 */
public record FairCycleRules(
    boolean enabled,
    boolean byCredential,
    boolean crossTier,
    Duration duration,
    double quotaThreshold,
    Duration resetThreshold,
    Duration exhaustionThreshold) {

  /** On in sequential mode, off in balanced mode. */
  public static FairCycleRules defaults(Mode mode) {
    return new FairCycleRules(
        mode == Mode.SEQUENTIAL,
        false,
        false,
        Duration.ofDays(7),
        1.0,
        Duration.ofSeconds(90),
        Duration.ofMinutes(5));
  }

  public FairCycleRules enabled(boolean value) {
    return new FairCycleRules(
        value,
        byCredential,
        crossTier,
        duration,
        quotaThreshold,
        resetThreshold,
        exhaustionThreshold);
  }

  /** Requests of a window that are a full share, at least 1; 0 when its limit is not known. */
  long share(long limit) {
    return limit < 0 ? 0 : Math.max(1, (long) Math.floor(limit * quotaThreshold + 1e-9));
  }
}
