package dev.caravan.mock;

/** Which requests of a key or a model meet the mishap. */
sealed interface Occasion {

  /** Every request. */
  record Always() implements Occasion {}

  /** The first ones only: a provider that recovers. */
  record First(int requests) implements Occasion {}

  /** All but the first ones: an allowance that runs out. */
  record After(int requests) implements Occasion {}

  /** The ones that find so many others in flight: a limit on concurrency. */
  record Beyond(int inFlight) implements Occasion {}

  /** A share of them, scattered, and the same ones again after a reset. */
  record Share(int percent) implements Occasion {}

  /**
   * Whether a request meets the mishap.
   *
   * @param number of this request, from 1
   * @param inFlight requests in flight, this one included
   */
  default boolean strikes(long number, int inFlight) {
    return switch (this) {
      case Always() -> true;
      case First(int requests) -> number <= requests;
      case After(int requests) -> number > requests;
      case Beyond(int most) -> inFlight > most;
      case Share(int percent) -> Long.remainderUnsigned(scattered(number), 100) < percent;
    };
  }

  // The finalizer of SplitMix64: neighbours share nothing, so that retries fail as often as others.
  private static long scattered(long number) {
    long z = number * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
