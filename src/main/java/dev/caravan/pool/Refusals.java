package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down why nothing is lent. Under the pool's lock, and only when the search is over. */
final class Refusals {
  private Refusals() {}

  static Refusal of(
      Ask ask,
      Refusal.Cause cause,
      Roster roster,
      Throttles throttles,
      Selection selection,
      Pins pins,
      long now) {
    Throttle throttle = throttles.blockingOthers(ask, now);
    List<Refusal.Candidate> candidates = new ArrayList<>(roster.members().length);
    long soonest = Selection.UNKNOWN;
    for (Member member : roster.members()) {
      Obstacle obstacle = selection.lookAt(member, ask, now);
      long end = selection.end();
      if (ask.hasTried(member)) {
        obstacle = Obstacle.TRIED;
      }
      if (obstacle == Obstacle.DISABLED) {
        candidates.add(candidate(member, obstacle, null, 0));
        continue;
      }
      if (obstacle == Obstacle.NEEDS_REAUTH) {
        candidates.add(candidate(member, obstacle, FaultClass.REAUTH_NEEDED, end));
      } else if (throttle != null) {
        end = Math.max(end, throttle.blockedUntil(now));
        candidates.add(candidate(member, Obstacle.THROTTLE, throttle.kind, end));
      } else {
        Standing reason = end == 0 ? null : selection.reason(member, now);
        Cooldown cooldown = reason == null ? null : reason.cooldown;
        candidates.add(candidate(member, obstacle, kind(obstacle, cooldown), end));
      }
      soonest = end == 0 ? soonest : Math.min(soonest, end);
    }
    Instant retryAt = soonest == Selection.UNKNOWN ? null : Instant.ofEpochMilli(soonest);
    return new Refusal(cause, retryAt, pins.of(ask), candidates);
  }

  // What was used up is a limit like one that the provider has told.
  private static @Nullable FaultClass kind(
      @Nullable Obstacle obstacle, @Nullable Cooldown cooldown) {
    if (cooldown != null) {
      return cooldown.kind();
    }
    return obstacle == null
        ? null
        : switch (obstacle) {
          case CAPPED, WINDOW_FULL, BASELINE_EMPTY, CYCLED -> FaultClass.QUOTA_EXCEEDED;
          default -> null;
        };
  }

  private static Refusal.Candidate candidate(
      Member member, @Nullable Obstacle obstacle, @Nullable FaultClass kind, long end) {
    Instant until = end == 0 ? null : Instant.ofEpochMilli(end);
    return new Refusal.Candidate(member.credential.fingerprint(), obstacle, kind, until);
  }
}
