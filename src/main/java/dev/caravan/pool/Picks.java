package dev.caravan.pool;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a look for a credential down, for who has asked to be told. Under the pool's lock. */
final class Picks {
  private Picks() {}

  static Pick of(
      Mode mode,
      Ask ask,
      Choice choice,
      boolean probe,
      Roster roster,
      Throttles throttles,
      Selection selection,
      long now) {
    String reason = selection.reason;
    Throttle throttle = throttles.blocking(ask, now);
    @Nullable Lease lent = choice instanceof Choice.Lent(Lease lease) ? lease : null;
    List<Pick.Candidate> candidates = new ArrayList<>(roster.members().length);
    for (Member member : roster.members()) {
      boolean taken = lent != null && lent.member == member;
      Pick.Candidate candidate = candidate(member, ask, taken, throttle, selection, now);
      if (taken) {
        candidates.addFirst(candidate);
      } else {
        candidates.add(candidate);
      }
    }
    return new Pick(
        Instant.ofEpochMilli(now),
        mode,
        candidates,
        lent == null ? null : lent.fingerprint(),
        probe,
        switch (choice) {
          case Choice.Lent _ -> reason;
          case Choice.Wait _ -> "wait";
          case Choice.Refused _ -> "refuse";
        });
  }

  private static Pick.Candidate candidate(
      Member member,
      Ask ask,
      boolean taken,
      @Nullable Throttle throttle,
      Selection selection,
      long now) {
    Obstacle obstacle = selection.lookAt(member, ask, now);
    long end = selection.end();
    Standing behind = end == 0 ? null : selection.reason(member, now);
    Cooldown cooldown = behind == null ? null : behind.cooldown;
    if (taken) {
      obstacle = null;
    } else if (throttle != null && obstacle == null) {
      obstacle = Obstacle.THROTTLE;
      end = throttle.blockedUntil(now);
    }
    return new Pick.Candidate(
        member.credential.fingerprint(),
        member.tier(),
        selection.uses(member, now),
        member.active,
        member.max,
        obstacle,
        end == 0 ? null : Instant.ofEpochMilli(end),
        cooldown == null ? null : cooldown.source(),
        cooldown != null
            ? cooldown.evidence()
            : throttle != null && obstacle == Obstacle.THROTTLE ? throttle.evidence : null);
  }
}
