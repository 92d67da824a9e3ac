package dev.caravan.observe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Writes records to a file. One that cannot be written is lost, and the first is reported. */
final class LogFile extends Handler {
  private final RollingFile file;
  private final Formatter lines;

  LogFile(RollingFile file, Formatter lines) {
    this.file = file;
    this.lines = lines;
    setLevel(Level.ALL);
  }

  @Override
  public void publish(LogRecord record) {
    try {
      file.append(lines.format(record).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      reportError("the log file cannot be written", e, ErrorManager.WRITE_FAILURE);
    }
  }

  /** Each record goes to the system at once. */
  @Override
  public void flush() {}

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      reportError("the log file cannot be closed", e, ErrorManager.CLOSE_FAILURE);
    }
  }
}
