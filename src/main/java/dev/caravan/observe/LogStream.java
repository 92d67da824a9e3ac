package dev.caravan.observe;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Writes records to one stream, each in one piece. Thread-safe. */
final class LogStream extends Handler {
  private final PrintStream out;
  private final Formatter lines;
  private final ReentrantLock writing = new ReentrantLock();

  LogStream(PrintStream out, Formatter lines) {
    this.out = out;
    this.lines = lines;
    setLevel(Level.ALL);
  }

  @Override
  public void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    byte[] line = lines.format(record).getBytes(StandardCharsets.UTF_8);
    writing.lock();
    try {
      out.write(line, 0, line.length);
      out.flush();
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void flush() {
    out.flush();
  }

  /** The stream is the process's own, and is needed until its end. */
  @Override
  public void close() {
    flush();
  }
}
