package dev.caravan.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A credential in its pool, with all that the pool knows about it; also one that is no longer
 * configured, as history. Guarded by the pool's lock.
 */
final class Member {
  private static final long DISTINCT_WINDOW_MILLIS = 600_000;
  private static final int MOST_FAILED_SCOPES = 1_000;

  private record FailedScope(String scope, long at) {}

  final String id;
  Credential credential;
  int index;
  int active;
  int max;
  int optimal;
  boolean needsReauth;

  /** Whether a person has put it out of use. */
  boolean disabled;

  boolean gone;
  long turn;
  long lastUsed;
  long lastSuccess;
  final Counters totals = new Counters();
  final Standing whole;
  private final Standings standings = new Standings();
  private List<WindowRule> rules = List.of();
  private @Nullable List<FailedScope> failedScopes;

  Member(Credential credential, Scope wholeCredential) {
    this.id = credential.id();
    this.credential = credential;
    this.whole = new Standing(wholeCredential);
  }

  void seat(int at, Credential now, PoolOptions options) {
    String known = credential.fingerprint();
    if (!known.isEmpty() && !known.equals(now.fingerprint())) {
      needsReauth = false;
      whole.clear();
    }
    index = at;
    credential = now;
    gone = false;
    max = options.multipliers().slots(options.maxConcurrent(), options.mode(), now.priority());
    optimal = options.multipliers().preferred(options.optimalConcurrent(), now.priority());
    remember(options);
  }

  /** Takes the windows of its priority; what is counted in windows of the same name stays. */
  void remember(PoolOptions options) {
    List<WindowRule> wanted = options.windowsFor(credential.priority());
    if (!wanted.equals(rules)) {
      rules = wanted;
      standings.forEach(standing -> standing.follow(rules));
      whole.follow(ofCredential(rules));
    }
  }

  private static List<WindowRule> ofCredential(List<WindowRule> rules) {
    return rules.stream().filter(rule -> rule.appliesTo() == ScopeKind.CREDENTIAL).toList();
  }

  int tier() {
    return credential.priority();
  }

  @Nullable Standing at(@Nullable Scope scope) {
    return scope == null ? null : standings.get(scope);
  }

  Standing standing(Scope scope) {
    if (scope == whole.scope) {
      return whole;
    }
    Standing known = standings.get(scope);
    if (known == null) {
      known = new Standing(scope);
      known.follow(rules);
      standings.put(known);
    }
    return known;
  }

  /** A standing that is not kept, for a scope that is not kept either. */
  Standing passing(Scope scope) {
    Standing standing = new Standing(scope);
    standing.follow(rules);
    return standing;
  }

  Standings standings() {
    return standings;
  }

  boolean isFull() {
    return max > 0 && active >= max;
  }

  boolean isBelowOptimal() {
    return active < optimal;
  }

  /** Whether it is out of use until a person, or a new login, brings it back. */
  boolean isOff() {
    return disabled || needsReauth || !credential.enabled();
  }

  void succeeded(long now) {
    lastSuccess = now;
    failedScopes = null;
    whole.failures = 0;
  }

  boolean hadSuccessSince(long time) {
    return lastSuccess != 0 && lastSuccess >= time;
  }

  /** Notes a failure and tells on how many scopes it has failed since its last success. */
  int failedOn(String scope, long now) {
    List<FailedScope> failed = failedScopes == null ? new ArrayList<>(2) : failedScopes;
    failed.removeIf(f -> f.scope().equals(scope) || now - f.at() > DISTINCT_WINDOW_MILLIS);
    if (failed.size() == MOST_FAILED_SCOPES) {
      failed.removeFirst();
    }
    failed.add(new FailedScope(scope, now));
    failedScopes = failed;
    return failed.size();
  }

  int scopesFailed(long now) {
    return failedScopes == null
        ? 0
        : (int) failedScopes.stream().filter(f -> now - f.at() <= DISTINCT_WINDOW_MILLIS).count();
  }

  void forgetFailureOn(String scope) {
    if (failedScopes != null) {
      failedScopes.removeIf(f -> f.scope().equals(scope));
    }
  }

  void forgetFailures() {
    failedScopes = null;
  }

  void shift(long millis) {
    lastSuccess = lastSuccess == 0 ? 0 : lastSuccess + millis;
    lastUsed = lastUsed == 0 ? 0 : lastUsed + millis;
    if (failedScopes != null) {
      failedScopes.replaceAll(f -> new FailedScope(f.scope(), f.at() + millis));
    }
    whole.shift(millis);
    standings.forEach(standing -> standing.shift(millis));
  }
}
