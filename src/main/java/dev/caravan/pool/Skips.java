package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import dev.caravan.call.Skipped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What is in the way of credentials, for a decision record. Under the pool's lock. */
final class Skips {
  private static final int LOOKED_AT = 64;
  private static final int KEPT = 24;

  private Skips() {}

  static List<Skipped> of(
      Ask ask, Roster roster, Throttles throttles, Selection selection, long now) {
    List<Skipped> skipped = new ArrayList<>(4);
    Throttle throttle = throttles.blockingOthers(ask, now);
    if (throttle != null) {
      Instant until = Instant.ofEpochMilli(throttle.blockedUntil(now));
      skipped.add(
          new Skipped(
              "*", Obstacle.THROTTLE.word(), throttle.kind, until, null, throttle.evidence));
    }
    Member[] members = roster.members();
    for (int i = 0; i < members.length && i < LOOKED_AT && skipped.size() < KEPT; i++) {
      Obstacle obstacle = selection.lookAt(members[i], ask, now);
      // what this call has tried is told by its attempts
      if (obstacle != null && obstacle != Obstacle.TRIED) {
        skipped.add(skipped(members[i], obstacle, selection, now));
      }
    }
    return skipped;
  }

  private static Skipped skipped(Member member, Obstacle obstacle, Selection selection, long now) {
    long end = selection.end();
    Standing standing = end == 0 ? null : selection.reason(member, now);
    Cooldown cooldown = standing == null ? null : standing.cooldown;
    Instant until = end == 0 ? null : Instant.ofEpochMilli(end);
    String fingerprint = member.credential.fingerprint();
    if (cooldown == null) {
      FaultClass kind = obstacle == Obstacle.NEEDS_REAUTH ? FaultClass.REAUTH_NEEDED : null;
      return new Skipped(fingerprint, obstacle.word(), kind, until, null, null);
    }
    return new Skipped(
        fingerprint,
        obstacle.word(),
        cooldown.kind(),
        until,
        cooldown.source().word(),
        cooldown.evidence());
  }
}
