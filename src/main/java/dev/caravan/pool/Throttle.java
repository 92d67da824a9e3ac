package dev.caravan.pool;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pause of a provider, or of one of its models, because the cause is not a credential (rotation.md
 * 3.9, 5.8). Repeated pauses without a success between them double. Guarded by the pool's lock.
 */
final class Throttle extends Gate {
  final String scope;
  FaultClass kind;
  String evidence;
  private long period;
  private long longest;
  private Set<String> suspects = Set.of();
  private long refutedFrom;

  Throttle(String scope, FaultClass kind, String evidence) {
    this.scope = scope;
    this.kind = kind;
    this.evidence = evidence;
  }

  Throttle(String scope, Fault fault) {
    this(scope, fault.kind(), fault.evidence());
  }

  /** By order of a person, or as it was before a restart. */
  void closeUntil(long end, FaultClass why, String words) {
    kind = why;
    evidence = words;
    until = end;
  }

  void shift(long millis) {
    until = until == 0 ? 0 : until + millis;
    refutedFrom += millis;
    shiftTrial(millis);
  }

  /**
   * Closes, or stays closed for longer; never for a shorter time.
   *
   * @param first pause of the first event
   * @param cap longest pause that this pool chooses itself
   * @param hint the upstream's own time, null when it gave none
   */
  void pause(Fault fault, long now, Duration first, Duration cap, @Nullable Duration hint) {
    long told = hint == null ? 0 : hint.toMillis();
    if (isClosed(now)) {
      until = Math.max(until, now + told);
      return;
    }
    kind = fault.kind();
    evidence = fault.evidence();
    longest = cap.toMillis();
    period = Math.min(longest, period == 0 ? first.toMillis() : period * 2);
    until = now + Math.max(period, told);
  }

  /**
   * Only calls for these models have failed; that others do too is concluded, and an answer for one
   * of them shows that it is wrong.
   *
   * @param models that failed
   * @param from when a call must have begun at the earliest to show it: streams that were on their
   *     way long before may end well although the provider is down
   */
  void suspect(Set<String> models, long from) {
    suspects = kind.blame() == FaultClass.Blame.PROVIDER ? models : Set.of();
    refutedFrom = from;
  }

  boolean isRefutedBy(String model, long beganAt) {
    return !suspects.isEmpty() && beganAt >= refutedFrom && !suspects.contains(model);
  }

  /** The call that went first failed in the same way. */
  void prolong(long now) {
    period = Math.min(longest, period * 2);
    until = Math.max(until, now + period);
  }
}
