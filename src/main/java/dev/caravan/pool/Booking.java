package dev.caravan.pool;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What outcomes do to the credentials: uses, cooldowns, lockouts, throttles (rotation.md 4.4, 5.7
 * to 5.9). Guarded by the pool's lock.
 */
final class Booking {
  private static final Duration LONGEST_BELIEVED_HINT = Duration.ofDays(30);
  private static final Duration UNPAID = Duration.ofHours(1);
  private static final Duration MODEL_LONG = Duration.ofHours(1);
  private static final Duration MODEL_SHORT = Duration.ofMinutes(5);
  private static final Duration DISTINCT_SCOPES = Duration.ofMinutes(5);
  private static final Duration OVERLOAD_FIRST = Duration.ofSeconds(5);
  private static final int[] AUTH_LADDER = {1, 3, 12};
  private static final int PAYMENT_REQUIRED = 402;

  private final Roster roster;
  private final Throttles throttles;
  private final Tally tally;
  private final Cooldowns cooldowns;
  private final FairCycle cycle;
  private final Caps caps;
  private final Bindings bindings;
  private final Journal journal;
  private final Strikes strikes = new Strikes();
  private final Strikes.Witnesses witnesses;
  private PoolOptions options;

  Booking(
      Roster roster,
      Throttles throttles,
      Tally tally,
      Cooldowns cooldowns,
      FairCycle cycle,
      Caps caps,
      Bindings bindings,
      Journal journal,
      Strikes.Witnesses witnesses,
      PoolOptions options) {
    this.roster = roster;
    this.throttles = throttles;
    this.tally = tally;
    this.cooldowns = cooldowns;
    this.cycle = cycle;
    this.caps = caps;
    this.bindings = bindings;
    this.journal = journal;
    this.witnesses = witnesses;
    this.options = options;
  }

  void follow(PoolOptions now) {
    options = now;
  }

  boolean isKnown(Ask ask) {
    Scope scope = roster.scopeIfKnown(ask.modelScope());
    return ask.isGrouped()
        || (scope != null && scope.answered)
        || options.knownModels().contains(ask.model().upstreamModel());
  }

  /**
   * The answer came to its end.
   *
   * @return whether a throttle ended by it
   */
  boolean succeeded(Lease lease, Usage usage, Settlement how, long now) {
    Member member = lease.member;
    Ask ask = lease.ask;
    int times = how.requests() < 0 ? 1 : how.requests();
    Standing standing = use(lease, times, StateChange.Result.SUCCESS, usage, how, now);
    member.succeeded(now);
    strikes.answered(ask.modelScope(), lease.startedAt);
    open(member, member.whole, lease, now);
    standing.failures = 0;
    standing.scope.answered = true;
    open(member, standing, lease, now);
    if (ask.isGrouped()) {
      openModel(lease, now);
    }
    if (lease.moves && !member.gone) {
      standing.scope.sticky = member;
    }
    if (ask.session() != null && !member.gone) {
      bindings.bind(ask.session(), ask.scope(), member, lease.moves, now);
    }
    capsOf(lease, standing, now);
    hook(lease, standing, how, now);
    return throttles.answered(ask, member, lease.startedAt, now);
  }

  /** Whether there are failures that an answer would help to explain. */
  boolean isDoubtful(long now) {
    return !strikes.isEmpty(now, options);
  }

  /**
   * An answer has begun.
   *
   * @return whether a throttle ended by it
   */
  boolean begun(Lease lease, long now) {
    strikes.answered(lease.ask.modelScope(), lease.startedAt);
    return throttles.begun(lease.ask, lease.member, lease.startedAt, now);
  }

  private void capsOf(Lease lease, Standing standing, long now) {
    if (caps.isEmpty()) {
      return;
    }
    caps.check(lease.member, standing, cooldowns, journal, now);
    Standing ofModel = lease.member.at(roster.scopeIfKnown(lease.ask.modelScope()));
    if (ofModel != null && ofModel != standing) {
      caps.check(lease.member, ofModel, cooldowns, journal, now);
    }
  }

