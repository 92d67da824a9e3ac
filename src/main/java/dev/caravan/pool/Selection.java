package dev.caravan.pool;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is next: filters the credentials of a pool, then lets those that are left take turns
 * (rotation.md 3.2 to 3.6). Guarded by the pool's lock; the fields tell about the last look, so
 * that a look allocates nothing.
 *
 * <p>Those that pass are ranked: first who has not been tried by this call, then who is below its
 * soft target ("spread first, stack after"), then the better priority. Only the best rank is drawn
 * from.
 */
final class Selection {
  static final long UNKNOWN = Long.MAX_VALUE;
  private static final long NOT_TRIED = 0;
  private static final long RETURNING = 1L << 41;
  private static final long STACKED = 1L << 40;

  private final Roster roster;
  private final Throttles throttles;
  private final Order order;
  private PoolOptions options;
  private Member[] best = new Member[8];
  private int count;
  private long bestRank;

  private @Nullable Scope scope;
  private @Nullable Scope modelScope;
  private long end;

  /** Whether a release may help, besides time. */
  boolean mayBeReleased;

  /** Whether a throttle is what is in the way. */
  boolean throttled;

  /** The earliest time at which something in the way ends, {@link #UNKNOWN} when none is known. */
  long soonest;

  /** Whether the member that was picked still rests and is to be probed. */
  boolean isProbe;

  Selection(Roster roster, Throttles throttles, PoolOptions options, RandomGenerator random) {
    this.roster = roster;
    this.throttles = throttles;
    this.options = options;
    this.order = new Order(random);
  }

  void follow(PoolOptions now) {
    options = now;
  }

  /** The scope of the last look, null when nothing is known about it. */
  @Nullable Scope scope() {
    return scope;
  }

  @Nullable Scope modelScope() {
    return modelScope;
  }

  private void look(Ask ask) {
    scope = roster.scopeIfKnown(ask.scope());
    modelScope = ask.isGrouped() ? roster.scopeIfKnown(ask.modelScope()) : null;
    isProbe = false;
  }

  /** Whether the ask could be lent this one now. */
  boolean isFree(Member member, Ask ask, long now) {
    look(ask);
    return !member.gone
        && throttles.blocking(ask, now) == null
        && obstacle(member, ask, now) == null;
  }

  /** The next credential for the ask; null when there is none now, and then the fields tell why. */
  @Nullable Member pick(Ask ask, long now) {
    look(ask);
    count = 0;
    bestRank = Long.MAX_VALUE;
    mayBeReleased = false;
    throttled = false;
    soonest = UNKNOWN;
    Throttle throttle = throttles.blocking(ask, now);
    if (throttle != null) {
      throttled = true;
      soonest = throttle.blockedUntil(now);
      mayBeReleased = !throttle.isClosed(now);
      return null;
    }
    boolean mayProbeEarly = ask.isFresh();
    Member due = null;
    for (Member member : roster.members()) {
      Obstacle obstacle = obstacle(member, ask, now);
      if (obstacle == null) {
        consider(member, rank(member, ask));
      } else if (obstacle == Obstacle.BUSY) {
        mayBeReleased = true;
      } else if (obstacle != Obstacle.TRIED && end > now) {
        soonest = Math.min(soonest, end);
        mayBeReleased |= obstacle == Obstacle.TRIAL;
        if (mayProbeEarly && due == null && obstacle != Obstacle.TRIAL && isDue(member, now)) {
          due = member;
        }
      }
    }
    if (count == 0) {
      return null;
    }
    if (due != null) {
      isProbe = true;
      return due;
    }
    return order.next(options, scope, best, count, now);
  }

  /** When nothing is free: the one that rests the shortest, if it may be asked again (5.9). */
  @Nullable Member pickLastKey(Ask ask, long now) {
    look(ask);
    Member earliest = null;
    long until = UNKNOWN;
    for (Member member : roster.members()) {
      Obstacle obstacle = obstacle(member, ask, now);
      if ((obstacle == Obstacle.COOLDOWN || obstacle == Obstacle.LOCKOUT) && end < until) {
        until = end;
        earliest = member;
      }
    }
    if (earliest == null || !isLastKeyDue(earliest, now)) {
      return null;
    }
    isProbe = true;
    return earliest;
  }

