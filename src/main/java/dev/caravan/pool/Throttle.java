package dev.caravan.pool;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
  private final Set<Member> struck = new HashSet<>(0);
  private final List<Cooldowns.Undo> withdrawn = new ArrayList<>(0);
  private long concludedFrom;

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
    struck.clear();
    withdrawn.clear();
  }

  void shift(long millis) {
    until = until == 0 ? 0 : until + millis;
    concludedFrom += millis;
    withdrawn.replaceAll(undo -> undo.shifted(millis));
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

  /** This pause is a conclusion from these failures, in the order in which they came. */
  void conclude(List<Strikes.Strike> event) {
    if (struck.isEmpty()) {
      concludedFrom = event.getFirst().at();
    }
    for (Strikes.Strike strike : event) {
      struck.add(strike.member());
      if (strike.undo() != null) {
        withdrawn.add(strike.undo());
      }
    }
  }

  /** One of those that failed is answered again: it was the provider, and it is over. */
  @Override
  void open() {
    super.open();
    struck.clear();
    withdrawn.clear();
  }

  boolean isConcluded() {
    return !struck.isEmpty();
  }

  /** Whether a failure of this one is among those that it was concluded from. */
  boolean isStruck(Member member) {
    return struck.contains(member);
  }

  /**
   * Whether an answer shows that the conclusion is wrong. A call that began before the first
   * failure may end well although the provider has stopped since; and where credentials could be to
   * blame, one of those that failed says nothing about the others.
   */
  boolean isRefutedBy(Member member, long beganAt) {
    return isConcluded()
        && beganAt >= concludedFrom
        && (kind.blame() == FaultClass.Blame.PROVIDER || !isStruck(member));
  }

  /** Whether an answer to a call that began then ends the time of trial. */
  boolean isProvenBy(long beganAt, long now) {
    return !isClosed(now) && (!isConcluded() || beganAt >= concludedFrom);
  }

  /** What the failures had done to the credentials. */
  List<Cooldowns.Undo> withdrawn() {
    return withdrawn;
  }

  /** A person has cleared what is held against a credential. */
  void forgive(Member member) {
    withdrawn.removeIf(undo -> undo.member() == member);
  }

  /** The call that went first, with this one, failed in the same way. */
  void confirm(Member member) {
    if (isConcluded()) {
      struck.add(member);
    }
  }

  /** The call that went first failed in the same way. */
  void prolong(long now) {
    period = Math.min(longest, period * 2);
    until = Math.max(until, now + period);
  }
}