  private void openModel(Lease lease, long now) {
    Standing standing = lease.member.at(roster.scopeIfKnown(lease.ask.modelScope()));
    if (standing != null) {
      standing.failures = 0;
      standing.scope.answered = true;
      open(lease.member, standing, lease, now);
    }
  }

  // A success of a call that began before the cooldown says nothing about it.
  private void open(Member member, Standing standing, Lease lease, long now) {
    if (standing.isHalfOpen(now)) {
      standing.open();
    } else if (standing.until != 0 && lease.probe && lease.isTrialOf(standing)) {
      cooldowns.end(member, standing, StateChange.ClearReason.RECOVERED_EARLY, now);
      cycle.unmark(member, standing, now);
    }
  }

  /** What a provider's own code knows better. */
  private void hook(Lease lease, Standing standing, Settlement how, long now) {
    Duration rest = how.cooldown();
    if (rest != null && rest.isPositive()) {
      Cooldown told =
          Cooldown.of(
                  standing.scope.key,
                  FaultClass.QUOTA_EXCEEDED,
                  Source.PROVIDER_HOOK,
                  "hook of the provider",
                  now,
                  now + rest.toMillis())
              .because("provider_hook");
      cooldowns.set(lease.member, standing, told, now);
    }
    if (how.exhausted()) {
      cycle.exhaust(lease.member, standing, now);
    }
  }

  /** The client left: a use of the credential, but neither success nor failure. */
  void cancelled(Lease lease, Usage usage, Settlement how, long now) {
    int times = how.requests() < 0 ? 1 : how.requests();
    use(lease, times, StateChange.Result.OPEN, usage, how, now);
    endProbe(lease, false);
  }

  /** Nobody settled it in time. */
  void expired(Lease lease) {
    endProbe(lease, false);
  }

  void faulted(Lease lease, Fault fault, Usage usage, Settlement how, long now) {
    Rule rule = Rule.of(fault.kind());
    int times = how.requests() < 0 ? timesOf(rule, fault) : how.requests();
    boolean clients = fault.kind().blame() == FaultClass.Blame.CLIENT;
    if (times > 0 || !usage.isEmpty()) {
      StateChange.Result result = clients ? StateChange.Result.OPEN : StateChange.Result.FAILURE;
      Standing standing = use(lease, times, result, usage, how, now);
      hook(lease, standing, how, now);
    }
    Standing target = target(lease, rule.rest(), now);
    Standing probed = target != null && lease.probe && lease.isTrialOf(target) ? target : null;
    endProbe(lease, probed != null);
    prolongThrottles(lease, fault, now);
    if (probed != null) {
      replaceByHint(lease.member, probed, fault, now);
    } else if (isOfProvider(rule, fault)) {
      throttleProvider(lease.ask, rule, fault, now);
      strike(lease, rule, fault, null, now);
    } else if (!throttles.explains(lease.ask, fault, now)) {
      restAndStrike(lease, rule, fault, target, now);
    }
  }

  /**
   * A call waits for the short time that its credential was told; the others would be told the
   * same.
   */
  void hold(Lease lease, Fault fault, long comesBackAt, long now) {
    Rule rule = Rule.of(fault.kind());
    boolean limited = rule.rest() == Rule.Rest.LADDER || rule.rest() == Rule.Rest.QUOTA;
    Standing target = limited && believable(fault) != null ? target(lease, rule.rest(), now) : null;
    if (target != null) {
      target.holdFor(lease, comesBackAt);
      learnPace(target, fault, now);
      begins(target, comesBackAt);
    }
  }

  private static void learnPace(Standing target, Fault fault, long now) {
    Duration hint = believable(fault);
    if (fault.kind() == FaultClass.RATE_LIMIT
        && hint != null
        && hint.toMillis() <= Pace.MINUTE + 1_000) {
      Pace pace = target.pace;
      if (pace == null) {
        pace = new Pace();
        target.pace = pace;
        target.scope.paced = true;
      }
      pace.refused(now + hint.toMillis());
    }
  }

  /** A call begins that counts for the pace of its credential. */
  static void begins(@Nullable Standing standing, long at) {
    if (standing != null && standing.pace != null) {
      standing.pace.begins(at);
    }
  }

