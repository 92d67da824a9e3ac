package dev.caravan.observe;

import dev.caravan.config.Choice.LogFormat;
import dev.caravan.config.Choice.LogLevel;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process's log: one handler on standard error, in {@code LOG_FORMAT}, from {@code LOG_LEVEL}
 * on, with every record behind the masks of {@link Redaction}. To be set up before anything logs.
 */
public final class Logs {

  static {
    // Read once, when the first logger is made; afterwards it changes nothing.
    if (System.getProperty("java.util.logging.manager") == null) {
      System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    }
  }

  /** Libraries that tell more than an operator wants to know. */
  private static final List<String> TALKATIVE =
      List.of("org.apache.camel", "io.netty", "io.vertx", "org.quartz");

  private static final long FILE_BYTES = 10 << 20;
  private static final int FILES_KEPT = 5;

  /** Logs what it then throws; whoever catches it tells it better, or it is a reload's to tell. */
  private final Logger throwing =
      Logger.getLogger("org.apache.camel.impl.engine.AbstractCamelContext");

  // Held here, because the JDK forgets the level of a logger that nobody holds.
  private final Logger root = Logger.getLogger("");
  private final List<Logger> talkative = TALKATIVE.stream().map(Logger::getLogger).toList();

  private final Repeats repeats;

  private Logs(Repeats repeats) {
    this.repeats = repeats;
  }

  /** Takes over the log of the process, uncaught exceptions included. */
  public static Logs install(Configuration configuration, Redaction redaction) {
    LogFormat format = configuration.get(Settings.LOG_FORMAT);
    List<Handler> handlers = new ArrayList<>();
    handlers.add(new LogStream(System.err, lines(format, redaction, isColoured(configuration))));
    if (configuration.get(Settings.LOG_FILE)) {
      Path file = configuration.get(Settings.LOGS_DIR).resolve("proxy.log");
      handlers.add(
          new LogFile(
              new RollingFile(file, FILE_BYTES, FILES_KEPT, true),
              lines(format, redaction, false)));
    }
    Logs logs = install(handlers);
    logs.level(configuration.get(Settings.LOG_LEVEL));
    return logs;
  }

  static Logs install(PrintStream out, Formatter lines) {
    return install(List.of(new LogStream(out, lines)));
  }

  private static Logs install(List<Handler> handlers) {
    Logs logs = new Logs(new Repeats(handlers));
    Stream.concat(Stream.of(logs.root), logs.talkative.stream()).forEach(Logs::silence);
    logs.root.addHandler(logs.repeats);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) ->
            logs.root.log(
                Level.SEVERE, thrown, () -> "thread " + thread.getName() + " ended by an error"));
    return logs;
  }

  /** Logs a record that has members of its own in JSON. */
  public static void tell(String logger, LogFields fields) {
    LogRecord record = new LogRecord(Level.INFO, "{0}");
    record.setLoggerName(logger);
    record.setParameters(new Object[] {fields});
    Logger.getLogger(logger).log(record);
  }

  /** Tells what has been counted instead of being logged again; for the end of the process. */
  public void flush() {
    repeats.flush();
  }

  /** Changes the level of the running process. */
  public void level(LogLevel level) {
    root.setLevel(jdk(level));
    @Nullable Level quieter =
        switch (level) {
          case TRACE, DEBUG -> null;
          case INFO, WARN -> Level.WARNING;
          case ERROR -> Level.SEVERE;
          case OFF -> Level.OFF;
        };
    talkative.forEach(logger -> logger.setLevel(quieter));
    throwing.setLevel(quieter == null ? null : Level.OFF);
  }

  static Formatter lines(LogFormat format, Redaction redaction, boolean isColoured) {
    return switch (format) {
      case TEXT -> new TextLines(redaction, ZoneId.systemDefault(), isColoured);
      case JSON -> new JsonLines(redaction);
    };
  }

  private static void silence(Logger logger) {
    for (Handler handler : logger.getHandlers()) {
      logger.removeHandler(handler);
    }
  }

  @SuppressWarnings("SystemConsoleNull") // the JDK's built-in console is null without a terminal
  private static boolean isColoured(Configuration configuration) {
    Map<String, String> variables = configuration.variables();
    String terminal = variables.getOrDefault("TERM", "dumb");
    if (terminal.equals("dumb") || !variables.getOrDefault("NO_COLOR", "").isEmpty()) {
      // Asked last: the JDK looks through its modules for a console, which takes a while.
      return false;
    }
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static Level jdk(LogLevel level) {
    return switch (level) {
      case TRACE -> Level.FINEST;
      case DEBUG -> Level.FINE;
      case INFO -> Level.INFO;
      case WARN -> Level.WARNING;
      case ERROR -> Level.SEVERE;
      case OFF -> Level.OFF;
    };
  }
}
