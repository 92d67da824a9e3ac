package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one credential stands in one scope: its cooldown with the probes of it, its failures in a
 * row, what it has used, whether it has had its share of the fair cycle. Guarded by the pool's
 * lock.
 */
final class Standing extends Gate {
  private static final long QUIET_MILLIS = 900_000;
  private static final Window[] NO_WINDOWS = {};

  final Scope scope;
  @Nullable Cooldown cooldown;
  int failures;
  long failedAt;

  /** Why it has had its share of the fair cycle, null when it has not. */
  @Nullable String mark;

  long markedAt;
  long cycleRequests;

  /** Period of the window in which the cap was reached without a known end, 0 when it was not. */
  long cappedIn;

  /** Null until a refusal has told of a limit for a minute. */
  @Nullable Pace pace;

  private @Nullable Counters totals;
  private Window[] windows = NO_WINDOWS;
  private @Nullable Window primary;
  private long lastProbe;
  private long nextProbe;
  private long probeInterval;

  Standing(Scope scope) {
    this.scope = scope;
  }

  /** Moves the windows to these rules; what a rule of the same name has counted stays. */
  void follow(List<WindowRule> rules) {
    Window[] next = new Window[rules.size()];
    for (int i = 0; i < next.length; i++) {
      Window known = window(rules.get(i).name());
      next[i] = new Window(rules.get(i));
      if (known != null) {
        next[i].restore(known.state());
      }
    }
    windows = next;
    primary = null;
    for (Window window : windows) {
      if (window.rule.primary()) {
        primary = window;
        break;
      }
    }
  }

  Window[] windows() {
    return windows;
  }

  @Nullable Window primary() {
    return primary;
  }

  @Nullable Window window(String name) {
    for (Window window : windows) {
      if (window.rule.name().equals(name)) {
        return window;
      }
    }
    return null;
  }

  Counters totals() {
    Counters known = totals;
    if (known == null) {
      known = new Counters();
      totals = known;
    }
    return known;
  }

  Counts totalCounts() {
    return totals == null ? Counts.NONE : totals.counts();
  }

  /** Requests in the primary window, 0 when none runs. */
  long uses(long now) {
    return primary == null ? 0 : primary.requests(now);
  }

  /** Counts one more failure in a row; the row ends after 900 s in which it could have worked. */
  int failed(long now) {
    if (now - Math.max(failedAt, until) > QUIET_MILLIS) {
      failures = 0;
    }
    failedAt = now;
    return ++failures;
  }

  /**
   * Rests until the later of the running and the new end; the reason is that of the end that won.
   *
   * @return whether the new one won
   */
  boolean cool(Cooldown wanted, Duration first, long now) {
    long end = wanted.until().toEpochMilli();
    if (end <= now || end <= until) {
      return false;
    }
    boolean runs = isClosed(now);
    put(runs && cooldown != null ? wanted.since(cooldown.since()) : wanted);
    if (!runs) {
      lastProbe = now;
      probeInterval = first.toMillis();
      nextProbe = now + probeInterval;
    }
    return true;
  }

  /** Takes a cooldown as it is, shorter or none too: only an authority may do that. */
  void put(@Nullable Cooldown value) {
    cooldown = value;
    until = value == null ? 0 : value.until().toEpochMilli();
  }

  /** Replaces the end of a cooldown by what a probe was told. */
  void replaceEnd(FaultClass kind, String evidence, long now, long end) {
    long since = cooldown == null ? now : cooldown.since().toEpochMilli();
    put(Cooldown.of(scope.key, kind, Source.UPSTREAM, evidence, since, end));
  }

  /** Whether the schedule asks for a probe. */
  boolean isProbeDue(long now) {
    return now >= nextProbe && !hasTrial() && mayBeProbed();
  }

  /** Whether a probe may run because no other credential is left. */
  boolean isLastKeyProbeDue(long now, Duration interval) {
    return now - lastProbe >= interval.toMillis() && !hasTrial() && mayBeProbed();
  }

