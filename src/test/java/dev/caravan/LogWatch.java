package dev.caravan;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Hears what is logged, before any mask. Thread-safe. */
final class LogWatch extends Handler {
  private static final Logger ROOT = Logger.getLogger("");

  private record Line(Level level, String text) {}

  private final List<Line> lines = new CopyOnWriteArrayList<>();

  static LogWatch begin() {
    LogWatch watch = new LogWatch();
    ROOT.addHandler(watch);
    return watch;
  }

  /** Message and stack trace of each record. */
  List<String> lines() {
    return lines.stream().map(Line::text).toList();
  }

  /** The records that tell of a bug. */
  List<String> errors() {
    return lines.stream()
        .filter(line -> line.level().equals(Level.SEVERE))
        .map(Line::text)
        .toList();
  }

  @Override
  public void publish(LogRecord record) {
    Object[] parameters = record.getParameters();
    String message =
        parameters == null || parameters.length == 0
            ? String.valueOf(record.getMessage())
            : MessageFormat.format(record.getMessage(), parameters);
    lines.add(
        new Line(
            record.getLevel(),
            record.getLoggerName() + ": " + message + trace(record.getThrown())));
  }

  private static String trace(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return "\n" + text;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
  }
}
