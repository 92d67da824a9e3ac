package dev.caravan.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an attempt besides its outcome: what it cost, and what code for this provider
 * knows better than the general rules (rotation.md 4.4). Immutable.
 *
 * @param cost in US dollars, 0 when there is no price
 * @param requests how many requests it counts, -1 for what the rules say
 * @param cooldown to rest the credential for, null for what the rules say
 * @param exhausted whether the credential has had its share of the fair cycle
 */
public record Settlement(
    double cost, int requests, @Nullable Duration cooldown, boolean exhausted) {

  public static final Settlement PLAIN = new Settlement(0, -1, null, false);

  public static Settlement costing(double dollars) {
    return new Settlement(dollars, -1, null, false);
  }

  /** As a provider's own code has it. */
  public static Settlement counting(int requests, @Nullable Duration cooldown, boolean exhausted) {
    return new Settlement(0, requests, cooldown, exhausted);
  }
}
