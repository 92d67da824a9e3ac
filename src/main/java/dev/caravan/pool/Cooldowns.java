package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The only place that makes cooldowns and ends them before their time (rotation.md 5.7). Guarded by
 * the pool's lock.
 */
final class Cooldowns {

  /**
   * What a failure did to a credential, so that it can be taken back.
   *
   * @param before cooldown that ran until then
   * @param failuresBefore in a row
   * @param set cooldown that it brought, null when none
   * @param marked whether it also took the credential's share of the fair cycle
   */
  record Undo(
      Member member,
      Standing standing,
      @Nullable Cooldown before,
      int failuresBefore,
      @Nullable Cooldown set,
      boolean marked) {

    Undo shifted(long millis) {
      return new Undo(
          member,
          standing,
          before == null ? null : before.shifted(millis),
          failuresBefore,
          set == null ? null : set.shifted(millis),
          marked);
    }
  }

  private final Journal journal;
  private final FairCycle cycle;
  private Duration probeFirst;

  Cooldowns(Journal journal, FairCycle cycle, PoolOptions options) {
    this.journal = journal;
    this.cycle = cycle;
    this.probeFirst = options.probeFirst();
  }

  void follow(PoolOptions options) {
    probeFirst = options.probeFirst();
  }

  /** Rests a credential for the later of what runs and this; tells whether this one won. */
  boolean set(Member member, Standing standing, Cooldown wanted, long now) {
    if (!standing.cool(wanted, probeFirst, now)) {
      return false;
    }
    told(member, standing, now);
    if (isUsedUp(wanted.kind())) {
      cycle.rests(member, standing, wanted, now);
    }
    return true;
  }

  private static boolean isUsedUp(FaultClass kind) {
    return kind == FaultClass.QUOTA_EXCEEDED || kind == FaultClass.RATE_LIMIT;
  }

  /** Replaces the end, by what a probe was told. */
  void replace(
      Member member, Standing standing, FaultClass kind, String evidence, long end, long now) {
    standing.replaceEnd(kind, evidence, now, end);
    told(member, standing, now);
  }

  private void told(Member member, Standing standing, long now) {
    standing.scope.nextProbe = Math.min(standing.scope.nextProbe, standing.nextProbe());
    Cooldown set = standing.cooldown;
    if (set != null && journal.isOn()) {
      journal.tell(
          new StateChange.CooldownSet(
              journal.provider,
              member.id,
              set,
              standing.failures,
              standing.nextProbe(),
              standing.probeInterval(),
              now));
    }
  }

  /** Ends a cooldown, running or just over; the failures in a row are the caller's. */
  void end(Member member, Standing standing, StateChange.ClearReason why, long now) {
    Cooldown was = standing.cooldown;
    boolean ran = standing.isClosed(now);
    standing.open();
    if (ran && was != null) {
      journal.tell(
          () -> new StateChange.CooldownCleared(journal.provider, member.id, was, why, now));
    }
  }

  /** A probe was sent and the cooldown goes on. */
  void probed(Member member, Standing standing, long at, boolean failed, Duration longest) {
    standing.probed(at, failed, longest);
    standing.scope.nextProbe = Math.min(standing.scope.nextProbe, standing.nextProbe());
    if (standing.until != 0) {
      journal.tell(
          () ->
              new StateChange.Probed(
                  journal.provider,
                  member.id,
                  standing.scope.key,
                  standing.nextProbe(),
                  standing.probeInterval(),
                  at));
    }
  }

  /** Takes back what a failure did, since the credential was not to blame for it. */
  void undo(Undo what, long now) {
    Standing standing = what.standing();
    what.member().forgetFailureOn(standing.scope.key);
    standing.failures = what.failuresBefore();
    Cooldown set = what.set();
    if (set != null && set.equals(standing.cooldown)) {
      Cooldown before = what.before();
      boolean ran = before != null && before.millisLeft(now) > 0;
      standing.put(ran ? before : null);
      journal.tell(
          () ->
              new StateChange.CooldownCleared(
                  journal.provider, what.member().id, set, StateChange.ClearReason.WITHDRAWN, now));
      if (ran) {
        told(what.member(), standing, now);
      }
    }
    if (what.marked()) {
      cycle.unmark(what.member(), standing, now);
    }
  }

  /** Sets again what is left of what was taken back: the credential was to blame after all. */
  void redo(Undo what, long now) {
    Standing standing = what.standing();
    Cooldown set = what.set();
    if (set != null && !what.member().gone && set.millisLeft(now) > 0) {
      standing.failures = Math.max(standing.failures, what.failuresBefore() + 1);
      standing.failedAt = Math.max(standing.failedAt, set.since().toEpochMilli());
      set(what.member(), standing, set, now);
    }
  }
}
