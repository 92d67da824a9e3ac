package dev.caravan.pool;

import dev.caravan.call.Earlier;
import dev.caravan.call.TimeSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is next: filters the credentials of a pool, then lets those that are left take turns
 * (rotation.md 3.2 to 3.6). Guarded by the pool's lock; the fields tell about the last look, so
 * that a look allocates nothing.
 *
 * <p>Those that pass are ranked: first who is not among the failures behind a pause whose end is to
 * be tried, then whose plan is known to fit, then who has not been tried by this call, then who has
 * calls left in this minute as far as is known, then who is below its soft target ("spread first,
 * stack after"), then the better priority. Only the best rank is drawn from.
 *
 * <p>Not every look is at everybody. The credential that a session or a sequential pool stays on is
 * looked at first, and a large balanced pool is sampled: the chances are those of a look at all,
 * and a sample that finds nothing becomes one.
 */
final class Selection {
  static final long UNKNOWN = Long.MAX_VALUE;

  /** Pools up to this size are looked through whole. */
  static final int SMALL = 64;

  private static final int SAMPLES = 48;
  private static final long STRUCK = 1L << 43;
  private static final long UNKNOWN_PLAN = 1L << 42;
  private static final long RETURNING = 1L << 41;
  private static final long PACED = 1L << 40;
  private static final long STACKED = 1L << 39;

  private final String provider;
  private final Roster roster;
  private final Throttles throttles;
  private final FairCycle cycle;
  private final Caps caps;
  private final Bindings bindings;
  private final Pins pins;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Order order;
  private PoolOptions options;
  private Member[] best = new Member[8];
  private int count;
  private long bestRank;

  private @Nullable Scope scope;
  private @Nullable Scope modelScope;
  private @Nullable Member only;
  private @Nullable Throttle onTrial;
  private boolean isPinned;
  private boolean forced;
  private boolean cycled;
  private long end;

  /** Whether a release may help, besides time. */
  boolean mayBeReleased;

  /** Whether a throttle is what is in the way. */
  boolean throttled;

  /** Whether the session's own credential is busy and worth a wait. */
  boolean waitsForSticky;

  /** The earliest time at which something in the way ends, {@link #UNKNOWN} when none is known. */
  long soonest;

  /** Whether the member that was picked still rests and is to be probed. */
  boolean isProbe;

  /** Why the last one was picked, in one word. */
  String reason = "";

  Selection(
      String provider,
      Roster roster,
      Throttles throttles,
      FairCycle cycle,
      Caps caps,
      Bindings bindings,
      Pins pins,
      PoolOptions options,
      TimeSource time,
      RandomGenerator random) {
    this.provider = provider;
    this.roster = roster;
    this.throttles = throttles;
    this.cycle = cycle;
    this.caps = caps;
    this.bindings = bindings;
    this.pins = pins;
    this.options = options;
    this.time = time;
    this.random = random;
    this.order = new Order(this, bindings, options, random);
  }

  void follow(PoolOptions now) {
    options = now;
    order.follow(now);
  }

  /** The scope of the last look, null when nothing is known about it. */
  @Nullable Scope scope() {
    return scope;
  }

  @Nullable Scope modelScope() {
    return modelScope;
  }

  /** Whether the ask is for one credential that the pool does not have. */
  boolean isPinnedToNobody(Ask ask) {
    look(ask);
    return isPinned && only == null;
  }

  private void look(Ask ask) {
    scope = roster.scopeIfKnown(ask.scope());
    modelScope = ask.isGrouped() ? roster.scopeIfKnown(ask.modelScope()) : null;
    isProbe = false;
    onTrial = null;
    String pin = pins.of(ask);
    isPinned = pin != null;
    only = pin == null ? null : roster.named(pin);
    forced = isPinned && ask.wish().force();
  }

  /** Whether the ask could be lent this one now. */
  boolean isFree(Member member, Ask ask, long now) {
    look(ask);
    if (ask.stickyWaitEnd() != 0 && member != bound(ask, now)) {
      return false;
    }
    Throttle trial = throttles.onTrial(ask, now);
    return !member.gone
        && throttles.blocking(ask, now) == null
        && (trial == null || !trial.isStruck(member))
        && obstacle(member, ask, now) == null;
  }

  private @Nullable Member bound(Ask ask, long now) {
    String session = ask.session();
    if (session == null || !bindings.isOn()) {
      return null;
    }
    Member bound = bindings.of(session, ask.scope(), now);
    return bound == null ? earlier(ask.wish().earlier(), now) : bound;
  }

  /** The credential of a conversation that this pool has no binding for, yet or any more. */
  private @Nullable Member earlier(@Nullable Earlier last, long now) {
    return last == null
            || !last.provider().equals(provider)
            || !bindings.isWarm(last.atMillis(), now)
        ? null
        : roster.ofFingerprint(last.credential());
  }

  /** The next credential for the ask; null when there is none now, and then the fields tell why. */
  @Nullable Member pick(Ask ask, long now) {
    look(ask);
    cycle.lookAnew();
    forgetLast();
    Throttle throttle = forced ? null : throttles.blocking(ask, now);
    if (throttle != null) {
      throttled = true;
      soonest = throttle.blockedUntil(now);
      mayBeReleased = !throttle.isClosed(now);
      return null;
    }
    onTrial = throttles.onTrial(ask, now);
    boolean probesDue = onTrial == null && ask.isFresh() && now >= nextProbe();
    if (!isPinned && !probesDue && onTrial == null) {
      Member stayed = stay(ask, now);
      if (stayed != null || waitsForSticky) {
        return stayed;
      }
      Member sampled = sample(ask, now);
      if (sampled != null) {
        return sampled;
      }
    }
    Member found = lookAtAll(ask, probesDue, now);
    if (probesDue && found != null && !isProbe && !isPinned) {
      Member stayed = stay(ask, now);
      if (stayed != null || waitsForSticky) {
        return stayed;
      }
    }
    if (found == null
        && cycled
        && cycle.tryReset(scope, modelScope, now + ask.deadline().remaining().toMillis(), now)) {
      forgetLast();
      found = lookAtAll(ask, false, now);
    }
    isProbe |= forced && found != null && rests(found, now);
    return found;
  }

  private boolean rests(Member member, long now) {
    return isClosed(member.at(scope), now)
        || isClosed(member.at(modelScope), now)
        || member.whole.isClosed(now);
  }

  private void forgetLast() {
    mayBeReleased = false;
    throttled = false;
    waitsForSticky = false;
    cycled = false;
    soonest = UNKNOWN;
  }

  private long nextProbe() {
    long next = roster.wholeCredential().nextProbe;
    next = scope == null ? next : Math.min(next, scope.nextProbe);
    return modelScope == null ? next : Math.min(next, modelScope.nextProbe);
  }

  /** The credential that the session, or else the sequential pool, stays on. */
  private @Nullable Member stay(Ask ask, long now) {
    Member bound = bound(ask, now);
    if (bound != null) {
      return stayOnBound(bound, ask, now);
    }
    Member sticky =
        ask.session() != null || scope == null || options.mode() != Mode.SEQUENTIAL
            ? null
            : scope.sticky;
    boolean spreads = sticky != null && sticky.optimal > 0 && !sticky.isBelowOptimal();
    if (sticky == null
        || spreads
        || isPaced(sticky, now)
        || ask.hasTried(sticky)
        || obstacle(sticky, ask, now) != null) {
      return null;
    }
    reason = "sticky";
    return sticky;
  }

  private @Nullable Member stayOnBound(Member bound, Ask ask, long now) {
    Obstacle obstacle = obstacle(bound, ask, now);
    if (obstacle == null && !ask.hasTried(bound) && !isPaced(bound, now)) {
      reason = "session";
      return bound;
    }
    if (obstacle == Obstacle.BUSY && end == 0 && !ask.isStickyWaitOver()) {
      waitsForSticky = mayWaitForSticky(ask);
      mayBeReleased = waitsForSticky;
      reason = "session";
    }
    return null;
  }

  private boolean mayWaitForSticky(Ask ask) {
    long nanos = time.nanos();
    if (ask.stickyWaitEnd() == 0) {
      Duration half = ask.deadline().remaining().dividedBy(2);
      Duration wait = options.sessions().stickyWait();
      long length = (half.compareTo(wait) < 0 ? half : wait).toNanos();
      if (length <= 0) {
        return false;
      }
      ask.waitSticky(nanos + length);
    }
    if (nanos - ask.stickyWaitEnd() >= 0) {
      ask.endStickyWait();
      return false;
    }
    return true;
  }

  // Draws one, and takes it as often as its weight deserves: the chances are those of a draw by
  // weight over all, at the cost of a few looks.
  private @Nullable Member sample(Ask ask, long now) {
    if (roster.members().length <= SMALL
        || options.mode() != Mode.BALANCED
        || options.tolerance() == 0
        || ask.session() != null
        || !ask.isFresh()
        || ask.wish().trace() != null
        || ask.requiredPriority() != Integer.MAX_VALUE) {
      return null;
    }
    if (scope != null && --scope.picksUntilLook < 0) {
      return null;
    }
    for (Roster.Tier tier : roster.tiers()) {
      Member found = sample(tier.members(), ask, now);
      if (found != null) {
        reason = "weight";
        return found;
      }
    }
    return null;
  }

  private @Nullable Member sample(Member[] tier, Ask ask, long now) {
    double most = scope == null ? 0 : scope.mostUses;
    double fewest = scope == null ? 0 : scope.fewestUses;
    double heaviest = scope == null ? Double.MAX_VALUE : scope.heaviest;
    double highest = (most - fewest + options.tolerance() + 1) * heaviest;
    for (int i = 0; i < SAMPLES; i++) {
      Member member = tier[random.nextInt(tier.length)];
      if ((member.optimal > 0 && !member.isBelowOptimal())
          || obstacle(member, ask, now) != null
          || isPaced(member, now)) {
        continue;
      }
      if (scope == null) {
        return member;
      }
      double weight = order.weight((double) uses(member, now), most, member, now);
      if (random.nextDouble() * highest < weight) {
        return member;
      }
    }
    return null;
  }

  private @Nullable Member lookAtAll(Ask ask, boolean mayProbe, long now) {
    count = 0;
    bestRank = Long.MAX_VALUE;
    Member due = null;
    boolean seesProbes = ask.isFresh() && !isPinned;
    if (seesProbes) {
      forgetNextProbes();
    }
    for (Member member : roster.members()) {
      Obstacle obstacle = obstacle(member, ask, now);
      if (obstacle == null) {
        consider(member, rank(member, ask, now));
      } else if (obstacle == Obstacle.BUSY) {
        mayBeReleased = true;
      } else if (obstacle != Obstacle.TRIED) {
        cycled |= obstacle == Obstacle.CYCLED;
        if (end > now) {
          soonest = Math.min(soonest, end);
          mayBeReleased |= obstacle == Obstacle.TRIAL;
        }
        if (seesProbes && isRest(obstacle)) {
          due = due == null && mayProbe && isDue(member, now) ? member : due;
          rememberNextProbe(member.at(scope), now);
          rememberNextProbe(member.at(modelScope), now);
          rememberNextProbe(member.whole, now);
        }
      }
    }
    if (count == 0) {
      return null;
    }
    rememberUses(now);
    if (due != null) {
      isProbe = true;
      reason = "probe";
      return due;
    }
    Member next = order.next(ask.session(), scope, best, count, now);
    reason = isPinned ? "pin" : order.reason;
    return next;
  }

  private static boolean isRest(Obstacle obstacle) {
    return obstacle == Obstacle.COOLDOWN || obstacle == Obstacle.LOCKOUT;
  }

  private void forgetNextProbes() {
    roster.wholeCredential().nextProbe = UNKNOWN;
    if (scope != null) {
      scope.nextProbe = UNKNOWN;
    }
    if (modelScope != null) {
      modelScope.nextProbe = UNKNOWN;
    }
  }

  // A probe that is due and not taken now is looked for again in a second.
  private static void rememberNextProbe(@Nullable Standing standing, long now) {
    if (standing != null && standing.isClosed(now)) {
      long next = Math.max(standing.nextProbe(), now + 1_000);
      standing.scope.nextProbe = Math.min(standing.scope.nextProbe, next);
    }
  }

  private void rememberUses(long now) {
    if (scope == null || roster.members().length <= SMALL) {
      return;
    }
    long most = 0;
    long fewest = Long.MAX_VALUE;
    double heaviest = 0;
    for (int i = 0; i < count; i++) {
      long uses = uses(best[i], now);
      most = Math.max(most, uses);
      fewest = Math.min(fewest, uses);
      heaviest = Math.max(heaviest, best[i].credential.weight());
    }
    scope.mostUses = most;
    scope.fewestUses = fewest;
    scope.heaviest = heaviest;
    scope.picksUntilLook = count;
  }

  /** Whether something was in the way of others in the last look, or may have been. */
  boolean passedOver() {
    return mayBeReleased || soonest != UNKNOWN || nextProbe() != UNKNOWN;
  }

  /** When nothing is free: the one that rests the shortest, if it may be asked again (5.9). */
  @Nullable Member pickLastKey(Ask ask, long now) {
    look(ask);
    Member earliest = null;
    long until = UNKNOWN;
    for (Member member : roster.members()) {
      Obstacle obstacle = obstacle(member, ask, now);
      if (obstacle != null && isRest(obstacle) && end < until && mayBeProbed(member, now)) {
        until = end;
        earliest = member;
      }
    }
    if (earliest == null || !isLastKeyDue(earliest, now)) {
      return null;
    }
    isProbe = true;
    reason = "last_key";
    return earliest;
  }

  private boolean mayBeProbed(Member member, long now) {
    return mayBeProbed(member.at(scope), now)
        && mayBeProbed(member.at(modelScope), now)
        && mayBeProbed(member.whole, now);
  }

  private static boolean mayBeProbed(@Nullable Standing standing, long now) {
    return standing == null || !standing.isClosed(now) || standing.mayBeProbed();
  }

  /** What keeps the member from this ask; {@link #end} then tells until when. */
  @Nullable Obstacle lookAt(Member member, Ask ask, long now) {
    look(ask);
    return obstacle(member, ask, now);
  }

  // The first that holds is told; the end is the latest of all that are known.
  private @Nullable Obstacle obstacle(Member member, Ask ask, long now) {
    end = 0;
    if (member.disabled || !member.credential.enabled()) {
      return Obstacle.DISABLED;
    }
    if (member.needsReauth) {
      return Obstacle.NEEDS_REAUTH;
    }
    if (isPinned && member != only) {
      return Obstacle.PINNED_ELSEWHERE;
    }
    int priority = member.tier();
    if (priority > ask.requiredPriority() && priority != Credential.UNKNOWN_PRIORITY) {
      return Obstacle.NOT_IN_PLAN;
    }
    if (forced) {
      return ask.hasTried(member) ? Obstacle.TRIED : member.isFull() ? Obstacle.BUSY : null;
    }
    Standing ofScope = member.at(scope);
    Standing ofModel = member.at(modelScope);
    long restEnd =
        Math.max(
            Math.max(blockedUntil(ofScope, now), blockedUntil(ofModel, now)),
            member.whole.blockedUntil(now));
    end = restEnd;
    if (ask.hasTried(member) && !ask.mayReturnTo(member)) {
      return Obstacle.TRIED;
    }
    Obstacle counted = counted(member, ask, ofScope, ofModel, now);
    if (counted == Obstacle.BASELINE_EMPTY) {
      return counted;
    }
    if (member.isFull()) {
      return Obstacle.BUSY;
    }
    return restEnd == 0 ? counted : rest(member, ofScope, ofModel, now);
  }

  private static Obstacle rest(
      Member member, @Nullable Standing ofScope, @Nullable Standing ofModel, long now) {
    boolean scopeRests = isClosed(ofScope, now);
    if (scopeRests || isClosed(ofModel, now)) {
      Standing resting = scopeRests ? ofScope : ofModel;
      Cooldown cooldown = resting == null ? null : resting.cooldown;
      return cooldown != null && cooldown.source() == Source.CUSTOM_CAP
          ? Obstacle.CAPPED
          : Obstacle.COOLDOWN;
    }
    return member.whole.isClosed(now) ? Obstacle.LOCKOUT : Obstacle.TRIAL;
  }

  /** What is in the way because of what was used. */
  private @Nullable Obstacle counted(
      Member member, Ask ask, @Nullable Standing ofScope, @Nullable Standing ofModel, long now) {
    Obstacle found = null;
    if (ofScope != null) {
      found = fullWindow(ofScope, now);
    }
    if (!caps.isEmpty()) {
      found = capped(member, ask, ofScope, ofModel, found, now);
    }
    // a call that goes first after a pause is worth more than a turn
    if (found == null
        && onTrial == null
        && (cycle.blocks(member, ofScope, now) || cycle.blocks(member, ofModel, now))) {
      return Obstacle.CYCLED;
    }
    return found;
  }

  private @Nullable Obstacle fullWindow(Standing standing, long now) {
    Obstacle found = null;
    for (Window window : standing.windows()) {
      if (window.limit() < 0) {
        continue;
      }
      long empty = window.emptyUntil(now);
      if (empty != 0) {
        end = Math.max(end, empty);
        found = Obstacle.BASELINE_EMPTY;
      } else if (options.windowLimits() && window.requests(now) >= window.limit()) {
        end = Math.max(end, window.endIfKnown(now));
        found = found == null ? Obstacle.WINDOW_FULL : found;
      }
    }
    return found;
  }

  private @Nullable Obstacle capped(
      Member member,
      Ask ask,
      @Nullable Standing ofScope,
      @Nullable Standing ofModel,
      @Nullable Obstacle found,
      long now) {
    Standing model = ask.isGrouped() ? ofModel : ofScope;
    Obstacle result = found;
    if (caps.blocks(member, ask.modelScope(), model, now)) {
      end = Math.max(end, caps.blockedUntil(member, ask.modelScope(), model, now));
      result = result == null ? Obstacle.CAPPED : result;
    }
    String group = ask.group();
    if (group != null && caps.blocks(member, group, ofScope, now)) {
      end = Math.max(end, caps.blockedUntil(member, group, ofScope, now));
      result = result == null ? Obstacle.CAPPED : result;
    }
    return result;
  }

  /** When the obstacle of the last look at a member ends, 0 when that is not known. */
  long end() {
    return end;
  }

  /** The standing behind the end, null when it is none. */
  @Nullable Standing reason(Member member, long now) {
    Standing[] standings = {member.at(scope), member.at(modelScope), member.whole};
    for (Standing standing : standings) {
      if (standing != null && standing.until != 0 && standing.blockedUntil(now) == end) {
        return standing;
      }
    }
    return null;
  }

  /** Requests of the member in the window that is compared, 0 when none runs (3.4). */
  long uses(Member member, long now) {
    if (member.whole.primary() != null) {
      return member.whole.uses(now);
    }
    Standing shared = member.at(scope);
    if (modelScope == null || shared == null) {
      return shared == null ? 0 : shared.uses(now);
    }
    Window window = shared.primary();
    if (window != null && window.rule.appliesTo() == ScopeKind.GROUP) {
      return window.requests(now);
    }
    Standing own = member.at(modelScope);
    return own == null ? 0 : own.uses(now);
  }

  /** What is left of the provider's limit, from 0 to 1 (rotation.md W15). */
  double headroom(Member member, long now) {
    Standing standing = member.at(scope);
    Window window = standing == null ? null : standing.primary();
    return window == null ? 1 : window.headroom(now);
  }

  /** Whether the session, or the sequential pool, shall stay on this member when it answers. */
  boolean moves(Member member, Ask ask, long now) {
    if (ask.session() != null) {
      Member bound = bound(ask, now);
      return bound == null || bound == member || isLost(bound, ask, now);
    }
    if (options.mode() != Mode.SEQUENTIAL || isPinned) {
      return false;
    }
    Member sticky = scope == null ? null : scope.sticky;
    return sticky == null || sticky == member || isPaced(sticky, now) || isLost(sticky, ask, now);
  }

  private boolean isLost(Member member, Ask ask, long now) {
    Obstacle obstacle = obstacle(member, ask, now);
    return obstacle != null && obstacle != Obstacle.BUSY && obstacle != Obstacle.TRIAL;
  }

  private static long blockedUntil(@Nullable Standing standing, long now) {
    return standing == null ? 0 : standing.blockedUntil(now);
  }

  private static boolean isClosed(@Nullable Standing standing, long now) {
    return standing != null && standing.isClosed(now);
  }

  private boolean isDue(Member member, long now) {
    return isDue(member.at(scope), now)
        && isDue(member.at(modelScope), now)
        && isDue(member.whole, now);
  }

  private static boolean isDue(@Nullable Standing standing, long now) {
    return standing == null || !standing.isClosed(now) || standing.isProbeDue(now);
  }

  private boolean isLastKeyDue(Member member, long now) {
    return isLastKeyDue(member.at(scope), now)
        && isLastKeyDue(member.at(modelScope), now)
        && isLastKeyDue(member.whole, now);
  }

  private boolean isLastKeyDue(@Nullable Standing standing, long now) {
    return standing == null
        || !standing.isClosed(now)
        || standing.isLastKeyProbeDue(now, options.probeLastKey());
  }

  /** Whether it has most likely made all calls that it may in this minute. */
  private boolean isPaced(Member member, long now) {
    if (scope == null || !scope.paced) {
      return false;
    }
    Standing standing = member.at(scope);
    return standing != null && standing.pace != null && standing.pace.isUsedUp(now);
  }

  private long rank(Member member, Ask ask, long now) {
    boolean planUnknown =
        ask.requiredPriority() != Integer.MAX_VALUE && member.tier() == Credential.UNKNOWN_PRIORITY;
    long rank = member.tier();
    rank += ask.hasTried(member) ? RETURNING : 0;
    rank += isPaced(member, now) ? PACED : 0;
    rank += member.isBelowOptimal() ? 0 : STACKED;
    rank += onTrial != null && onTrial.isStruck(member) ? STRUCK : 0;
    return rank + (planUnknown ? UNKNOWN_PLAN : 0);
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
      best = Arrays.copyOf(best, count * 2);
    }
    best[count++] = member;
  }
}
