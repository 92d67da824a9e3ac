package dev.caravan.pool;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A period over which uses are counted (rotation.md 4.2). Immutable.
 *
 * @param name {@code daily}, {@code 5h}; unique among the rules of one priority
 * @param length of a rolling window, null for never ending
 * @param at time of the day at which the calendar modes end
 * @param zone of that time; days of 23 and 25 hours are the zone's own
 * @param primary whether selection, caps and the fair cycle look at this one
 * @param appliesTo whose uses selection compares: those of the model, of its group, of the whole
 *     credential
 * @param priorities that have this window, empty for all
 * @param limit requests that it allows until the provider says something else, -1 for not known
 */
public record WindowRule(
    String name,
    ResetMode mode,
    @Nullable Duration length,
    LocalTime at,
    ZoneId zone,
    boolean primary,
    ScopeKind appliesTo,
    Set<Integer> priorities,
    long limit) {

  public static final LocalTime DEFAULT_RESET = LocalTime.of(3, 0);
  static final long NEVER = Long.MAX_VALUE;

  /** The one that holds where a provider defines none: a day from the first use, by model. */
  public static final WindowRule DAILY = rolling(Duration.ofDays(1));

  public WindowRule {
    priorities = Set.copyOf(priorities);
  }

  /** A primary window of that length by model. */
  public static WindowRule rolling(Duration length) {
    return new WindowRule(
        nameOf(length),
        ResetMode.ROLLING,
        length,
        DEFAULT_RESET,
        ZoneOffset.UTC,
        true,
        ScopeKind.MODEL,
        Set.of(),
        -1);
  }

  /** A primary window by model that ends by the calendar or by the provider's word. */
  public static WindowRule of(String name, ResetMode mode, LocalTime at, ZoneId zone) {
    return new WindowRule(name, mode, null, at, zone, true, ScopeKind.MODEL, Set.of(), -1);
  }

  /** {@code daily} for a day, {@code 5h} for hours, else {@code window}. */
  public static String nameOf(Duration length) {
    if (length.equals(Duration.ofDays(1))) {
      return "daily";
    }
    long seconds = length.toSeconds();
    return seconds > 0 && seconds % 3600 == 0 ? seconds / 3600 + "h" : "window";
  }

  public WindowRule secondary() {
    return new WindowRule(name, mode, length, at, zone, false, appliesTo, priorities, limit);
  }

  public WindowRule asPrimary() {
    return new WindowRule(name, mode, length, at, zone, true, appliesTo, priorities, limit);
  }

  public WindowRule per(ScopeKind kind) {
    return new WindowRule(name, mode, length, at, zone, primary, kind, priorities, limit);
  }

  public WindowRule forPriorities(Set<Integer> those) {
    return new WindowRule(name, mode, length, at, zone, primary, appliesTo, those, limit);
  }

  public WindowRule limitedTo(long requests) {
    return new WindowRule(name, mode, length, at, zone, primary, appliesTo, priorities, requests);
  }

  public WindowRule at(LocalTime time) {
    return new WindowRule(name, mode, length, time, zone, primary, appliesTo, priorities, limit);
  }

  public WindowRule in(ZoneId place) {
    return new WindowRule(name, mode, length, at, place, primary, appliesTo, priorities, limit);
  }

  public WindowRule named(String other) {
    return new WindowRule(other, mode, length, at, zone, primary, appliesTo, priorities, limit);
  }

  boolean isFor(int priority) {
    return priorities.isEmpty() || priorities.contains(priority);
  }

  /**
   * When a window that began then ends, in epoch milliseconds; {@link #NEVER} when only the
   * provider can say.
   */
  long end(long startedAt) {
    return switch (mode) {
      case ROLLING -> length == null ? NEVER : startedAt + length.toMillis();
      case API_AUTHORITATIVE -> NEVER;
      case FIXED_DAILY, CALENDAR_WEEKLY, CALENDAR_MONTHLY ->
          next(Instant.ofEpochMilli(startedAt).atZone(zone)).toInstant().toEpochMilli();
    };
  }

  private ZonedDateTime next(ZonedDateTime start) {
    ZonedDateTime today = start.toLocalDate().atTime(at).atZone(zone);
    ZonedDateTime first =
        switch (mode) {
          case CALENDAR_WEEKLY ->
              today
                  .toLocalDate()
                  .with(TemporalAdjusters.nextOrSame(DayOfWeek.SUNDAY))
                  .atTime(at)
                  .atZone(zone);
          case CALENDAR_MONTHLY -> today.toLocalDate().withDayOfMonth(1).atTime(at).atZone(zone);
          case FIXED_DAILY, ROLLING, API_AUTHORITATIVE -> today;
        };
    if (first.isAfter(start)) {
      return first;
    }
    return switch (mode) {
      case CALENDAR_WEEKLY -> first.toLocalDate().plusWeeks(1).atTime(at).atZone(zone);
      case CALENDAR_MONTHLY -> first.toLocalDate().plusMonths(1).atTime(at).atZone(zone);
      case FIXED_DAILY, ROLLING, API_AUTHORITATIVE ->
          first.toLocalDate().plusDays(1).atTime(at).atZone(zone);
    };
  }
}
