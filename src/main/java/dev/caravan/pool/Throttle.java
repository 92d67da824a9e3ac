package dev.caravan.pool;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<Member, Long> struck = new HashMap<>(0);
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
    struck.replaceAll((member, at) -> at + millis);
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
      struck.merge(strike.member(), strike.at(), Math::max);
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
    return struck.containsKey(member);
  }

  /**
   * Whether an answer shows that the conclusion is wrong. A call that began before the first
   * failure may end well although the provider has stopped since. Where credentials could be to
   * blame, one of those that failed must have been asked after that, for another model, while all
   * are held back; after the pause its success says that the provider is well again.
   */
  boolean isRefutedBy(Member member, long beganAt, long now) {
    if (!isConcluded() || beganAt < concludedFrom) {
      return false;
    }
    Long failedAt = struck.get(member);
    return failedAt == null
        || kind.blame() == FaultClass.Blame.PROVIDER
        || (isClosed(now) && beganAt > failedAt);
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
  void confirm(Member member, long now) {
    if (isConcluded()) {
      struck.put(member, now);
    }
  }

  /** The call that went first failed in the same way. */
  void prolong(long now) {
    period = Math.min(longest, period * 2);
    until = Math.max(until, now + period);
  }
}