  private int timesOf(Rule rule, Fault fault) {
    boolean billed =
        options.countsFailedRequests()
            && fault.status() != 0
            && fault.kind().blame() == FaultClass.Blame.CLIENT;
    return rule.counts() || billed ? 1 : 0;
  }

  private boolean isOfProvider(Rule rule, Fault fault) {
    return rule.rest() == Rule.Rest.THROTTLE || isLimitOfAll(fault);
  }

  private boolean isLimitOfAll(Fault fault) {
    return fault.kind() == FaultClass.RATE_LIMIT && options.rateLimitScope() != RateLimitScope.KEY;
  }

  private void throttleProvider(Ask ask, Rule rule, Fault fault, long now) {
    if (rule.rest() == Rule.Rest.THROTTLE) {
      throttles.pause(ask.modelScope(), fault, now, OVERLOAD_FIRST, options.overloadMax());
    } else {
      Duration guess = options.rateLimitCooldown();
      throttles.pause(
          Throttles.WHOLE_PROVIDER,
          fault,
          now,
          guess == null ? options.eventPause() : guess,
          Throttles.LONGEST);
    }
  }

  private void restAndStrike(
      Lease lease, Rule rule, Fault fault, @Nullable Standing target, long now) {
    Cooldowns.Undo undo = null;
    if (target != null) {
      Cooldown before = target.cooldown;
      int failuresBefore = target.failures;
      boolean wasMarked = cycle.isMarked(lease.member, target);
      rest(lease, rule.rest(), fault, target, now);
      Cooldown set = Objects.equals(target.cooldown, before) ? null : target.cooldown;
      boolean marked = !wasMarked && cycle.isMarked(lease.member, target);
      undo = new Cooldowns.Undo(lease.member, target, before, failuresBefore, set, marked);
      lease.ask.did(fault, undo);
    }
    if (rule.rest() == Rule.Rest.REAUTH) {
      needsReauth(lease.member, now);
    }
    strike(lease, rule, fault, undo, now);
  }

  private void needsReauth(Member member, long now) {
    member.needsReauth = true;
    journal.tell(
        () -> new StateChange.Switched(journal.provider, member.id, member.disabled, true, now));
  }

  /** Which standing a fault rests, null when it rests none. */
  private @Nullable Standing target(Lease lease, Rule.Rest rest, long now) {
    Ask ask = lease.ask;
    if (lease.member.gone) {
      return null;
    }
    return switch (rest) {
      case LADDER, QUOTA ->
          roster.standing(roster.scope(ask.scope(), ask.scopeKind(), now), lease.member);
      case MODEL_LONG -> ofModel(lease, now);
      case MODEL_SHORT -> isKnown(ask) ? ofModel(lease, now) : null;
      case LOCKOUT -> lease.member.whole;
      case NONE, REAUTH, THROTTLE -> null;
    };
  }

  private Standing ofModel(Lease lease, long now) {
    Scope model = roster.scope(lease.ask.modelScope(), ScopeKind.MODEL, now);
    return roster.standing(model, lease.member);
  }

  private void rest(Lease lease, Rule.Rest rest, Fault fault, Standing target, long now) {
    Duration hint = believable(fault);
    switch (rest) {
      case LADDER, QUOTA -> {
        int nth = target.failed(now);
        learnPace(target, fault, now);
        if (hint != null) {
          cool(lease, target, fault, Source.UPSTREAM, hint, now);
        } else if (rest == Rule.Rest.QUOTA && fault.status() == PAYMENT_REQUIRED) {
          cool(lease, target, fault, Source.SYSTEM, UNPAID, now);
        } else {
          cool(lease, target, fault, Source.SYSTEM, withoutHint(rest, nth), now);
        }
        lockAfterDistinctScopes(lease, fault, now);
      }
      case LOCKOUT -> {
        int nth = Math.min(target.failed(now), AUTH_LADDER.length);
        Duration time = options.authCooldown().multipliedBy(AUTH_LADDER[nth - 1]);
        cool(lease, target, fault, Source.SYSTEM, time, now);
      }
      case MODEL_LONG -> cool(lease, target, fault, Source.SYSTEM, MODEL_LONG, now);
      case MODEL_SHORT -> cool(lease, target, fault, Source.SYSTEM, MODEL_SHORT, now);
      case NONE, REAUTH, THROTTLE -> {}
    }
  }

