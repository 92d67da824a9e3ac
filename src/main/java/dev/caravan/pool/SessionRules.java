package dev.caravan.pool;

import java.time.Duration;

/**
 * How conversations stay on a credential (rotation.md 2.8, 7.2). Immutable.
 *
 * @param stickyWait how long a call waits for the busy credential of its session, 0 for not at all
 * @param bindingTtl idle life of a binding, 0 for none
 * @param mostBindings bindings that are kept; the one idle for longest goes first
 * @param spread whether new sessions go to the credential with the fewest of them, instead of the
 *     most used one
 */
public record SessionRules(
    Duration stickyWait, Duration bindingTtl, int mostBindings, boolean spread) {

  public static final SessionRules DEFAULTS =
      new SessionRules(Duration.ofSeconds(15), Duration.ofMinutes(5), 10_000, false);
}
