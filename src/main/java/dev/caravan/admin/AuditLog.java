package dev.caravan.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each change that an operator makes: {@code logs/audit.jsonl} in the data folder
 * (operations.md 12). Opened for each line, so that it may be moved away at any time. Thread-safe.
 */
public final class AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;

  /**
   * @param home the data folder
   */
  public AuditLog(Path home) {
    this.file = home.resolve("logs").resolve("audit.jsonl");
  }

  /**
   * Notes a change, done or refused. A disk that fails is told in the log and stops nobody.
   *
   * @param who the id of the client key
   * @param from address of the operator
   * @param what method and path
   * @param status of the answer
   * @param why it was refused, null when it was done
   */
  synchronized void note(String who, String from, String what, int status, @Nullable String why) {
    try {
      StringWriter line = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(line)) {
        json.writeStartObject();
        json.writeStringField("time", Instant.now().toString());
        json.writeStringField("who", who);
        json.writeStringField("from", from);
        json.writeStringField("what", what);
        json.writeNumberField("status", status);
        if (why != null) {
          json.writeStringField("refused", why);
        }
        json.writeEndObject();
      }
      Files.createDirectories(file.resolveSibling(""));
      Files.writeString(
          file,
          line.append('\n').toString(),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      LOG.warn("gateway: {} cannot be written ({}); the change: {}", file, e.getMessage(), what);
    }
  }
}
