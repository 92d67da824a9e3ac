package dev.caravan.pool;

import dev.caravan.call.Failure;
import java.time.Duration;

/** What to do after an attempt has failed. */
public sealed interface Decision {

  /** Sleep that long, then call again with the same lease, which stays open. */
  record RetrySame(Duration after) implements Decision {}

  /** The lease is settled; sleep that long, then {@link Pool#choose choose} again. */
  record Rotate(Duration after) implements Decision {}

  /** The lease is settled; this is the answer for the client. */
  record Stop(Failure failure) implements Decision {}
}
