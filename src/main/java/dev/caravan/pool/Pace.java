package dev.caravan.pool;

/**
 * How many calls in a minute a provider lets a credential make, learned from its refusals: the
 * second one that names the end of a minute tells how many went before it. Once so many have begun
 * others are asked first for the rest of the minute, which spares a refusal; where there is nobody
 * else this one is asked all the same, so a guess that is too low costs nothing but order.
 *
 * <p>After ten minutes that were used up without a refusal more is tried, by and by. Exists for
 * credentials that were refused alone. Guarded by the pool's lock.
 */
final class Pace {
  static final long MINUTE = 60_000;

  /** Providers round what they tell to whole seconds. */
  private static final long ROUNDED = 2_000;

  private static final int MINUTES_BEFORE_MORE = 10;

  private long minute;
  private int begun;
  private int most;
  private int usedUp;
  private int more = 1;

  /** A call begins. */
  void begins(long now) {
    if (now >= minute + MINUTE) {
      endMinute();
      minute = now;
    } else if (begun == 0) {
      minute = Math.max(minute, now);
    }
    begun++;
  }

  private void endMinute() {
    if (most > 0 && begun >= most && ++usedUp >= MINUTES_BEFORE_MORE) {
      most += more;
      more = Math.min(most, more * 2);
      usedUp = 0;
    }
    begun = 0;
  }

  /**
   * A call that has begun was refused until the end of the minute.
   *
   * @param end of the provider's minute, as it says
   */
  void refused(long end) {
    int allowed = begun - 1;
    if (Math.abs(minute + MINUTE - end) <= ROUNDED && allowed > 0) {
      most = allowed;
      usedUp = 0;
      more = 1;
    }
    if (end > minute + ROUNDED) {
      minute = end;
      begun = 0;
    } else if (begun > 0) {
      begun--; // it was refused until the minute that is counted now
    }
  }

  /** Whether as many have begun as a minute allows. */
  boolean isUsedUp(long now) {
    return most > 0 && begun >= most && now < minute + MINUTE;
  }

  void shift(long millis) {
    minute += millis;
  }
}
