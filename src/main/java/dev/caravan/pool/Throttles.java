package dev.caravan.pool;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pauses of a provider and of its models. Guarded by the pool's lock. */
final class Throttles {
  /** Scope of a pause that holds for every model. */
  static final String WHOLE_PROVIDER = "*";

  /** An upstream's word on a pause of everything is believed this far; then one call asks again. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  private static final long FORGET_MILLIS = 3_600_000;

  private static final int MOST = 1_024;

  private final Map<String, Throttle> byScope = new HashMap<>(4);
  private final Journal journal;
  private final Cooldowns cooldowns;

  Throttles(Journal journal, Cooldowns cooldowns) {
    this.journal = journal;
    this.cooldowns = cooldowns;
  }

  boolean isEmpty() {
    return byScope.isEmpty();
  }

  Collection<Throttle> all() {
    return byScope.values();
  }

  @Nullable Throttle ofProvider() {
    return byScope.get(WHOLE_PROVIDER);
  }

  @Nullable Throttle ofModel(Ask ask) {
    return byScope.get(ask.modelScope());
  }

  /** The one that keeps this ask off for longest, null when none does. */
  @Nullable Throttle blocking(Ask ask, long now) {
    Throttle model = byScope.isEmpty() ? null : ofModel(ask);
    return longer(model != null && isOwnOverload(model, ask) ? null : model, now);
  }

  /**
   * The one that keeps every other call for the same model off for longest, null when none does.
   */
  @Nullable Throttle blockingOthers(Ask ask, long now) {
    return longer(byScope.isEmpty() ? null : ofModel(ask), now);
  }

  /**
   * A pause that is over and waits for a call to go first, if it was concluded from failures of
   * some credentials: another one would tell more.
   */
  @Nullable Throttle onTrial(Ask ask, long now) {
    if (byScope.isEmpty()) {
      return null;
    }
    Throttle provider = ofProvider();
    if (provider != null && provider.isConcluded() && provider.isHalfOpen(now)) {
      return provider;
    }
    Throttle model = ofModel(ask);
    return model != null && model.isConcluded() && model.isHalfOpen(now) ? model : null;
  }

  private @Nullable Throttle longer(@Nullable Throttle model, long now) {
    if (byScope.isEmpty()) {
      return null;
    }
    Throttle provider = ofProvider();
    long byProvider = provider == null ? 0 : provider.blockedUntil(now);
    long byModel = model == null ? 0 : model.blockedUntil(now);
    if (byProvider == 0 && byModel == 0) {
      return null;
    }
    return byProvider >= byModel ? provider : model;
  }

  /**
   * Whether the ask itself has met the overload that this pause is for. It may still ask with
   * another credential, twice at most ({@link Verdict}); if that one answers, the provider was not
   * overloaded after all and nobody has to wait.
   */
  private static boolean isOwnOverload(Throttle throttle, Ask ask) {
    return throttle.kind == FaultClass.OVERLOADED && ask.turnsThatMet(FaultClass.OVERLOADED) > 0;
  }

  void pause(String scope, Fault fault, long now, Duration first, Duration cap) {
    Duration hint = fault.retryAfter();
    Throttle throttle = of(scope, now, () -> new Throttle(scope, fault));
    throttle.pause(
        fault, now, first, cap, hint == null || hint.compareTo(LONGEST) < 0 ? hint : LONGEST);
    told(throttle, now);
  }

  // Models are named by clients: what is no longer of interest goes before there are too many.
  private Throttle of(String scope, long now, Supplier<Throttle> make) {
    if (byScope.size() >= MOST) {
      byScope.values().removeIf(t -> !t.isClosed(now));
    }
    Throttle known = byScope.get(scope);
    if (known != null) {
      return known;
    }
    Throttle made = make.get();
    if (byScope.size() < MOST) {
      byScope.put(scope, made);
    }
    return made;
  }

