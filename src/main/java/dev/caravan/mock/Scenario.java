package dev.caravan.mock;

/**
 * What the mock does with the requests of one key for one model.
 *
 * @param waitMillis before the status line, or before any mishap
 * @param occasion which requests meet the mishap
 * @param carrier whose requests the occasion counts
 * @param mishap what goes wrong then
 * @param answer what is answered otherwise, and until the mishap
 */
record Scenario(int waitMillis, Occasion occasion, Carrier carrier, Mishap mishap, Answer answer) {

  /** Where the word of the occasion stood. */
  enum Carrier {
    KEY,
    MODEL
  }

  /** The mishap of one request, {@link Mishap.None} when it is spared. */
  Mishap mishapOf(long number, int inFlight) {
    return occasion.strikes(number, inFlight) ? mishap : new Mishap.None();
  }
}
