package dev.caravan.observe.files;

import dev.caravan.call.Call;
import dev.caravan.call.Transcript;
import dev.caravan.config.Choice.RequestLogMode;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import dev.caravan.observe.Logs;
import dev.caravan.observe.Redaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway writes about its requests: folders of calls, raw traffic, failed attempts, and a
 * line for each request. What of it is on is decided at the start; when none is, a request costs a
 * look at a field. Thread-safe.
 */
public final class LogFiles implements AutoCloseable {
  private static final Duration CLEANING = Duration.ofMinutes(10);
  private static final long MOST_OF_AN_ERROR = 1 << 20;
  private static final String ACCESS = "access";

  private final boolean access;
  private final boolean raw;
  private final boolean requests;
  private final RequestLogMode mode;
  private final double sample;
  private final Memory memory;
  private final LogWriter writer;
  private final TransactionFiles transactionFiles;
  private final RawFiles rawFiles;
  private final FailureLog failures;

  /** Sets up what the settings say; nothing is written before there is something to write. */
  public LogFiles(Configuration settings, Redaction redaction) {
    this.access = settings.get(Settings.ACCESS_LOG);
    this.raw = settings.get(Settings.RAW_LOG);
    this.requests = settings.get(Settings.REQUEST_LOG);
    this.mode = settings.get(Settings.REQUEST_LOG_MODE);
    this.sample = settings.get(Settings.REQUEST_LOG_SAMPLE);
    int megabytes = settings.get(Settings.LOG_QUEUE_MAX_MB);
    this.memory = new Memory((long) megabytes << 20);
    this.writer = new LogWriter("LOG_QUEUE_MAX_MB (%d)".formatted(megabytes));
    Path logs = settings.get(Settings.LOGS_DIR);
    Path transactions = logs.resolve("transactions");
    Path rawFolder = logs.resolve("raw_io");
    FolderNames names = new FolderNames(redaction, ZoneId.systemDefault());
    this.transactionFiles = new TransactionFiles(transactions, redaction, names);
    this.rawFiles = new RawFiles(rawFolder, redaction, names);
    this.failures =
        new FailureLog(
            settings.get(Settings.FAILURE_LOG),
            logs.resolve("failures.log"),
            writer,
            memory,
            redaction);
    Retention retention =
        new Retention(
            logs,
            List.of(transactions, rawFolder),
            Duration.ofDays(settings.get(Settings.LOG_MAX_AGE_DAYS)),
            (long) settings.get(Settings.LOG_MAX_TOTAL_MB) << 20);
    if (requests || raw || retention.hasAnything()) {
      writer.every(CLEANING, () -> retention.apply(System.currentTimeMillis()));
    }
  }

  /** Whether any request is to be taken down. */
  public boolean takesRequests() {
    return access || raw || requests;
  }

  /** Takes a request down as far as the settings want it; its client's body follows. */
  public Transcript begin(RequestFacts request) {
    boolean logged = requests && (sample >= 1 || ThreadLocalRandom.current().nextDouble() < sample);
    boolean content = logged && mode != RequestLogMode.META;
    long limit = mode == RequestLogMode.ERRORS && !raw ? MOST_OF_AN_ERROR : Long.MAX_VALUE;
    return new TakenCall(
        request, content || raw, content, limit, memory, taken -> complete(taken, logged));
  }

  /**
   * Takes a request down in full, whatever the settings say.
   *
   * @param begun what takes it down so far, null when nothing does
   */
  public Transcript insist(RequestFacts request, @Nullable Transcript begun) {
    TakenCall taken =
        begun instanceof TakenCall known
            ? known
            : new TakenCall(
                request, true, true, Long.MAX_VALUE, memory, whole -> complete(whole, false));
    taken.insist();
    return taken;
  }

  /** Where failed attempts are told. */
  public FailureLog failures() {
    return failures;
  }

  /** Requests and failed attempts of which there was no memory to keep what they said. */
  public long leftOut() {
    return writer.leftOutCount();
  }

  /** Records that could not be written. */
  public long failed() {
    return writer.failedCount();
  }

  /** Bytes that wait to be written. */
  public long waiting() {
    return memory.held();
  }

  private void complete(TakenCall taken, boolean logged) {
    if (taken.forgotten) {
      writer.leftOut();
    }
    writer.offer(
        () -> {
          try {
            write(taken, logged);
          } finally {
            taken.release();
          }
        });
  }

  private void write(TakenCall taken, boolean logged) throws IOException {
    Call call = taken.call;
    boolean insisted = taken.isInsistedOn();
    if (access) {
      Logs.tell(ACCESS, AccessLine.of(taken));
    }
    boolean wanted = logged && (mode != RequestLogMode.ERRORS || taken.isFailed());
    if (call != null && (wanted || insisted)) {
      transactionFiles.write(taken, call, insisted || mode != RequestLogMode.META);
    }
    if (raw) {
      rawFiles.write(taken);
    }
  }

  /** Writes what is still to be written, for a few seconds at most. */
  @Override
  public void close() {
    writer.close();
    try {
      failures.close();
    } catch (IOException e) {
      // it was written before
    }
  }
}
