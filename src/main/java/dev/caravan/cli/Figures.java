package dev.caravan.cli;

import java.util.Locale;

/** Numbers and times as people like to read them. */
final class Figures {
  private static final String[] BLOCKS = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

  private Figures() {}

  /** {@code 950}, {@code 1.2k}, {@code 81k}, {@code 1.2M}. */
  static String count(double value) {
    String[] units = {"", "k", "M", "G", "T"};
    double rest = value;
    int unit = 0;
    while (rest >= 999.5 && unit < units.length - 1) {
      rest /= 1000;
      unit++;
    }
    String form = unit > 0 && rest < 9.95 ? "%.1f" : "%.0f";
    String text = String.format(Locale.ROOT, form, rest);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + units[unit];
  }

  /** Dollars: two digits, four where two would show nothing. */
  static String cost(double dollars) {
    return String.format(Locale.ROOT, dollars > 0 && dollars < 0.01 ? "$%.4f" : "$%.2f", dollars);
  }

  /** {@code 12s}, {@code 4m 12s}, {@code 2h 5m}, {@code 3d 4h}. */
  static String time(double seconds) {
    long s = Math.max(0, Math.round(seconds));
    if (s < 60) {
      return s + "s";
    }
    if (s < 3600) {
      return both(s / 60, "m", s % 60, "s");
    }
    if (s < 86_400) {
      return both(s / 3600, "h", s % 3600 / 60, "m");
    }
    return both(s / 86_400, "d", s % 86_400 / 3600, "h");
  }

  private static String both(long large, String unit, long small, String smallUnit) {
    return small == 0 ? large + unit : large + unit + " " + small + smallUnit;
  }

  /** {@code now}, {@code 5m ago}, {@code 2h ago}, {@code 3d ago}. */
  static String ago(double seconds) {
    long s = Math.round(seconds);
    if (s < 5) {
      return "now";
    }
    if (s < 60) {
      return s + "s ago";
    }
    return s < 3600 ? s / 60 + "m ago" : s < 86_400 ? s / 3600 + "h ago" : s / 86_400 + "d ago";
  }

  /** A bar of so many cells, filled from the left by a share from 0 to 1. */
  static String bar(double share, int cells) {
    int eighths = (int) Math.round(Math.clamp(share, 0, 1) * cells * 8);
    String filled = "█".repeat(eighths / 8) + BLOCKS[eighths % 8];
    return filled + "░".repeat(cells - filled.length());
  }
}
