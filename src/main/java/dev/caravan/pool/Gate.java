package dev.caravan.pool;

import org.jspecify.annotations.Nullable;

/**
 * Something that keeps calls off for a time: the standing of a credential in a scope, or the
 * throttle of a provider.
 *
 * <p>Open, closed until a moment, and after that moment half-open: one call goes first, the others
 * follow when it has shown a sign of life, or when it has been silent for long enough that holding
 * them back would cost more than it saves (rotation.md W25). Guarded by the pool's lock.
 */
abstract sealed class Gate permits Standing, Throttle {
  static final long TRIAL_MILLIS = 5_000;

  /** Wall clock milliseconds, 0 when the gate is open. */
  long until;

  private @Nullable Lease trial;
  private long trialSince;
  private @Nullable Lease holder;
  private long heldUntil;

  final boolean isClosed(long now) {
    return until > now;
  }

  final boolean isHalfOpen(long now) {
    return until != 0 && until <= now;
  }

  final boolean hasTrial() {
    return trial != null;
  }

  /** When it may let a call pass, 0 when it may now. */
  final long blockedUntil(long now) {
    if (holder != null && heldUntil > now) {
      return Math.max(heldUntil, until);
    }
    if (until == 0 || until > now) {
      return until;
    }
    return trial != null && now - trialSince < TRIAL_MILLIS ? trialSince + TRIAL_MILLIS : 0;
  }

  final void tryWith(Lease lease, long now) {
    trial = lease;
    trialSince = now;
    lease.tries(this);
  }

  /**
   * Keeps the others off while this one, which was told to come back then, waits and tries again:
   * it finds out for all of them.
   */
  final void holdFor(Lease lease, long comesBackAt) {
    holder = lease;
    heldUntil = comesBackAt + TRIAL_MILLIS;
    lease.tries(this);
  }

  /** Whether others were held off for this one, which they are no longer. */
  final boolean endTrial(Lease lease) {
    if (trial == lease) {
      trial = null;
    }
    boolean held = holder == lease;
    if (held) {
      holder = null;
    }
    return held;
  }

  final void shiftTrial(long millis) {
    trialSince += millis;
    heldUntil += millis;
  }

  void open() {
    until = 0;
    trial = null;
    holder = null;
  }
}
