package dev.caravan.pool;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What outcomes do to the credentials: uses, cooldowns, lockouts, throttles (rotation.md 4.4, 5.7
 * to 5.9). The only place that makes a cooldown. Guarded by the pool's lock.
 */
final class Booking {
  private static final Duration LONGEST_BELIEVED_HINT = Duration.ofDays(30);
  private static final Duration UNPAID = Duration.ofHours(1);
  private static final Duration MODEL_LONG = Duration.ofHours(1);
  private static final Duration MODEL_SHORT = Duration.ofMinutes(5);
  private static final Duration DISTINCT_SCOPES = Duration.ofMinutes(5);
  private static final Duration OVERLOAD_FIRST = Duration.ofSeconds(5);
  private static final Duration OVERLOAD_LONGEST = Duration.ofSeconds(20);
  private static final int[] AUTH_LADDER = {1, 3, 12};
  private static final int PAYMENT_REQUIRED = 402;

  private final Roster roster;
  private final Throttles throttles;
  private final Strikes strikes = new Strikes();
  private PoolOptions options;

  Booking(Roster roster, Throttles throttles, PoolOptions options) {
    this.roster = roster;
    this.throttles = throttles;
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
  boolean succeeded(Lease lease, long now) {
    Member member = lease.member;
    Ask ask = lease.ask;
    member.requests++;
    member.successes++;
    member.succeeded(now);
    strikes.answered(ask.modelScope(), lease.startedAt);
    open(member.whole, lease, now);
    if (!member.gone) {
      Scope scope = roster.scope(ask.scope(), now);
      scope.answered = true;
      Standing standing = scope.standing(member);
      standing.used(now, options.usageWindow());
      standing.failures = 0;
      open(standing, lease, now);
      if (lease.moves) {
        scope.sticky = member;
      }
      if (ask.isGrouped()) {
        openModel(lease, now);
      }
    }
    return throttles.answered(ask, now);
  }

  private void openModel(Lease lease, long now) {
    Scope scope = roster.scopeIfKnown(lease.ask.modelScope());
    Standing standing = scope == null ? null : scope.at(lease.member);
    if (standing != null) {
      standing.failures = 0;
      open(standing, lease, now);
    }
  }

  // A success of a call that began before the cooldown says nothing about it.
  private static void open(Standing standing, Lease lease, long now) {
    if (standing.isHalfOpen(now) || (lease.probe && lease.isTrialOf(standing))) {
      standing.open();
    }
  }

  /** The client left: a use of the credential, but neither success nor failure. */
  void cancelled(Lease lease, long now) {
    lease.member.requests++;
    use(lease, now);
    endProbe(lease, false);
  }

  /** Nobody settled it in time. */
  void expired(Lease lease) {
    endProbe(lease, false);
  }

  void faulted(Lease lease, Fault fault, long now) {
    Rule rule = Rule.of(fault.kind());
    if (rule.counts()) {
      lease.member.requests++;
      lease.member.failures++;
      use(lease, now);
    }
    Standing target = target(lease, rule.rest(), now);
    Standing probed = target != null && lease.probe && lease.isTrialOf(target) ? target : null;
    endProbe(lease, probed != null);
    prolongThrottles(lease, fault, now);
    if (probed != null) {
      replaceByHint(probed, fault, now);
    } else if (isOfProvider(rule, fault)) {
      throttleProvider(lease.ask, rule, fault, now);
      strike(lease, rule, fault, null, null, 0, now);
    } else if (!throttles.explains(lease.ask, fault, now)) {
      restAndStrike(lease, rule, fault, target, now);
    }
  }

  private boolean isOfProvider(Rule rule, Fault fault) {
    return rule.rest() == Rule.Rest.THROTTLE || isLimitOfAll(fault);
  }

  private boolean isLimitOfAll(Fault fault) {
    return fault.kind() == FaultClass.RATE_LIMIT && options.rateLimitScope() != RateLimitScope.KEY;
  }

  private void throttleProvider(Ask ask, Rule rule, Fault fault, long now) {
    if (rule.rest() == Rule.Rest.THROTTLE) {
      throttles.pause(ask.modelScope(), fault, now, OVERLOAD_FIRST, OVERLOAD_LONGEST);
    } else {
      throttles.pause(
          Throttles.WHOLE_PROVIDER, fault, now, options.eventPause(), Throttles.LONGEST);
    }
  }

  private void restAndStrike(
      Lease lease, Rule rule, Fault fault, @Nullable Standing target, long now) {
    Cooldown before = target == null ? null : target.cooldown;
    int failuresBefore = target == null ? 0 : target.failures;
    if (target != null) {
      rest(lease, rule.rest(), fault, target, now);
    }
    if (rule.rest() == Rule.Rest.REAUTH) {
      lease.member.needsReauth = true;
    }
    strike(lease, rule, fault, target, before, failuresBefore, now);
  }

  /** Which standing a fault rests, null when it rests none. */
  private @Nullable Standing target(Lease lease, Rule.Rest rest, long now) {
    if (lease.member.gone) {
      return null;
    }
    return switch (rest) {
      case LADDER, QUOTA -> roster.scope(lease.ask.scope(), now).standing(lease.member);
      case MODEL_LONG -> roster.scope(lease.ask.modelScope(), now).standing(lease.member);
      case MODEL_SHORT ->
          isKnown(lease.ask)
              ? roster.scope(lease.ask.modelScope(), now).standing(lease.member)
              : null;
      case LOCKOUT -> lease.member.whole;
      case NONE, REAUTH, THROTTLE -> null;
    };
  }

  private void rest(Lease lease, Rule.Rest rest, Fault fault, Standing target, long now) {
    Duration hint = believable(fault);
    switch (rest) {
      case LADDER, QUOTA -> {
        int nth = target.failed(now);
        if (hint != null) {
          cool(target, fault, Source.UPSTREAM, hint, now);
        } else if (rest == Rule.Rest.QUOTA && fault.status() == PAYMENT_REQUIRED) {
          cool(target, fault, Source.SYSTEM, UNPAID, now);
        } else {
          cool(target, fault, Source.SYSTEM, ladder(nth), now);
        }
        lockAfterDistinctScopes(lease, fault, now);
      }
      case LOCKOUT -> {
        int nth = Math.min(target.failed(now), AUTH_LADDER.length);
        Duration time = options.authCooldown().multipliedBy(AUTH_LADDER[nth - 1]);
        cool(target, fault, Source.SYSTEM, time, now);
      }
      case MODEL_LONG -> cool(target, fault, Source.SYSTEM, MODEL_LONG, now);
      case MODEL_SHORT -> cool(target, fault, Source.SYSTEM, MODEL_SHORT, now);
      case NONE, REAUTH, THROTTLE -> {}
    }
  }

  private void lockAfterDistinctScopes(Lease lease, Fault fault, long now) {
    int scopes = lease.member.failedOn(lease.ask.scope(), now);
    int limit = options.lockoutDistinctModels();
    if (limit > 0 && scopes >= limit) {
      String evidence = "multi_model_failures: " + scopes + " scopes within 600 s";
      long end = now + DISTINCT_SCOPES.toMillis();
      lease.member.whole.cool(
          fault.kind(), Source.SYSTEM, evidence, now, end, options.probeFirst());
    }
  }

  private void cool(Standing target, Fault fault, Source source, Duration time, long now) {
    long end = now + time.toMillis();
    target.cool(fault.kind(), source, fault.evidence(), now, end, options.probeFirst());
  }

  private Duration ladder(int nth) {
    List<Duration> tiers = options.backoffTiers();
    return nth <= tiers.size() ? tiers.get(nth - 1) : options.backoffMax();
  }

  private static @Nullable Duration believable(Fault fault) {
    Duration hint = fault.retryAfter();
    boolean believed =
        hint != null && hint.isPositive() && hint.compareTo(LONGEST_BELIEVED_HINT) <= 0;
    return believed ? hint : null;
  }

  // A failed probe knows better than the time that was told before: it may shorten it.
  private static void replaceByHint(Standing target, Fault fault, long now) {
    Duration hint = believable(fault);
    if (hint != null) {
      target.replaceEnd(fault.kind(), fault.evidence(), now, now + hint.toMillis());
    }
  }

  private void endProbe(Lease lease, boolean failed) {
    if (!lease.probe) {
      return;
    }
    for (Gate gate : lease.gates()) {
      if (gate instanceof Standing standing) {
        standing.probed(lease.startedAt, failed, options.probeMax());
      }
    }
  }

  private static void prolongThrottles(Lease lease, Fault fault, long now) {
    boolean blamesProvider = fault.kind().blame() == FaultClass.Blame.PROVIDER;
    for (Gate gate : lease.gates()) {
      if (gate instanceof Throttle t
          && t.isHalfOpen(now)
          && (blamesProvider || t.kind == fault.kind())) {
        t.prolong(now);
      }
    }
  }

  private void strike(
      Lease lease,
      Rule rule,
      Fault fault,
      @Nullable Standing standing,
      @Nullable Cooldown before,
      int failuresBefore,
      long now) {
    if (!rule.isEvent() || lease.member.gone) {
      return;
    }
    Cooldown set =
        standing == null || Objects.equals(standing.cooldown, before) ? null : standing.cooldown;
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
                standing,
                before,
                failuresBefore,
                set),
            options,
            roster.members().length);
    if (!event.isEmpty()) {
      boolean ofOneModel = event.stream().allMatch(s -> s.model().equals(ask.modelScope()));
      String scope = ofOneModel ? ask.modelScope() : Throttles.WHOLE_PROVIDER;
      throttles.pause(scope, fault, now, options.eventPause(), Throttles.LONGEST);
      event.forEach(s -> s.withdraw(now));
    }
  }

  private void use(Lease lease, long now) {
    if (!lease.member.gone) {
      roster.scope(lease.ask.scope(), now).standing(lease.member).used(now, options.usageWindow());
    }
  }
}
