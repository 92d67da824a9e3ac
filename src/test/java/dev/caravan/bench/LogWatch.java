package dev.caravan.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;

/** Takes the place of the log and keeps what nobody expected. Thread-safe. */
final class LogWatch extends Handler implements AutoCloseable {
  private static final int MOST_KEPT = 20;

  /** Their information is not for users: {@code caravan run} shows warnings of theirs only. */
  private static final List<String> LIBRARIES =
      List.of("org.apache.camel", "io.netty", "io.vertx", "org.quartz");

  private static final List<Pattern> EXPECTED =
      List.of(
          Pattern.compile("upstream \\S+: request \\S+: credential \\S+ failed with .*"),
          Pattern.compile(
              "upstream \\S+: credential \\S+: a stream broke after it had begun .*; the client was told"));

  private final Logger root = Logger.getLogger("");
  private final List<Handler> before;
  private final SimpleFormatter words = new SimpleFormatter();
  private final Map<String, AtomicLong> unexpected = new ConcurrentHashMap<>();

  LogWatch() {
    before = Arrays.asList(root.getHandlers());
    before.forEach(root::removeHandler);
    root.addHandler(this);
  }

  /** Unexpected lines and how often each was written. */
  Map<String, AtomicLong> unexpected() {
    return Map.copyOf(unexpected);
  }

  @Override
  public void publish(LogRecord record) {
    Level least =
        LIBRARIES.stream().anyMatch(record.getLoggerName()::startsWith)
            ? Level.WARNING
            : Level.INFO;
    if (record.getLevel().intValue() < least.intValue()) {
      return;
    }
    String message = words.formatMessage(record);
    boolean known = EXPECTED.stream().anyMatch(p -> p.matcher(message).matches());
    if (!known || record.getThrown() != null) {
      String thrown = record.getThrown() == null ? "" : " (" + trace(record.getThrown()) + ")";
      String line = record.getLevel() + " " + message + thrown;
      if (unexpected.size() < MOST_KEPT || unexpected.containsKey(line)) {
        unexpected.computeIfAbsent(line, _ -> new AtomicLong()).incrementAndGet();
      }
    }
  }

  private static String trace(Throwable thrown) {
    String frames =
        Arrays.stream(thrown.getStackTrace())
            .limit(6)
            .map(StackTraceElement::toString)
            .reduce("", (a, b) -> a + " < " + b);
    return thrown + frames;
  }

  @Override
  public void flush() {}

  /** Puts the log back. */
  @Override
  public void close() {
    root.removeHandler(this);
    for (Handler handler : before) {
      root.addHandler(handler);
    }
  }
}
