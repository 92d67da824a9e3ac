package dev.caravan.call;

/**
 * The only clock of the rooms that reckon with time, so that tests move it instead of sleeping.
 *
 * <p>Waits and deadlines use {@link #nanos()}, which never jumps; times that a provider announced
 * use {@link #epochMillis()}, which is what the provider meant (rotation.md 6.1).
 */
public interface TimeSource {

  /** Monotonic nanoseconds from an arbitrary start. */
  long nanos();

  /** Wall clock in milliseconds since 1970-01-01T00:00:00Z. */
  long epochMillis();

  /** The machine's clocks. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /** The machine's clocks. */
  enum SystemTime implements TimeSource {
    INSTANCE;

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long epochMillis() {
      return System.currentTimeMillis();
    }
  }
}
