package dev.caravan.bench;

import java.util.Locale;

/**
 * A promise about speed or memory and what was measured.
 *
 * @param what is promised
 * @param limit in the unit's figures
 * @param atLeast whether the limit is the least, not the most
 * @param measured against the limit
 * @param unit behind both figures, {@code x nginx} for ratios
 * @param floor what nginx showed, {@link Double#NaN} when it is of no matter or not installed
 * @param value what the gateway showed, where {@code measured} is a ratio
 */
record Target(
    String what,
    double limit,
    boolean atLeast,
    double measured,
    String unit,
    double floor,
    double value) {

  static Target atMost(String what, double limit, double measured, String unit) {
    return new Target(what, limit, false, measured, unit, Double.NaN, measured);
  }

  static Target atMost(String what, double limit, double measured, String unit, double floor) {
    return new Target(what, limit, false, measured, unit, floor, measured);
  }

  static Target ratio(String what, double limit, double value, double floor) {
    return new Target(what, limit, false, value / floor, "x nginx", floor, value);
  }

  static Target atLeast(String what, double limit, double measured, String unit, double floor) {
    return new Target(what, limit, true, measured, unit, floor, measured);
  }

  /** Whether there is something to judge by. */
  boolean isJudged() {
    return !Double.isNaN(measured);
  }

  boolean isMet() {
    return isJudged() && (atLeast ? measured >= limit : measured <= limit);
  }

  String verdict() {
    return isJudged() ? (isMet() ? "met" : "**not met**") : "not judged, no nginx";
  }

  /** The figures that have three digits that count. */
  static String figure(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    String format = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
