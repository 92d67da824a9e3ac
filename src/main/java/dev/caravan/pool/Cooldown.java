package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Instant;

/**
 * Why and until when a credential rests for a scope. Immutable.
 *
 * @param scope model, quota group, or {@link #WHOLE_CREDENTIAL}
 * @param kind what the failure was
 * @param source who gave the time
 * @param evidence what it was read from, masked
 * @param since when it began
 * @param until when it ends
 */
public record Cooldown(
    String scope, FaultClass kind, Source source, String evidence, Instant since, Instant until) {

  /** Scope of a lockout. */
  public static final String WHOLE_CREDENTIAL = "_global_";
}
