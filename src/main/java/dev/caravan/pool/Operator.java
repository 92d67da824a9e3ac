package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What persons may do with a pool (rotation.md 11). Each order holds at once, wakes the calls that
 * wait, and is told to the {@link PoolMemory}.
 *
 * <p>Credentials are named by id, fingerprint or label. Every order that names one answers false
 * when the pool has none of that name. A trial call on a credential that rests is an {@link
 * Pool#ask(dev.caravan.call.Call, dev.caravan.call.ModelName, Wish) ask} with {@link
 * Wish#of(String, boolean) force}. Thread-safe.
 */
public final class Operator {
  private static final Duration LONGEST = Duration.ofDays(366);

  private final Pool pool;
  private final Pool.Parts parts;

  Operator(Pool pool) {
    this.pool = pool;
    this.parts = pool.parts;
  }

  /** Something to be done under the lock; false when it has changed nothing. */
  private interface Order {
    boolean at(long now);
  }

  private boolean give(Order order) {
    pool.lock.lock();
    try {
      long now = pool.time().epochMillis();
      boolean done = order.at(now);
      if (done) {
        pool.afterOrder(now);
      }
      return done;
    } finally {
      pool.lock.unlock();
    }
  }

  /** The credential of that name, empty when the pool has none. */
  public Optional<Credential> find(String name) {
    pool.lock.lock();
    try {
      Member member = parts.roster().named(name);
      return member == null ? Optional.empty() : Optional.of(member.credential);
    } finally {
      pool.lock.unlock();
    }
  }

  /**
   * Clears cooldowns, failure counts and marks of the fair cycle of one credential.
   *
   * @param scope model or quota group, {@link Cooldown#WHOLE_CREDENTIAL} for the lockout alone,
   *     null for all of them
   */
  public boolean clear(String name, @Nullable String scope) {
    return give(
        now -> {
          Member member = parts.roster().named(name);
          if (member == null) {
            return false;
          }
          clearScopes(member, scope, now);
          return true;
        });
  }

  /** The same for all credentials; ends pauses of the provider too. */
  public void clearAll() {
    give(
        now -> {
          for (Member member : parts.roster().members()) {
            clearScopes(member, null, now);
          }
          for (Throttle throttle : java.util.List.copyOf(parts.throttles().all())) {
            parts.throttles().end(throttle.scope, now);
          }
          return true;
        });
  }

  private void clearScopes(Member member, @Nullable String scope, long now) {
    parts.throttles().forgive(member);
    if (scope == null || scope.equals(Cooldown.WHOLE_CREDENTIAL)) {
      clear(member, member.whole, now);
      member.forgetFailures();
    }
    member
        .standings()
        .forEach(
            standing -> {
              if (scope == null || standing.scope.key.equals(scope)) {
                clear(member, standing, now);
              }
            });
  }

  private void clear(Member member, Standing standing, long now) {
    parts.cooldowns().end(member, standing, StateChange.ClearReason.OPERATOR, now);
    parts.cycle().unmark(member, standing, now);
    standing.clear();
  }

  /**
   * Rests a credential. Not probed: it is no claim that could be wrong.
   *
   * @param scope model with prefix, quota group, or {@link Cooldown#WHOLE_CREDENTIAL}
   * @param reason for people, masked
   */
  public boolean rest(String name, String scope, Duration time, String reason) {
    return give(
        now -> {
          Member member = parts.roster().named(name);
          if (member == null) {
            return false;
          }
          ScopeKind kind =
              scope.equals(Cooldown.WHOLE_CREDENTIAL)
                  ? ScopeKind.CREDENTIAL
                  : scope.indexOf('/') >= 0 ? ScopeKind.MODEL : ScopeKind.GROUP;
          Standing standing =
              parts.roster().standing(parts.roster().scope(scope, kind, now), member);
          Cooldown rest =
              Cooldown.of(
                      scope,
                      FaultClass.UNKNOWN,
                      Source.OPERATOR,
                      reason,
                      now,
                      now + shorter(time).toMillis())
                  .because("operator");
          return parts.cooldowns().set(member, standing, rest, now);
        });
  }

  private static Duration shorter(Duration time) {
    return time.compareTo(LONGEST) < 0 ? time : LONGEST;
  }

  /** Takes a credential out of use; its open leases end normally. */
  public boolean disable(String name) {
    return switchTo(name, true);
  }

  /** Brings a credential back into use. */
  public boolean enable(String name) {
    return switchTo(name, false);
  }

  private boolean switchTo(String name, boolean disabled) {
    return give(
        now -> {
          Member member = parts.roster().named(name);
          if (member == null) {
            return false;
          }
          if (member.disabled != disabled) {
            member.disabled = disabled;
            switched(member, now);
          }
          return true;
        });
  }

  /** A dead login works again, or was found dead by who refreshes it. */
  public boolean reauthNeeded(String name, boolean needed) {
    return give(
        now -> {
          Member member = parts.roster().named(name);
          if (member == null) {
            return false;
          }
          if (member.needsReauth != needed) {
            member.needsReauth = needed;
            switched(member, now);
          }
          return true;
        });
  }

  private void switched(Member member, long now) {
    parts
        .journal()
        .tell(
            () ->
                new StateChange.Switched(
                    pool.provider(), member.id, member.disabled, member.needsReauth, now));
  }

  /**
   * Lets the whole pool, or one session, use one credential alone.
   *
   * @param session null for the whole pool
   */
  public boolean pin(@Nullable String session, String name) {
    return give(
        now -> {
          Member member = parts.roster().named(name);
          if (member == null) {
            return false;
          }
          pinned(session, member.id, now);
          return true;
        });
  }

  /** Takes a pin away; nothing happens when there is none. */
  public void unpin(@Nullable String session) {
    give(
        now -> {
          pinned(session, null, now);
          return true;
        });
  }

  private void pinned(@Nullable String session, @Nullable String id, long now) {
    parts.pins().set(session, id);
    parts.journal().tell(() -> new StateChange.Pinned(pool.provider(), session, id, now));
  }

  /**
   * Pauses the whole provider or one model of it.
   *
   * @param model with prefix, null for the whole provider
   * @param reason for people, masked
   */
  public void throttle(@Nullable String model, Duration time, String reason) {
    give(
        now -> {
          String scope = model == null ? Throttles.WHOLE_PROVIDER : model;
          long until = now + shorter(time).toMillis();
          parts.throttles().set(scope, FaultClass.OVERLOADED, "operator: " + reason, until, now);
          return true;
        });
  }

  /**
   * Ends such a pause, whoever has ordered it.
   *
   * @param model with prefix, null for the whole provider
   * @return whether there was one
   */
  public boolean unthrottle(@Nullable String model) {
    return give(
        now -> parts.throttles().end(model == null ? Throttles.WHOLE_PROVIDER : model, now));
  }
}