  private void told(Throttle t, long now) {
    if (t.isClosed(now)) {
      journal.tell(
          () ->
              new StateChange.Throttled(
                  journal.provider, t.scope, t.kind, t.evidence, t.until, now));
    }
  }

  /** The call that went first failed in the same way. */
  void prolong(Throttle throttle, Member with, long now) {
    throttle.confirm(with, now);
    throttle.prolong(now);
    told(throttle, now);
  }

  /** Pauses by order of a person, or as it was before a restart. */
  void set(String scope, FaultClass kind, String evidence, long until, long now) {
    Throttle throttle = of(scope, now, () -> new Throttle(scope, kind, evidence));
    throttle.closeUntil(until, kind, evidence);
    told(throttle, now);
  }

  /** Ends a pause; tells whether there was one. */
  boolean end(String scope, long now) {
    Throttle removed = byScope.remove(scope);
    if (removed == null) {
      return false;
    }
    journal.tell(() -> new StateChange.ThrottleCleared(journal.provider, scope, now));
    return removed.isClosed(now);
  }

  void shift(long millis) {
    byScope.values().forEach(throttle -> throttle.shift(millis));
  }

  /** Whether the provider rests already for just this fault, so that no credential is to blame. */
  boolean explains(Ask ask, Fault fault, long now) {
    return !byScope.isEmpty()
        && (explains(ofProvider(), fault, now) || explains(ofModel(ask), fault, now));
  }

  private static boolean explains(@Nullable Throttle throttle, Fault fault, long now) {
    return throttle != null && throttle.isClosed(now) && throttle.kind == fault.kind();
  }

  /**
   * Pauses the provider, or the model when the failures name only one, and takes back what they did
   * to the credentials.
   *
   * @param event failures in the order in which they came
   */
  void conclude(List<Strikes.Strike> event, Fault fault, long now, Duration first) {
    String model = event.getFirst().model();
    boolean ofOne = event.stream().allMatch(strike -> strike.model().equals(model));
    String scope = ofOne ? model : WHOLE_PROVIDER;
    pause(scope, fault, now, first, LONGEST);
    Throttle throttle = byScope.get(scope);
    if (throttle == null) {
      return;
    }
    throttle.conclude(event);
    for (Strikes.Strike struck : event.reversed()) {
      if (struck.undo() != null) {
        cooldowns.undo(struck.undo(), now);
      }
    }
  }

  /**
   * An answer has come through.
   *
   * @param by which credential
   * @param beganAt when its call began
   * @return whether a pause ended by it
   */
  boolean answered(Ask ask, Member by, long beganAt, long now) {
    return end(
        ask,
        t -> t.isProvenBy(beganAt, now) || isOwnOverload(t, ask),
        t -> t.isRefutedBy(by, beganAt, now),
        now);
  }

  /** The same of an answer that has begun: it can show that a conclusion was wrong. */
  boolean begun(Ask ask, Member by, long beganAt, long now) {
    return end(ask, _ -> false, t -> t.isRefutedBy(by, beganAt, now), now);
  }

  private boolean end(Ask ask, Predicate<Throttle> ends, Predicate<Throttle> refuted, long now) {
    if (byScope.isEmpty()) {
      return false;
    }
    boolean opened = false;
    for (Throttle t : List.copyOf(byScope.values())) {
      boolean concerned = t.scope.equals(WHOLE_PROVIDER) || t.scope.equals(ask.modelScope());
      boolean wasWrong = concerned && refuted.test(t);
      if (wasWrong || (concerned && ends.test(t))) {
        end(t.scope, now);
        if (wasWrong) {
          t.withdrawn().forEach(undo -> cooldowns.redo(undo, now));
        }
        opened = true;
      }
    }
    return opened;
  }

  /** A person has cleared what is held against a credential. */
  void forgive(Member member) {
    byScope.values().forEach(throttle -> throttle.forgive(member));
  }

  void sweep(long now) {
    byScope.values().removeIf(t -> now - t.until > FORGET_MILLIS);
  }

  void clear() {
    byScope.clear();
  }
}
