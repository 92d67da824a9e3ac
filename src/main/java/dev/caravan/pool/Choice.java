package dev.caravan.pool;

import java.time.Duration;

/** What a pool answers when a call asks for a credential. */
public sealed interface Choice {

  /** Take this one, and settle the lease. */
  record Lent(Lease lease) implements Choice {}

  /**
   * Wait, then ask again.
   *
   * @param place in the queue; the same one for all waits of an ask
   * @param atMost time after which something may have changed without a wake-up; ends before the
   *     deadline of the call
   * @param reason {@code cooldown}, {@code busy}, {@code throttle} or {@code session}
   */
  record Wait(Place place, Duration atMost, String reason) implements Choice {}

  /** Give up; {@link Pool#exhausted} makes the answer for the client. */
  record Refused(Refusal why) implements Choice {}
}
