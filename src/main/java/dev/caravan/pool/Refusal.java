package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why nothing is lent and nothing is worth waiting for. Not a fault of anybody: it is never counted
 * and never rests a credential (rotation.md 3.8). Immutable.
 *
 * @param cause what ended the search
 * @param retryAt the earliest known end of what is in the way, null when none is known
 * @param pin the one credential that was to be used, null when any would do
 * @param candidates every credential of the pool, with what is in its way
 */
public record Refusal(
    Cause cause, @Nullable Instant retryAt, @Nullable String pin, List<Candidate> candidates) {

  /** What ended the search. */
  public enum Cause {
    /** The pool is empty. */
    NO_CREDENTIAL,
    /** The one credential that is to be used is none of the pool. */
    NO_SUCH_CREDENTIAL,
    /** No credential has a plan with the model. */
    NOT_IN_PLAN,
    /** The call may use one credential only, and has. */
    PINNED,
    /**
     * Three credentials with quota left say that it is spent: the request is too large for them.
     */
    REQUEST_EXCEEDS_QUOTA,
    /** Nothing is free, and nothing will be before the deadline. */
    NONE_IN_TIME,
    /** The time in which an attempt may start is over. */
    DEADLINE,
    /** As many credentials were tried as one call may try. */
    ENOUGH_TRIED,
    /** Too many calls wait already. */
    QUEUE_FULL
  }

  /**
   * A credential that was not lent.
   *
   * @param fingerprint of its secret
   * @param obstacle what is in its way, null when it is free
   * @param kind class of the failure behind a cooldown, lockout or throttle, null for others
   * @param until when that ends, null when not known
   */
  public record Candidate(
      String fingerprint,
      @Nullable Obstacle obstacle,
      @Nullable FaultClass kind,
      @Nullable Instant until) {}

  public Refusal {
    candidates = List.copyOf(candidates);
  }
}