  /** What the operator has ordered is no claim of a provider that could be wrong. */
  boolean mayBeProbed() {
    return cooldown == null
        || (cooldown.source() != Source.CUSTOM_CAP && cooldown.source() != Source.OPERATOR);
  }

  /**
   * A probe was sent.
   *
   * @param failed whether it told that the cooldown is right; otherwise it told nothing
   */
  void probed(long at, boolean failed, Duration longest) {
    if (failed && at >= nextProbe) {
      probeInterval = Math.min(probeInterval * 2, longest.toMillis());
    }
    nextProbe = Math.max(nextProbe, at + probeInterval);
  }

  void probeStarts(long now) {
    lastProbe = now;
  }

  long nextProbe() {
    return nextProbe;
  }

  long probeInterval() {
    return probeInterval;
  }

  void probesAre(long next, long interval) {
    nextProbe = next;
    probeInterval = interval;
  }

  @Override
  void open() {
    super.open();
    cooldown = null;
  }

  /** Forgets cooldown, failures and mark; the uses stay. */
  void clear() {
    open();
    failures = 0;
    cappedIn = 0;
    pace = null;
    unmark();
  }

  void unmark() {
    mark = null;
    markedAt = 0;
    cycleRequests = 0;
  }

  /** The wall clock was set: what was reckoned as a length from now keeps its length. */
  void shift(long millis) {
    if (until != 0) {
      until += millis;
      nextProbe += millis;
      lastProbe += millis;
      cooldown = cooldown == null ? null : cooldown.shifted(millis);
    }
    failedAt = failedAt == 0 ? 0 : failedAt + millis;
    if (pace != null) {
      pace.shift(millis);
    }
    shiftTrial(millis);
    for (Window window : windows) {
      window.shift(millis);
    }
  }

  long lastUsed() {
    return totals == null ? 0 : totals.lastUsed();
  }

  /** Whether nothing but counts would be lost without it. */
  boolean isIdle(long now) {
    return until <= now && !hasTrial() && mark == null && now - failedAt > QUIET_MILLIS;
  }

  PoolState.ScopeState state() {
    return new PoolState.ScopeState(
        scope.key,
        scope.kind,
        totalCounts(),
        java.util.Arrays.stream(windows).map(Window::state).toList(),
        cooldown,
        failures,
        failedAt,
        nextProbe,
        probeInterval,
        mark,
        markedAt,
        cycleRequests);
  }

  void restore(PoolState.ScopeState s, long now) {
    if (s.totals().requests() > 0 || s.totals().lastUsed() > 0) {
      totals().set(s.totals());
    }
    for (PoolState.WindowState w : s.windows()) {
      Window window = window(w.name());
      if (window != null) {
        window.restore(w);
      }
    }
    Cooldown rest = s.cooldown();
    put(rest != null && rest.millisLeft(now) > 0 ? rest : null);
    failures = s.failuresInRow();
    failedAt = s.failedAt();
    lastProbe = rest == null ? 0 : rest.since().toEpochMilli();
    nextProbe = s.nextProbe();
    probeInterval = s.probeInterval();
    mark = s.mark();
    markedAt = s.markedAt();
    cycleRequests = s.cycleRequests();
  }

  /** Takes the higher counts and the later ends of both. */
  void merge(PoolState.ScopeState s, long now) {
    totals().raiseTo(s.totals());
    for (PoolState.WindowState w : s.windows()) {
      Window window = window(w.name());
      if (window != null) {
        window.merge(w);
      }
    }
    Cooldown rest = s.cooldown();
    if (rest != null && rest.millisLeft(now) > 0 && rest.until().toEpochMilli() > until) {
      put(rest);
      nextProbe = s.nextProbe();
      probeInterval = s.probeInterval();
      lastProbe = rest.since().toEpochMilli();
    }
    failures = Math.max(failures, s.failuresInRow());
    if (mark == null && s.mark() != null) {
      mark = s.mark();
      markedAt = s.markedAt();
    }
    cycleRequests = Math.max(cycleRequests, s.cycleRequests());
  }
}
