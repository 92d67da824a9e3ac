package dev.caravan.pool;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a failed attempt leads to, as a pure function of the situation (rotation.md 5.3, 5.6). The
 * one place that decides it, for streams and plain answers alike; a stream whose output has begun
 * never comes here.
 */
sealed interface Verdict {

  /** Call again with the same credential after a wait. */
  record Again(Duration after) implements Verdict {}

  /** Go on to another credential after a wait. */
  record Next(Duration after) implements Verdict {}

  /** The upstream's answer speaks to the client. */
  record Relay() implements Verdict {}

  /** Nothing more is tried. */
  record GiveUp(Refusal.Cause cause) implements Verdict {}

  /**
   * All that the decision depends on.
   *
   * @param options of the pool
   * @param fault of this attempt
   * @param attempt on this credential in this turn, from 1
   * @param onlyOnce whether the credential gets a single attempt: it is probed, or has come back
   * @param turnsThatMet turns of this call that ended with this class, this one included
   * @param rotations that the call has made
   * @param pinned whether the call may use this credential only
   * @param othersLeft whether there is a credential that the call has not tried
   * @param modelIsKnown whether the provider is known to have the model
   * @param left time in which an attempt may still start
   * @param chance from 0 to 1, for the jitter
   */
  record Situation(
      PoolOptions options,
      Fault fault,
      int attempt,
      boolean onlyOnce,
      int turnsThatMet,
      int rotations,
      boolean pinned,
      boolean othersLeft,
      boolean modelIsKnown,
      Duration left,
      double chance) {

    private boolean fits(Duration wait) {
      return wait.compareTo(left) < 0;
    }

    private Duration transientWait(int nth) {
      Duration base = options.transientRetryDelay().multipliedBy(1L << Math.min(nth - 1, 3));
      Duration jitter = options.transientRetryJitter();
      return base.plusNanos((long) (jitter.toNanos() * chance));
    }
  }

  static Verdict of(Situation s) {
    Rule rule = Rule.of(s.fault().kind());
    Duration wait = waitOnSame(s, rule);
    if (wait != null && s.fits(wait)) {
      return new Again(wait);
    }
    if (isRelayed(s, rule)) {
      return new Relay();
    }
    if (s.left().isZero()) {
      return new GiveUp(Refusal.Cause.DEADLINE);
    }
    if (s.pinned()) {
      return new GiveUp(Refusal.Cause.PINNED);
    }
    if (s.turnsThatMet() > rule.rotations() || s.rotations() >= s.options().maxRotations()) {
      return new GiveUp(Refusal.Cause.ENOUGH_TRIED);
    }
    Duration pause = s.transientWait(1);
    return new Next(rule.pauses() && s.othersLeft() && s.fits(pause) ? pause : Duration.ZERO);
  }

  private static boolean isRelayed(Situation s, Rule rule) {
    if (s.fault().kind() == FaultClass.NOT_FOUND) {
      return !s.modelIsKnown() || s.turnsThatMet() > rule.rotations();
    }
    return rule.rotations() == Rule.RELAY;
  }

  private static @Nullable Duration waitOnSame(Situation s, Rule rule) {
    int attempts =
        switch (rule.again()) {
          case NEVER -> 1;
          case ONCE -> Math.min(2, s.options().maxRetries());
          case SHORT_HINT, TRANSIENT -> s.options().maxRetries();
        };
    if (s.onlyOnce() || s.attempt() >= attempts) {
      return null;
    }
    Duration hint = s.fault().retryAfter();
    if (hint != null && hint.isPositive()) {
      return hint.compareTo(s.options().smallCooldown()) < 0 ? hint : null;
    }
    return rule.again() == Rule.Again.SHORT_HINT ? null : s.transientWait(s.attempt());
  }
}
