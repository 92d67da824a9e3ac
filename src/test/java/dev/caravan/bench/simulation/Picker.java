package dev.caravan.bench.simulation;

import dev.caravan.call.Fault;

/** A way to choose keys. One thread; time only passes between its methods. */
interface Picker {

  /** What a request does next. */
  sealed interface Step {

    /** Calls with this key, after a pause. */
    record Call(World.Key key, long pause) implements Step {}

    /** Asks again after a pause, or when {@link Picker#isWoken} says so. */
    record Wait(long pause) implements Step {}

    /** Gives up. */
    record Stop() implements Step {}
  }

  Step STOP = new Step.Stop();

  String name();

  /** The first step, and each one after a wait. */
  Step next(Wish wish, long now);

  /** After a call that has failed. */
  Step failed(Wish wish, Fault fault, long now);

  /** After a call that was answered. */
  void succeeded(Wish wish, long now);

  /** Whether a request that waits need wait no longer. */
  default boolean isWoken(Wish wish) {
    return false;
  }

  /** Keys that were made to rest while their provider was to blame, -1 when it rests none ever. */
  default long blamed() {
    return -1;
  }

  /** Once a second. */
  default void tick(long now) {}
}