  private void lockAfterDistinctScopes(Lease lease, Fault fault, long now) {
    int scopes = lease.member.failedOn(lease.ask.scope(), now);
    int limit = options.lockoutDistinctModels();
    if (limit > 0 && scopes >= limit) {
      Cooldown lock =
          Cooldown.of(
                  Cooldown.WHOLE_CREDENTIAL,
                  fault.kind(),
                  Source.SYSTEM,
                  "failures on " + scopes + " models or groups within 600 s",
                  now,
                  now + DISTINCT_SCOPES.toMillis())
              .because("multi_model_failures");
      cooldowns.set(lease.member, lease.member.whole, lock, now);
    }
  }

  private void cool(
      Lease lease, Standing target, Fault fault, Source source, Duration time, long now) {
    long end = now + time.toMillis();
    Cooldown wanted =
        Cooldown.of(target.scope.key, fault.kind(), source, evidence(fault), now, end);
    cooldowns.set(lease.member, target, wanted, now);
  }

  private static String evidence(Fault fault) {
    String text = fault.evidence();
    return text.length() <= 200 ? text : text.substring(0, 200);
  }

  private Duration withoutHint(Rule.Rest rest, int nth) {
    List<Duration> tiers = options.backoffTiers();
    Duration step = nth <= tiers.size() ? tiers.get(nth - 1) : options.backoffMax();
    Duration least = rest == Rule.Rest.LADDER ? options.rateLimitCooldown() : null;
    return least != null && least.compareTo(step) > 0 ? least : step;
  }

  private static @Nullable Duration believable(Fault fault) {
    Duration hint = fault.retryAfter();
    boolean believed =
        hint != null && hint.isPositive() && hint.compareTo(LONGEST_BELIEVED_HINT) <= 0;
    return believed ? hint : null;
  }

  // A failed probe knows better than the time that was told before: it may shorten it.
  private void replaceByHint(Member member, Standing target, Fault fault, long now) {
    Duration hint = believable(fault);
    if (hint != null) {
      cooldowns.replace(member, target, fault.kind(), evidence(fault), now + hint.toMillis(), now);
    }
  }

  private void endProbe(Lease lease, boolean failed) {
    if (!lease.probe) {
      return;
    }
    for (Gate gate : lease.gates()) {
      if (gate instanceof Standing standing) {
        cooldowns.probed(lease.member, standing, lease.startedAt, failed, options.probeMax());
      }
    }
  }

  private void prolongThrottles(Lease lease, Fault fault, long now) {
    boolean blamesProvider = fault.kind().blame() == FaultClass.Blame.PROVIDER;
    for (Gate gate : lease.gates()) {
      if (gate instanceof Throttle t
          && t.isHalfOpen(now)
          && (blamesProvider || t.kind == fault.kind())) {
        throttles.prolong(t, lease.member, now);
      }
    }
  }

  private void strike(
      Lease lease, Rule rule, Fault fault, Cooldowns.@Nullable Undo undo, long now) {
    if (!rule.isEvent() || lease.member.gone) {
      return;
    }
    Ask ask = lease.ask;
    List<Strikes.Strike> event =
        strikes.add(
            new Strikes.Strike(
                lease.member,
                fault.kind(),
                fault.status(),
                ask.modelScope(),
                ask.call().id(),
                now,
                undo),
            options,
            witnesses);
    if (!event.isEmpty()) {
      throttles.conclude(event, fault, now, options.eventPause());
    }
  }

  private Standing use(
      Lease lease, int times, StateChange.Result result, Usage usage, Settlement how, long now) {
    Ask ask = lease.ask;
    return tally.count(
        lease.member, ask.modelScope(), ask.group(), times, result, usage, how.cost(), now);
  }

  void shift(long millis) {
    strikes.shift(millis);
  }
}
