package dev.caravan.pool;

import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.Skipped;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of one provider: lends them, waits for them, rests them.
 *
 * <p>The way of a call: {@link #ask}, then {@link #choose} until it is lent a credential or
 * refused; a success is told to the lease, a failed attempt to {@link #decide}, which settles the
 * lease itself unless it answers "retry the same". A stream that breaks after its output has begun
 * is settled on the lease, without a decision. What a person may do is at {@link #operator}.
 *
 * <p>Thread-safe. No method blocks but {@link Place#await}; each takes the pool's lock once, for
 * microseconds, and nothing is logged, read or called back under it but {@link PoolMemory#changed}.
 * Leases are bound to the pool and survive {@link Pools#install}.
 */
public final class Pool {
  private static final long CLOCK_STEP = 60_000;
  private static final int TOO_LARGE_FOR_ALL = 3;

  final PoolLock lock = new PoolLock();
  final Parts parts;
  private final String provider;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Roster roster;
  private final Throttles throttles;
  private final Selection selection;
  private final Desk desk;
  private final Booking booking;
  private final Line line;
  private final Operator operator;
  private volatile PoolOptions options;
  private volatile List<Credential> credentials = List.of();
  private volatile long lastAsked;
  private long clockOffset;
  private PoolMemory.@Nullable Remembered earlier;

  /** What a pool is made of. */
  record Parts(
      Journal journal,
      Roster roster,
      Throttles throttles,
      FairCycle cycle,
      Caps caps,
      Bindings bindings,
      Pins pins,
      Cooldowns cooldowns,
      Tally tally,
      Keeper keeper,
      Baselines baselines) {

    static Parts of(String provider, PoolOptions options, PoolMemory memory) {
      Journal journal = new Journal(provider, memory);
      Roster roster = new Roster();
      FairCycle cycle = new FairCycle(roster, journal, options);
      Caps caps = new Caps(options);
      Pins pins = new Pins(options);
      Cooldowns cooldowns = new Cooldowns(journal, cycle, options);
      Throttles throttles = new Throttles(journal, cooldowns);
      Tally tally = new Tally(roster, cycle, journal, options);
      return new Parts(
          journal,
          roster,
          throttles,
          cycle,
          caps,
          new Bindings(options),
          pins,
          cooldowns,
          tally,
          new Keeper(roster, throttles, pins, tally, cycle, journal, options),
          new Baselines(roster, cooldowns, cycle, caps, journal, options));
    }

    void follow(PoolOptions now) {
      cycle.follow(now);
      bindings.follow(now);
      pins.follow(now);
      cooldowns.follow(now);
      tally.follow(now);
      keeper.follow(now);
      baselines.follow(now);
    }
  }

  Pool(
      String provider,
      PoolOptions options,
      TimeSource time,
      RandomGenerator random,
      PoolMemory memory,
      PoolMemory.@Nullable Remembered earlier) {
    this.provider = provider;
    this.earlier = earlier;
    this.options = options;
    this.time = time;
    this.random = random;
    this.parts = Parts.of(provider, options, memory);
    this.roster = parts.roster();
    this.throttles = parts.throttles();
    this.selection =
        new Selection(
            provider,
            roster,
            throttles,
            parts.cycle(),
            parts.caps(),
            parts.bindings(),
            parts.pins(),
            options,
            time,
            random);
    this.desk = new Desk(this, selection, throttles, options);
    this.booking =
        new Booking(
            roster,
            throttles,
            parts.tally(),
            parts.cooldowns(),
            parts.cycle(),
            parts.caps(),
            parts.bindings(),
            parts.journal(),
            witnesses(),
            options);
    this.line = new Line(selection, this::handOver);
    this.operator = new Operator(this);
    this.clockOffset = time.epochMillis() - time.nanos() / 1_000_000;
    this.lastAsked = time.nanos();
  }

  /**
   * Name of the provider; for a pool of a classifier, that of the classifier and a slash before it.
   */
  public String provider() {
    return provider;
  }

  public PoolOptions options() {
    return options;
  }

  public List<Credential> credentials() {
    return credentials;
  }

  /** What persons may do with it. */
  public Operator operator() {
    return operator;
  }

  /** Takes in what is known from earlier, once the first credentials are there. */
  private void remember(long now) {
    PoolMemory.Remembered known = earlier;
    earlier = null;
    if (known != null) {
      parts
          .journal()
          .silently(
              () -> {
                parts.keeper().restore(known.state(), now);
                known.since().forEach(change -> parts.keeper().replay(change, now));
              });
    }
  }

  void install(PoolOptions wanted, List<Credential> wantedCredentials) {
    lock.lock();
    try {
      long now = time.epochMillis();
      options = wanted;
      selection.follow(wanted);
      booking.follow(wanted);
      desk.follow(wanted);
      parts.follow(wanted);
      roster.install(wanted, wantedCredentials);
      remember(now);
      if (parts.caps().follow(wanted)) {
        parts.baselines().forgetCaps(now);
      }
      credentials = Arrays.stream(roster.members()).map(m -> m.credential).toList();
      line.offerAll(now);
      line.wakeAll();
    } finally {
      lock.unlock();
    }
  }

  /** Opens the wish of a call for a credential for a model, within the deadline of the call. */
  public Ask ask(Call call, ModelName model) {
    return ask(call, model, Wish.NONE);
  }

  /** The same, with what else the call asks for. */
  public Ask ask(Call call, ModelName model, Wish wish) {
    return new Ask(call, model, wish, options);
  }

  /**
   * Lends a credential, or tells how to wait, or refuses. Never blocks. A call that is waiting and
   * does not choose again closes its {@link Place}.
   */
  public Choice choose(Ask ask) {
    lock.lock();
    try {
      long nanos = time.nanos();
      long now = now(nanos);
      lastAsked = nanos;
      expire(now, nanos);
      if (line.isDue(now)) {
        line.offerAll(now);
      }
      Choice choice = chooseAt(ask, now, nanos);
      if (ask.wish().trace() != null) {
        tell(ask, choice, now);
      }
      return choice;
    } finally {
      lock.unlock();
    }
  }

  private Choice chooseAt(Ask ask, long now, long nanos) {
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

  private Refusal.@Nullable Cause over(Ask ask) {
    if (roster.members().length == 0) {
      return Refusal.Cause.NO_CREDENTIAL;
    }
    if (ask.deadline().isOver()) {
      return Refusal.Cause.DEADLINE;
    }
    if (!parts.pins().isEmpty() || ask.isPinned()) {
      if (selection.isPinnedToNobody(ask)) {
        return Refusal.Cause.NO_SUCH_CREDENTIAL;
      }
    }
    return isInAnyPlan(ask.requiredPriority()) ? null : Refusal.Cause.NOT_IN_PLAN;
  }

  private boolean isInAnyPlan(int required) {
    if (required == Integer.MAX_VALUE) {
      return true;
    }
    for (Roster.Tier tier : roster.tiers()) {
      if (tier.priority() <= required || tier.priority() == Credential.UNKNOWN_PRIORITY) {
        return true;
      }
    }
    return false;
  }

  private Choice lend(Member member, Ask ask, long now, long nanos) {
    leaveLine(ask);
    ask.endStickyWait();
    boolean passedOver = selection.passedOver();
    Lease lease = open(member, ask, now, nanos);
    lease.passedOver = passedOver;
    return new Choice.Lent(lease);
  }

  private Strikes.Witnesses witnesses() {
    return new Strikes.Witnesses() {
      @Override
      public long busySince() {
        return desk.busySince();
      }

      @Override
      public boolean underWaySince(long from) {
        return desk.leases().hasBegunAfter(from);
      }

      @Override
      public int inUse(int atMost) {
        return roster.inUse(atMost);
      }

      @Override
      public boolean areLeftBeside(Set<Member> struck) {
        return roster.areLeftBeside(struck, time.epochMillis());
      }
    };
  }

  private Lease open(Member member, Ask ask, long now, long nanos) {
    Lease lease = desk.open(member, ask, now, nanos);
    if (booking.isDoubtful(now)) {
      lease.watch();
    }
    return lease;
  }

  /**
   * What is in the way of credentials for this ask now, for its decision record; of large pools
   * only a part is looked at.
   */
  public List<Skipped> skipped(Ask ask) {
    lock.lock();
    try {
      return Skips.of(ask, roster, throttles, selection, time.epochMillis());
    } finally {
      lock.unlock();
    }
  }

  private Choice waitOrRefuse(Ask ask, long now, long nanos) {
    long left = ask.deadline().remaining().toNanos();
    boolean endKnown = selection.soonest != Selection.UNKNOWN;
    long endIn = endKnown ? millisToNanos(selection.soonest - now) : Long.MAX_VALUE;
    boolean released = selection.mayBeReleased;
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
    if (selection.waitsForSticky) {
      atMost = Math.min(atMost, Math.max(1, ask.stickyWaitEnd() - nanos));
    }
    line.join(place, endKnown ? selection.soonest : Long.MAX_VALUE);
    return new Choice.Wait(place, Duration.ofNanos(atMost), waitReason(endIn < left));
  }

  private String waitReason(boolean endsInTime) {
    if (selection.waitsForSticky) {
      return "session";
    }
    return selection.throttled ? "throttle" : endsInTime ? "cooldown" : "busy";
  }

  private static long millisToNanos(long millis) {
    return Duration.ofMillis(Math.min(millis, Integer.MAX_VALUE)).toNanos();
  }

  private Choice refuse(Ask ask, Refusal.Cause cause, long now) {
    leaveLine(ask);
    Refusal why = refusal(ask, cause, now);
    Journal journal = parts.journal();
    if (journal.isOn()) {
      long retryAt = why.retryAt() == null ? 0 : why.retryAt().toEpochMilli();
      journal.tell(new StateChange.PoolExhausted(provider, ask.modelScope(), retryAt, now));
    }
    return new Choice.Refused(why);
  }

  private Refusal refusal(Ask ask, Refusal.Cause cause, long now) {
    return Refusals.of(ask, cause, roster, throttles, selection, parts.pins(), now);
  }

  private void tell(Ask ask, Choice choice, long now) {
    var trace = ask.wish().trace();
    if (trace != null) {
      boolean probe = choice instanceof Choice.Lent(Lease lease) && lease.probe;
      trace.accept(Picks.of(options.mode(), ask, choice, probe, roster, throttles, selection, now));
    }
  }

  private void leaveLine(Ask ask) {
    if (ask.place != null) {
      line.leave(ask.place);
      ask.place = null;
    }
  }

  private void handOver(Place place, Member member) {
    place.ask.endStickyWait();
    place.handed = open(member, place.ask, time.epochMillis(), time.nanos());
    place.wake();
  }

  /**
   * What to do after an attempt with this lease has failed before any output. Settles the lease
   * when the answer is to rotate or to stop; a retry on the same credential keeps it open. The
   * waits that it names end before the deadline.
   */
  public Decision decide(Ask ask, Lease lease, Fault fault) {
    lock.lock();
    try {
      long nanos = time.nanos();
      long now = now(nanos);
      ask.note(lease.member, fault, nanos);
      return switch (Verdict.of(situation(ask, lease, fault))) {
        case Verdict.Again(Duration wait) -> {
          ask.again(nanos + wait.toNanos());
          lease.renewedAt(nanos + wait.toNanos());
          booking.hold(lease, fault, now + wait.toMillis(), now);
          yield new Decision.RetrySame(wait);
        }
        case Verdict.Next(Duration wait) -> {
          endTurn(ask, lease, fault, now);
          yield isTooLargeForAll(ask, fault, now)
              ? stop(ask, tooLarge(ask, now))
              : rotate(ask, lease, wait, now);
        }
        case Verdict.Relay() -> {
          endTurn(ask, lease, fault, now);
          yield new Decision.Stop(Exhaustion.relay(provider, fault));
        }
        case Verdict.GiveUp(Refusal.Cause cause) -> {
          endTurn(ask, lease, fault, now);
          yield stop(ask, refusal(ask, cause, now));
        }
      };
    } finally {
      lock.unlock();
    }
  }

  private Decision rotate(Ask ask, Lease lease, Duration wait, long now) {
    allowReturn(ask, lease, now);
    return new Decision.Rotate(wait);
  }

  private Decision stop(Ask ask, Refusal why) {
    return new Decision.Stop(
        Exhaustion.of(provider, options, ask, why, time.epochMillis(), random.nextDouble()));
  }

  /**
   * Three credentials in a row say with the same words that their quota is spent, and the
   * provider's own figures show that it is not: it is the request that does not fit (5.10).
   */
  private static boolean isTooLargeForAll(Ask ask, Fault fault, long now) {
    List<Cooldowns.Undo> failures = ask.quotaFailures();
    return fault.kind() == FaultClass.QUOTA_EXCEEDED
        && failures.size() >= TOO_LARGE_FOR_ALL
        && failures.stream().allMatch(f -> showsQuota(f.standing(), now));
  }

  private static boolean showsQuota(Standing standing, long now) {
    Window window = standing.primary();
    return window != null && window.showsQuota(now);
  }

  private Refusal tooLarge(Ask ask, long now) {
    ask.quotaFailures().forEach(what -> parts.cooldowns().undo(what, now));
    line.offerAll(now);
    return refusal(ask, Refusal.Cause.REQUEST_EXCEEDS_QUOTA, now);
  }

  private void endTurn(Ask ask, Lease lease, Fault fault, long now) {
    ask.endTurn(fault.kind());
    settleAt(lease, new Outcome.Faulted(fault, Usage.NONE), Settlement.PLAIN, now);
  }

  private Verdict.Situation situation(Ask ask, Lease lease, Fault fault) {
    boolean pinned = ask.isPinned() || parts.pins().of(ask) != null;
    return new Verdict.Situation(
        options,
        fault,
        ask.attempt(),
        lease.probe || lease.returning,
        ask.turnsThatMet(fault.kind()) + 1,
        ask.turns(),
        pinned,
        !pinned && hasUntried(ask),
        booking.isKnown(ask),
        ask.deadline().remaining(),
        random.nextDouble());
  }

  private boolean hasUntried(Ask ask) {
    for (Member member : roster.members()) {
      if (!member.isOff() && !ask.hasTried(member)) {
        return true;
      }
    }
    return false;
  }

  // A time that the upstream told is worth waiting for; a guess of our own is not.
  private void allowReturn(Ask ask, Lease lease, long now) {
    Standing standing = lease.member.at(roster.scopeIfKnown(ask.scope()));
    Cooldown cooldown = standing == null || !standing.isClosed(now) ? null : standing.cooldown;
    boolean firstTurn = !lease.returning && !lease.probe;
    if (firstTurn && cooldown != null && cooldown.source() == Source.UPSTREAM) {
      ask.allowReturn(lease.member);
    }
  }

  /** The answer for the client when nothing is lent any more (rotation.md 5.10). Pure. */
  public Failure exhausted(Ask ask, Refusal why) {
    return Exhaustion.of(provider, options, ask, why, time.epochMillis(), chance());
  }

  private double chance() {
    lock.lock();
    try {
      return random.nextDouble();
    } finally {
      lock.unlock();
    }
  }

  boolean settle(Lease lease, Outcome outcome, Settlement how) {
    lock.lock();
    try {
      return settleAt(lease, outcome, how, now(time.nanos()));
    } finally {
      lock.unlock();
    }
  }

  private boolean settleAt(Lease lease, Outcome outcome, Settlement how, long now) {
    if (lease.settled) {
      return false;
    }
    lease.settled = true;
    desk.close(lease);
    boolean opened = book(lease, outcome, how, now);
    if (!line.isEmpty()) {
      passOn(lease, outcome, opened, now);
    }
    return true;
  }

  private boolean book(Lease lease, Outcome outcome, Settlement how, long now) {
    boolean opened =
        switch (outcome) {
          case Outcome.Succeeded(Usage usage) -> booking.succeeded(lease, usage, how, now);
          case Outcome.Cancelled(Usage usage) -> {
            booking.cancelled(lease, usage, how, now);
            yield false;
          }
          case Outcome.Faulted(Fault fault, Usage usage) -> {
            booking.faulted(lease, fault, usage, how, now);
            yield false;
          }
        };
    boolean freed = lease.endTrials();
    return opened || freed;
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
    lock.lock();
    try {
      if (lease.settled || lease.probe) {
        return;
      }
      long now = time.epochMillis();
      boolean opened = lease.endTrials();
      opened |= booking.begun(lease, now);
      for (Gate gate : lease.gates()) {
        if (gate.isHalfOpen(now)) {
          gate.open();
          opened = true;
        }
      }
      if (opened) {
        line.offerAll(now);
      }
    } finally {
      lock.unlock();
    }
  }

  private void expire(long now, long nanos) {
    desk.expire(
        nanos,
        lease -> {
          booking.expired(lease);
          lease.endTrials();
          parts
              .journal()
              .tell(
                  () ->
                      new StateChange.LeaseExpired(
                          provider, lease.member.id, lease.ask.modelScope(), now));
          line.offer(lease.member, now);
        });
  }

  void leave(Place place) {
    lock.lock();
    try {
      line.leave(place);
      Lease lease = place.handed;
      place.handed = null;
      if (place.ask.place == place) {
        place.ask.place = null;
      }
      if (lease != null) {
        giveBack(lease);
      }
    } finally {
      lock.unlock();
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

  TimeSource time() {
    return time;
  }

  /** Nanoseconds since somebody last asked for a credential. */
  long idleNanos() {
    return time.nanos() - lastAsked;
  }

  /**
   * Housekeeping, every few seconds: takes dead leases back, wakes the calls whose cooldown has
   * ended, forgets what is idle.
   */
  public void tick() {
    lock.lock();
    try {
      long nanos = time.nanos();
      long now = now(nanos);
      expire(now, nanos);
      throttles.sweep(now);
      parts.bindings().sweep(now);
      if (line.isDue(now)) {
        line.offerAll(now);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The wall clock. When it was set by more than a minute all times that were reckoned from it move
   * with it: a rest of ten seconds stays one of ten seconds (rotation.md 6.1).
   */
  private long now(long nanos) {
    long now = time.epochMillis();
    long step = now - nanos / 1_000_000 - clockOffset;
    if (step > CLOCK_STEP || step < -CLOCK_STEP) {
      clockOffset += step;
      roster.shift(step);
      throttles.shift(step);
      booking.shift(step);
      desk.shift(step);
      line.shift(step);
      line.offerAll(now);
      line.wakeAll();
    } else {
      clockOffset += step;
    }
    return now;
  }

  /** Takes a provider's own figures of a quota of one credential; false when it is not known. */
  public boolean take(String credential, Baseline baseline) {
    lock.lock();
    try {
      long now = now(time.nanos());
      Member member = roster.named(credential);
      if (member == null) {
        return false;
      }
      parts.baselines().take(member, baseline, now);
      line.offerAll(now);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A glance at one credential.
   *
   * @param off whether it is out of use until a person or a new login brings it back
   * @param rests whether it rests for some scope
   * @param lastUsed when a call with it ended last, in milliseconds since 1970; 0 for never
   * @param lastSuccess when it answered last, 0 for never
   */
  public record Glance(boolean off, boolean rests, long lastUsed, long lastSuccess) {}

  /** How a credential stands, null when it is not configured; cheaper than a view of all. */
  public @Nullable Glance glance(String credential) {
    lock.lock();
    try {
      long now = now(time.nanos());
      Member member = roster.find(credential);
      if (member == null) {
        return null;
      }
      boolean[] rests = {member.whole.isClosed(now)};
      member.standings().forEach(standing -> rests[0] |= standing.isClosed(now));
      return new Glance(member.isOff(), rests[0], member.totals.lastUsed(), member.lastSuccess);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the calendar windows whose time has come, so that views show it before the next use. A
   * running cooldown keeps its own time (rotation.md 5.7).
   *
   * @return windows that ended
   */
  public int endWindows() {
    lock.lock();
    try {
      long now = now(time.nanos());
      int ended = 0;
      for (Member member : roster.all()) {
        ended += parts.baselines().endWindows(member, now);
      }
      line.offerAll(now);
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** All that has to be known after a restart. */
  public PoolState state() {
    lock.lock();
    try {
      return parts.keeper().state(now(time.nanos()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same, of these credentials alone, so that it takes the lock for as long as they need.
   *
   * @param ids of credentials; those that the pool has never had are passed over
   */
  public PoolState state(Collection<String> ids) {
    lock.lock();
    try {
      List<Member> members = new ArrayList<>(ids.size());
      for (String id : ids) {
        Member member = roster.find(id);
        if (member != null) {
          members.add(member);
        }
      }
      return parts.keeper().state(members, now(time.nanos()));
    } finally {
      lock.unlock();
    }
  }

  /** Takes in another record of the same pool: the higher counts and the later ends of both. */
  public void merge(PoolState state) {
    lock.lock();
    try {
      long now = now(time.nanos());
      parts.keeper().merge(state, now);
      line.wakeAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes in another record of the same pool in place of what is known. */
  public void replace(PoolState state) {
    lock.lock();
    try {
      long now = now(time.nanos());
      roster.forgetAll();
      parts.keeper().restore(state, now);
      line.offerAll(now);
      line.wakeAll();
    } finally {
      lock.unlock();
    }
  }

  /** Clears every cooldown, failure count, mark and throttle, by order of a person. */
  public void clearCooldowns() {
    operator.clearAll();
  }

  /** See {@link Operator#clear}. */
  public boolean clearCooldowns(String id, @Nullable String scope) {
    return operator.clear(id, scope);
  }

  void afterOrder(long now) {
    line.offerAll(now);
    line.wakeAll();
  }

  /** What the pool knows now. */
  public PoolView view() {
    lock.lock();
    try {
      long nanos = time.nanos();
      long now = now(nanos);
      expire(now, nanos);
      Map<String, List<String>> groups = new TreeMap<>();
      options
          .quotaGroups()
          .asMap()
          .forEach((model, group) -> groups.merge(group, List.of(model), Pool::both));
      return new PoolView(
          provider,
          options.mode(),
          Arrays.stream(roster.members())
              .map(m -> PoolView.of(m, parts.caps(), parts.cycle(), options, now))
              .toList(),
          throttles.all().stream()
              .filter(t -> t.isClosed(now))
              .map(
                  t ->
                      new PoolView.ThrottleView(
                          t.scope, t.kind, t.evidence, java.time.Instant.ofEpochMilli(t.until)))
              .toList(),
          groups,
          parts.keeper().cycles(),
          parts.pins().state(),
          parts.pins().ofProvider(),
          line.size(),
          desk.leases().active(),
          desk.leases().expired(),
          parts.bindings().size());
    } finally {
      lock.unlock();
    }
  }

  private static List<String> both(List<String> some, List<String> more) {
    return java.util.stream.Stream.concat(some.stream(), more.stream()).sorted().toList();
  }
}
