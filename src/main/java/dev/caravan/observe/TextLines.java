package dev.caravan.observe;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** Records for people: {@code 12:03:45.123 WARN pool.Pools the message}. */
final class TextLines extends MaskedFormatter {
  private static final String PLAIN = "\u001b[0m";
  private static final String FAINT = "\u001b[2m";

  private final ZoneId zone;
  private final boolean isColoured;

  TextLines(Redaction redaction, ZoneId zone, boolean isColoured) {
    super(redaction);
    this.zone = zone;
    this.isColoured = isColoured;
  }

  @Override
  String line(LogRecord record, String message, String trace) {
    StringBuilder line = new StringBuilder(message.length() + trace.length() + 64);
    String level = level(record);
    appendTime(line, LocalTime.ofInstant(record.getInstant(), zone));
    appendColoured(line, colour(level), level);
    line.append(" ".repeat(6 - level.length()));
    appendColoured(line, FAINT, shortened(record.getLoggerName()));
    appendSafely(line.append("  "), message);
    if (!trace.isEmpty()) {
      appendSafely(line.append("\n    "), trace.stripTrailing());
    }
    return line.append('\n').toString();
  }

  /** Control characters would let a provider's text paint over the terminal or forge records. */
  private static void appendSafely(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line.append("\n    ");
      } else if (Character.isISOControl(c) && c != '\t') {
        line.append(c == '\r' ? "" : "?");
      } else {
        line.append(c);
      }
    }
  }

  private void appendColoured(StringBuilder line, String colour, String text) {
    if (isColoured && !colour.isEmpty()) {
      line.append(colour).append(text).append(PLAIN);
    } else {
      line.append(text);
    }
  }

  private static String colour(String level) {
    return switch (level) {
      case "ERROR" -> "\u001b[31m";
      case "WARN" -> "\u001b[33m";
      case "INFO" -> "\u001b[32m";
      default -> FAINT;
    };
  }

  /** The class and the room it is in. */
  private static String shortened(@Nullable String logger) {
    if (logger == null) {
      return "-";
    }
    int room = logger.lastIndexOf('.', logger.lastIndexOf('.') - 1);
    return logger.substring(room + 1);
  }

  private static void appendTime(StringBuilder line, LocalTime time) {
    appendPadded(line, time.getHour(), 10).append(':');
    appendPadded(line, time.getMinute(), 10).append(':');
    appendPadded(line, time.getSecond(), 10).append('.');
    appendPadded(line, time.getNano() / 1_000_000, 100).append(' ');
  }

  private static StringBuilder appendPadded(StringBuilder line, int number, int highest) {
    for (int digit = highest; digit > 1 && number < digit; digit /= 10) {
      line.append('0');
    }
    return line.append(number);
  }
}