  /** What keeps the member from this ask; {@link #end} then tells until when. */
  @Nullable Obstacle lookAt(Member member, Ask ask, long now) {
    look(ask);
    return obstacle(member, ask, now);
  }

  private @Nullable Obstacle obstacle(Member member, Ask ask, long now) {
    end = 0;
    if (member.needsReauth) {
      return Obstacle.NEEDS_REAUTH;
    }
    Standing ofScope = scope == null ? null : scope.at(member);
    Standing ofModel = modelScope == null ? null : modelScope.at(member);
    long scopeEnd = Math.max(blockedUntil(ofScope, now), blockedUntil(ofModel, now));
    end = Math.max(scopeEnd, member.whole.blockedUntil(now));
    if (ask.hasTried(member) && !ask.mayReturnTo(member)) {
      return Obstacle.TRIED;
    }
    if (member.isFull()) {
      return Obstacle.BUSY;
    }
    if (end == 0) {
      return null;
    }
    if (isClosed(ofScope, now) || isClosed(ofModel, now)) {
      return Obstacle.COOLDOWN;
    }
    return member.whole.isClosed(now) ? Obstacle.LOCKOUT : Obstacle.TRIAL;
  }

  /** When the obstacle of the last look at a member ends, 0 when that is not known. */
  long end() {
    return end;
  }

  /** The standing behind the end, null when it is none. */
  @Nullable Standing reason(Member member, long now) {
    Standing[] standings = {
      scope == null ? null : scope.at(member),
      modelScope == null ? null : modelScope.at(member),
      member.whole
    };
    for (Standing standing : standings) {
      if (standing != null && standing.until != 0 && standing.blockedUntil(now) == end) {
        return standing;
      }
    }
    return null;
  }

  /** Whether sequential mode shall stay on this member when it answers. */
  boolean moves(Member member, Ask ask, long now) {
    if (options.mode() != Mode.SEQUENTIAL) {
      return false;
    }
    Member sticky = scope == null ? null : scope.sticky;
    if (sticky == null || sticky == member) {
      return true;
    }
    Obstacle obstacle = obstacle(sticky, ask, now);
    return obstacle != null && obstacle != Obstacle.BUSY;
  }

  private static long blockedUntil(@Nullable Standing standing, long now) {
    return standing == null ? 0 : standing.blockedUntil(now);
  }

  private static boolean isClosed(@Nullable Standing standing, long now) {
    return standing != null && standing.isClosed(now);
  }

  private boolean isDue(Member member, long now) {
    return isDue(scope == null ? null : scope.at(member), now)
        && isDue(modelScope == null ? null : modelScope.at(member), now)
        && isDue(member.whole, now);
  }

  private static boolean isDue(@Nullable Standing standing, long now) {
    return standing == null || !standing.isClosed(now) || standing.isProbeDue(now);
  }

  private boolean isLastKeyDue(Member member, long now) {
    return isLastKeyDue(scope == null ? null : scope.at(member), now)
        && isLastKeyDue(modelScope == null ? null : modelScope.at(member), now)
        && isLastKeyDue(member.whole, now);
  }

  private boolean isLastKeyDue(@Nullable Standing standing, long now) {
    return standing == null
        || !standing.isClosed(now)
        || standing.isLastKeyProbeDue(now, options.probeLastKey());
  }

  private static long rank(Member member, Ask ask) {
    long tried = ask.hasTried(member) ? RETURNING : NOT_TRIED;
    long stacked = member.isBelowOptimal() ? 0 : STACKED;
    return tried + stacked + member.credential.priority();
  }

  private void consider(Member member, long rank) {
    if (rank > bestRank) {
      return;
    }
    if (rank < bestRank) {
      bestRank = rank;
      count = 0;
    }
    if (count == best.length) {
      best = java.util.Arrays.copyOf(best, count * 2);
    }
    best[count++] = member;
  }
}
