package dev.caravan.pool;

import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.call.Fault;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.Skipped;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of one provider: lends them, waits for them, rests them.
 *
 * <p>The way of a call: {@link #ask}, then {@link #choose} until it is lent a credential or
 * refused; a success is told to the lease, a failed attempt to {@link #decide}, which settles the
 * lease itself unless it answers "retry the same". A stream that breaks after its output has begun
 * is settled on the lease, without a decision.
 *
 * <p>Thread-safe. No method blocks but {@link Place#await}; each takes the pool's lock once, for
 * microseconds, and nothing is logged, read or called back under it. Leases are bound to the pool
 * and survive {@link Pools#install}.
 */
public final class Pool {
  private static final Duration CLOCK_STEP = Duration.ofMinutes(1);

  private final Object lock = new Object();
  private final String provider;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Roster roster = new Roster();
  private final Throttles throttles = new Throttles();
  private final Selection selection;
  private final Desk desk;
  private final Booking booking;
  private final Line line;
  private volatile PoolOptions options;
  private volatile List<Credential> credentials = List.of();
  private long clockOffset;

  Pool(String provider, PoolOptions options, TimeSource time, RandomGenerator random) {
    this.provider = provider;
    this.options = options;
    this.time = time;
    this.random = random;
    this.selection = new Selection(roster, throttles, options, random);
    this.desk = new Desk(this, selection, throttles, options);
    this.booking = new Booking(roster, throttles, options);
    this.line = new Line(selection, this::handOver);
    this.clockOffset = clockOffset();
  }

  public String provider() {
    return provider;
  }

  public PoolOptions options() {
    return options;
  }

  public List<Credential> credentials() {
    return credentials;
  }

  void install(PoolOptions wanted, List<Credential> wantedCredentials) {
    synchronized (lock) {
      options = wanted;
      selection.follow(wanted);
      booking.follow(wanted);
      desk.follow(wanted);
      roster.install(wanted, wantedCredentials);
      credentials = Arrays.stream(roster.members()).map(m -> m.credential).toList();
      line.offerAll(time.epochMillis());
      line.wakeAll();
    }
  }

  /** Opens the wish of a call for a credential for a model, within the deadline of the call. */
  public Ask ask(Call call, ModelName model) {
    return new Ask(call, model, options);
  }

  /**
   * Lends a credential, or tells how to wait, or refuses. Never blocks. A call that is waiting and
   * does not choose again closes its {@link Place}.
   */
  public Choice choose(Ask ask) {
    synchronized (lock) {
      long now = time.epochMillis();
      long nanos = time.nanos();
      expire(now, nanos);
      if (line.isDue(now)) {
        line.offerAll(now);
      }
      Place place = ask.place;
      if (place != null && place.handed != null) {
        Lease lease = place.handed;
        place.handed = null;
        ask.place = null;
        return new Choice.Lent(lease);
      }
      Refusal.Cause over = over(ask);
      if (over != null) {
        return refuse(ask, over, now);
      }
      Member next = selection.pick(ask, now);
      return next == null ? waitOrRefuse(ask, now, nanos) : lend(next, ask, now, nanos);
    }
  }

  private Refusal.@Nullable Cause over(Ask ask) {
    if (roster.members().length == 0) {
      return Refusal.Cause.NO_CREDENTIAL;
    }
    return ask.deadline().isOver() ? Refusal.Cause.DEADLINE : null;
  }

  private Choice lend(Member member, Ask ask, long now, long nanos) {
    leaveLine(ask);
    Lease lease = desk.open(member, ask, now, nanos);
    lease.passedOver = selection.mayBeReleased || selection.soonest != Selection.UNKNOWN;
    return new Choice.Lent(lease);
  }

  /**
   * What is in the way of credentials for this ask now, for its decision record; of large pools
   * only a part is looked at.
   */
  public List<Skipped> skipped(Ask ask) {
    synchronized (lock) {
      return Skips.of(ask, roster, throttles, selection, time.epochMillis());
    }
  }

  private Choice waitOrRefuse(Ask ask, long now, long nanos) {
    long left = ask.deadline().remaining().toNanos();
    boolean endKnown = selection.soonest != Selection.UNKNOWN;
    long endIn = endKnown ? millisToNanos(selection.soonest - now) : Long.MAX_VALUE;
    boolean released = selection.mayBeReleased;
    String reason = selection.throttled ? "throttle" : endIn < left ? "cooldown" : "busy";
    if (!released && endIn >= left) {
      Member last = selection.throttled ? null : selection.pickLastKey(ask, now);
      return last == null
          ? refuse(ask, Refusal.Cause.NONE_IN_TIME, now)
          : lend(last, ask, now, nanos);
    }
    Place place = ask.place;
    if (place == null) {
      if (line.size() >= options.maxWaiting()) {
        return refuse(ask, Refusal.Cause.QUEUE_FULL, now);
      }
      place = new Place(this, ask);
      ask.place = place;
    }
    long leaseEnd = released ? desk.expiresInNanos(nanos) : Long.MAX_VALUE;
    long atMost = Math.min(left, Math.min(endIn, leaseEnd));
    line.join(place, endKnown ? selection.soonest : Long.MAX_VALUE);
    return new Choice.Wait(place, Duration.ofNanos(atMost), reason);
  }

  private static long millisToNanos(long millis) {
    return Duration.ofMillis(Math.min(millis, Integer.MAX_VALUE)).toNanos();
  }

  private Choice refuse(Ask ask, Refusal.Cause cause, long now) {
    leaveLine(ask);
    return new Choice.Refused(Refusals.of(ask, cause, roster, throttles, selection, now));
  }

  private void leaveLine(Ask ask) {
    if (ask.place != null) {
      line.leave(ask.place);
      ask.place = null;
    }
  }

  private void handOver(Place place, Member member) {
    place.handed = desk.open(member, place.ask, time.epochMillis(), time.nanos());
    place.wake();
  }

  /**
   * What to do after an attempt with this lease has failed before any output. Settles the lease
   * when the answer is to rotate or to stop; a retry on the same credential keeps it open. The
   * waits that it names end before the deadline.
   */
  public Decision decide(Ask ask, Lease lease, Fault fault) {
    synchronized (lock) {
      long now = time.epochMillis();
      long nanos = time.nanos();
      ask.note(lease.member, fault, nanos);
      return switch (Verdict.of(situation(ask, lease, fault))) {
        case Verdict.Again(Duration wait) -> {
          ask.again(nanos + wait.toNanos());
          lease.renewedAt(nanos + wait.toNanos());
          yield new Decision.RetrySame(wait);
        }
        case Verdict.Next(Duration wait) -> {
          endTurn(ask, lease, fault, now);
          allowReturn(ask, lease, now);
          yield new Decision.Rotate(wait);
        }
        case Verdict.Relay() -> {
          endTurn(ask, lease, fault, now);
          yield new Decision.Stop(Exhaustion.relay(provider, fault));
        }
        case Verdict.GiveUp(Refusal.Cause cause) -> {
          endTurn(ask, lease, fault, now);
          Refusal why = Refusals.of(ask, cause, roster, throttles, selection, now);
          yield new Decision.Stop(exhausted(ask, why));
        }
      };
    }
  }

  private void endTurn(Ask ask, Lease lease, Fault fault, long now) {
    ask.endTurn(fault.kind());
    settleAt(lease, new Outcome.Faulted(fault, Usage.NONE), now);
  }

  private Verdict.Situation situation(Ask ask, Lease lease, Fault fault) {
    return new Verdict.Situation(
        options,
        fault,
        ask.attempt(),
        lease.probe || lease.returning,
        ask.turnsThatMet(fault.kind()) + 1,
        ask.turns(),
        hasUntried(ask),
        booking.isKnown(ask),
        ask.deadline().remaining(),
        random.nextDouble());
  }

  private boolean hasUntried(Ask ask) {
    for (Member member : roster.members()) {
      if (!member.needsReauth && !ask.hasTried(member)) {
        return true;
      }
    }
    return false;
  }

  // A time that the upstream told is worth waiting for; a guess of our own is not.
  private void allowReturn(Ask ask, Lease lease, long now) {
    Scope scope = roster.scopeIfKnown(ask.scope());
    Standing standing = scope == null ? null : scope.at(lease.member);
    Cooldown cooldown = standing == null || !standing.isClosed(now) ? null : standing.cooldown;
    boolean firstTurn = !lease.returning && !lease.probe;
    if (firstTurn && cooldown != null && cooldown.source() == Source.UPSTREAM) {
      ask.allowReturn(lease.member);
    }
  }

  /** The answer for the client when nothing is lent any more (rotation.md 5.10). */
  public Failure exhausted(Ask ask, Refusal why) {
    synchronized (lock) {
      return Exhaustion.of(provider, options, ask, why, time.epochMillis(), random.nextDouble());
    }
  }

  boolean settle(Lease lease, Outcome outcome) {
    synchronized (lock) {
      return settleAt(lease, outcome, time.epochMillis());
    }
  }

  private boolean settleAt(Lease lease, Outcome outcome, long now) {
    if (lease.settled) {
      return false;
    }
    lease.settled = true;
    desk.close(lease);
    boolean opened = book(lease, outcome, now);
    if (!line.isEmpty()) {
      passOn(lease, outcome, opened, now);
    }
    return true;
  }

  private boolean book(Lease lease, Outcome outcome, long now) {
    boolean opened =
        switch (outcome) {
          case Outcome.Succeeded(var _) -> booking.succeeded(lease, now);
          case Outcome.Cancelled(var _) -> {
            booking.cancelled(lease, now);
            yield false;
          }
          case Outcome.Faulted(Fault fault, var _) -> {
            booking.faulted(lease, fault, now);
            yield false;
          }
        };
    lease.endTrials();
    return opened;
  }

  private void passOn(Lease lease, Outcome outcome, boolean opened, long now) {
    if (opened || lease.gates().stream().anyMatch(Throttle.class::isInstance)) {
      line.offerAll(now);
    } else {
      line.offer(lease.member, now);
    }
    if (outcome instanceof Outcome.Faulted) {
      line.wakeAll();
    }
  }

  /**
   * The call that went first is alive, so the others may follow; what it found out is not known.
   */
  void proven(Lease lease) {
    synchronized (lock) {
      if (lease.settled || lease.probe) {
        return;
      }
      long now = time.epochMillis();
      lease.endTrials();
      for (Gate gate : lease.gates()) {
        if (gate.isHalfOpen(now)) {
          gate.open();
        }
      }
      line.offerAll(now);
    }
  }

  private void expire(long now, long nanos) {
    desk.expire(
        nanos,
        lease -> {
          booking.expired(lease);
          lease.endTrials();
          line.offer(lease.member, now);
        });
  }

  void leave(Place place) {
    synchronized (lock) {
      line.leave(place);
      Lease lease = place.handed;
      place.handed = null;
      if (place.ask.place == place) {
        place.ask.place = null;
      }
      if (lease != null) {
        giveBack(lease);
      }
    }
  }

  // It was never used, so it is not a use either.
  private void giveBack(Lease lease) {
    if (lease.settled) {
      return;
    }
    lease.settled = true;
    desk.close(lease);
    booking.expired(lease);
    lease.endTrials();
    line.offerAll(time.epochMillis());
  }

  long nanos() {
    return time.nanos();
  }

  /**
   * Housekeeping, every few seconds: takes dead leases back, wakes the calls whose cooldown has
   * ended, forgets what is idle, and lets all waits be reckoned anew after a step of the wall
   * clock.
   */
  public void tick() {
    synchronized (lock) {
      long now = time.epochMillis();
      expire(now, time.nanos());
      roster.sweep(now);
      throttles.sweep(now);
      if (line.isDue(now)) {
        line.offerAll(now);
      }
      long offset = clockOffset();
      if (Math.abs(offset - clockOffset) > CLOCK_STEP.toMillis()) {
        line.offerAll(now);
        line.wakeAll();
      }
      clockOffset = offset;
    }
  }

  private long clockOffset() {
    return time.epochMillis() - Duration.ofNanos(time.nanos()).toMillis();
  }

  /** Clears every cooldown, failure count and throttle, by order of a person. */
  public void clearCooldowns() {
    synchronized (lock) {
      roster.clear();
      throttles.clear();
      afterClearing();
    }
  }

  /**
   * Clears cooldowns and failure counts of one credential.
   *
   * @param id of the credential
   * @param scope model or quota group, {@link Cooldown#WHOLE_CREDENTIAL} for the lockout alone,
   *     null for all of them
   * @return whether the pool has that credential
   */
  public boolean clearCooldowns(String id, @Nullable String scope) {
    synchronized (lock) {
      Member member = roster.find(id);
      if (member == null) {
        return false;
      }
      roster.clear(member, scope);
      afterClearing();
      return true;
    }
  }

  private void afterClearing() {
    line.offerAll(time.epochMillis());
    line.wakeAll();
  }

  /** What the pool knows now. */
  public PoolView view() {
    synchronized (lock) {
      long now = time.epochMillis();
      expire(now, time.nanos());
      return PoolView.of(provider, options, roster, throttles, line.size(), desk.leases(), now);
    }
  }
}
