package dev.caravan.pool;

import java.util.Locale;

/**
 * When a usage window ends; each begins with the first use after the last end (rotation.md 4.2).
 */
public enum ResetMode {
  /** A fixed time after its first use. */
  ROLLING,
  /** At a time of the day. */
  FIXED_DAILY,
  /** At that time on a Sunday. */
  CALENDAR_WEEKLY,
  /** At that time on the first of a month. */
  CALENDAR_MONTHLY,
  /** When the provider says so. */
  API_AUTHORITATIVE;

  /** As it stands in provider files and views: {@code fixed_daily}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
