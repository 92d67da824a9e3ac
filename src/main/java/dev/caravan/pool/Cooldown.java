package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Instant;

/**
 * Why and until when a credential rests for a scope. Immutable.
 *
 * @param scope model, quota group, or {@link #WHOLE_CREDENTIAL}
 * @param kind what the failure was; {@link FaultClass#QUOTA_EXCEEDED} for caps and quota figures
 * @param reason in one word: the class, {@code custom_cap}, {@code multi_model_failures}, {@code
 *     operator}
 * @param source who gave the time
 * @param evidence what it was read from, masked
 * @param since when it began
 * @param until when it ends
 */
public record Cooldown(
    String scope,
    FaultClass kind,
    String reason,
    Source source,
    String evidence,
    Instant since,
    Instant until) {

  /** Scope of a lockout. */
  public static final String WHOLE_CREDENTIAL = "_global_";

  /** A cooldown with times in epoch milliseconds and the class as its reason. */
  static Cooldown of(
      String scope, FaultClass kind, Source source, String evidence, long since, long until) {
    return new Cooldown(
        scope,
        kind,
        kind.word(),
        source,
        evidence,
        Instant.ofEpochMilli(since),
        Instant.ofEpochMilli(until));
  }

  Cooldown because(String word) {
    return new Cooldown(scope, kind, word, source, evidence, since, until);
  }

  Cooldown since(Instant start) {
    return new Cooldown(scope, kind, reason, source, evidence, start, until);
  }

  Cooldown shifted(long millis) {
    return new Cooldown(
        scope, kind, reason, source, evidence, since.plusMillis(millis), until.plusMillis(millis));
  }

  long millisLeft(long now) {
    return until.toEpochMilli() - now;
  }
}
