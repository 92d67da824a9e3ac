package dev.caravan.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Lets a warning through once a minute and tells afterwards how often it came again, so that a
 * provider which is down does not fill the log. Others pass as they are. Thread-safe.
 */
final class Repeats extends Handler {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST = 256;

  /** What runs later. */
  @FunctionalInterface
  interface Timer {
    void after(Duration time, Runnable task);
  }

  /** A warning that may come again. */
  private static final class Seen {
    final LogRecord record;
    final String message;
    Instant last;
    long again;

    Seen(LogRecord record, String message) {
      this.record = record;
      this.message = message;
      this.last = record.getInstant();
    }
  }

  private final List<Handler> to;
  private final Timer timer;
  private final Supplier<Instant> clock;
  private final SimpleFormatter messages = new SimpleFormatter();
  private final LinkedHashMap<String, Seen> known = new LinkedHashMap<>();

  Repeats(List<Handler> to) {
    this(
        to,
        (time, task) ->
            CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS).execute(task),
        Instant::now);
  }

  Repeats(List<Handler> to, Timer timer, Supplier<Instant> clock) {
    this.to = List.copyOf(to);
    this.timer = timer;
    this.clock = clock;
    setLevel(Level.ALL);
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getLevel().intValue() < Level.WARNING.intValue() || isNews(record)) {
      to.forEach(handler -> handler.publish(record));
    }
  }

  private boolean isNews(LogRecord record) {
    String message = messages.formatMessage(record);
    String key = record.getLoggerName() + '\n' + message + '\n' + record.getThrown();
    @Nullable Seen pushedOut = null;
    synchronized (known) {
      Seen seen = known.get(key);
      if (seen != null && isWithin(seen)) {
        seen.last = record.getInstant();
        if (seen.again++ == 0) {
          timer.after(WINDOW, () -> tell(key));
        }
        return false;
      }
      if (seen == null && known.size() >= MOST) {
        pushedOut = known.pollFirstEntry().getValue();
      }
      known.put(key, new Seen(record, message));
    }
    if (pushedOut != null) {
      tell(pushedOut);
    }
    return true;
  }

  /** One that came again stays until that is told. */
  private boolean isWithin(Seen seen) {
    return seen.again > 0 || clock.get().isBefore(seen.record.getInstant().plus(WINDOW));
  }

  private void tell(String key) {
    Seen seen;
    synchronized (known) {
      seen = known.remove(key);
    }
    if (seen != null) {
      tell(seen);
    }
  }

  private void tell(Seen seen) {
    if (seen.again == 0) {
      return;
    }
    LogRecord summary =
        new LogRecord(
            seen.record.getLevel(),
            "%s (the same %s between %s and %s)"
                .formatted(
                    seen.message,
                    seen.again == 1 ? "once more" : seen.again + " times more",
                    seen.record.getInstant().truncatedTo(ChronoUnit.SECONDS),
                    seen.last.truncatedTo(ChronoUnit.SECONDS)));
    summary.setLoggerName(seen.record.getLoggerName());
    to.forEach(handler -> handler.publish(summary));
  }

  /** Tells what has come again. */
  @Override
  public void flush() {
    List<Seen> all;
    synchronized (known) {
      all = new ArrayList<>(known.values());
      known.clear();
    }
    all.forEach(this::tell);
    to.forEach(Handler::flush);
  }

  @Override
  public void close() {
    flush();
  }
}
