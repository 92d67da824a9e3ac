package dev.caravan.pool;

import java.util.ArrayList;
import java.util.List;

/** A credential in its pool, with all that the pool knows about it. Guarded by the pool's lock. */
final class Member {
  private static final long DISTINCT_WINDOW_MILLIS = 600_000;

  private record FailedScope(String scope, long at) {}

  Credential credential;
  int index;
  int active;
  int max;
  int optimal;
  boolean needsReauth;
  boolean gone;
  long turn;
  long lastUsed;
  long lastSuccess;
  long requests;
  long successes;
  long failures;
  final Standing whole = new Standing(Cooldown.WHOLE_CREDENTIAL);
  private final List<FailedScope> failedScopes = new ArrayList<>(2);

  Member(Credential credential) {
    this.credential = credential;
  }

  void seat(int at, Credential now, PoolOptions options) {
    if (!now.secret().equals(credential.secret())) {
      needsReauth = false;
      whole.clear();
    }
    index = at;
    credential = now;
    gone = false;
    max = options.multipliers().slots(options.maxConcurrent(), options.mode(), now.priority());
    optimal = options.multipliers().preferred(options.optimalConcurrent(), now.priority());
  }

  boolean isFull() {
    return max > 0 && active >= max;
  }

  boolean isBelowOptimal() {
    return active < optimal;
  }

  void succeeded(long now) {
    lastSuccess = now;
    failedScopes.clear();
    whole.failures = 0;
  }

  boolean hadSuccessSince(long time) {
    return lastSuccess != 0 && lastSuccess >= time;
  }

  /** Notes a failure and tells on how many scopes it has failed since its last success. */
  int failedOn(String scope, long now) {
    failedScopes.removeIf(f -> f.scope().equals(scope) || now - f.at() > DISTINCT_WINDOW_MILLIS);
    failedScopes.add(new FailedScope(scope, now));
    return failedScopes.size();
  }

  void forgetFailureOn(String scope) {
    failedScopes.removeIf(f -> f.scope().equals(scope));
  }

  void forgetFailures() {
    failedScopes.clear();
  }
}
