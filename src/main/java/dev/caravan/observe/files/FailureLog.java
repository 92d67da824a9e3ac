package dev.caravan.observe.files;

import dev.caravan.call.Fault;
import dev.caravan.observe.Redaction;
import dev.caravan.observe.RollingFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line for each attempt that failed: {@code logs/failures.log} (operations.md 13.4). Thread-safe;
 * a caller pays for putting a record into a queue.
 */
public final class FailureLog {
  private static final long MOST_BYTES = 5 << 20;
  private static final int KEPT = 2;
  private static final int LONGEST_MESSAGE = 5000;
  private static final int LONGEST_ANSWER = 10_000;
  private static final int LONGEST_CAUSE = 2000;
  private static final int MOST_CAUSES = 5;

  /** What a line needs while it waits, beside the provider's answer. */
  private static final int ROUGH_SIZE = 4096;

  private final boolean on;
  private final LogWriter writer;
  private final Memory memory;
  private final Redaction redaction;
  private final RollingFile file;

  FailureLog(boolean on, Path file, LogWriter writer, Memory memory, Redaction redaction) {
    this.on = on;
    this.writer = writer;
    this.memory = memory;
    this.redaction = redaction;
    this.file = new RollingFile(file, MOST_BYTES, KEPT, false);
  }

  public boolean isOn() {
    return on;
  }

  /** Adds an attempt. */
  public void add(FailedAttempt attempt) {
    if (!on) {
      return;
    }
    Fault.RawAnswer answer = attempt.fault().answer();
    long size = (long) ROUGH_SIZE + (answer == null ? 0 : answer.body().length);
    if (!memory.take(size)) {
      writer.leftOut();
      return;
    }
    Instant now = Instant.now();
    writer.offer(
        () -> {
          try {
            file.append(line(attempt, now));
          } finally {
            memory.give(size);
          }
        });
  }

  private byte[] line(FailedAttempt attempt, Instant at) throws IOException {
    Fault fault = attempt.fault();
    Fault.RawAnswer answer = fault.answer();
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    MaskedJson.line(
        redaction,
        out,
        json -> {
          json.value("timestamp", at)
              .text("request_id", attempt.requestId())
              .text("api_key_ending", attempt.credential())
              .text("provider", attempt.provider())
              .text("model", attempt.model())
              .number("attempt_number", attempt.number())
              .text("error_type", fault.kind().word())
              .text("error_message", shortened(fault.message(), LONGEST_MESSAGE))
              .text("raw_response", answer == null ? null : text(answer.body()))
              .headers("request_headers", attempt.headers());
          List<Throwable> chain = chain(attempt.problem());
          if (chain.size() > 1) {
            json.list(
                "error_chain",
                chain,
                (link, cause) ->
                    link.text("type", cause.getClass().getSimpleName())
                        .text(
                            "message",
                            shortened(String.valueOf(cause.getMessage()), LONGEST_CAUSE)));
          } else {
            json.text("error_chain", null);
          }
          json.number("status", fault.status())
              .text("stage", "upstream")
              .text("classified_as", fault.evidence())
              .text("decision", attempt.decision())
              .value("retry_after", fault.retryAfter() == null ? null : seconds(fault))
              .text(
                  "reset_at",
                  fault.retryAfter() == null ? null : at.plus(fault.retryAfter()).toString())
              .text("reset_source", fault.retryAfter() == null ? null : "upstream");
        });
    return out.toByteArray();
  }

  private static long seconds(Fault fault) {
    return fault.retryAfter() == null ? 0 : fault.retryAfter().toSeconds();
  }

  private static List<Throwable> chain(@Nullable Throwable problem) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = problem; t != null && chain.size() < MOST_CAUSES; t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }

  private String text(byte[] body) {
    return shortened(new String(body, StandardCharsets.UTF_8), LONGEST_ANSWER);
  }

  /** Masked before it is cut: half a secret would not be known for one. */
  private String shortened(String text, int most) {
    String masked = redaction.mask(text);
    return masked.length() <= most ? masked : masked.substring(0, most) + "…";
  }

  void close() throws IOException {
    file.close();
  }
}
