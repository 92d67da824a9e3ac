package dev.caravan.state;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.call.Earlier;
import dev.caravan.pool.Sessions;
import dev.caravan.pool.Sessions.Known;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the conversations over a restart, in one file of numbers: keyed hashes, ids of credentials
 * and times, no text of anybody (rotation.md 7.1, 2.8). Written at most every five seconds, by a
 * thread of its own, and at the end. A file that cannot be read is put aside, and one that cannot
 * be written is tried again; no request notices either.
 */
public final class SessionFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionFile.class);
  private static final JsonFactory JSON = new JsonFactory();
  private static final int VERSION = 1;
  private static final int TELL_EACH = 10;
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Path file;
  private final Sessions sessions;
  private final Thread thread;
  private volatile boolean closing;
  private int failures;

  private SessionFile(Path file, Sessions sessions) {
    this.file = file;
    this.sessions = sessions;
    this.thread = Thread.ofPlatform().name("sessions").daemon().unstarted(this::run);
  }

  /** Gives the sessions what the file has kept, and follows them from now on. */
  public static SessionFile follow(Path file, Sessions sessions) {
    SessionFile it = new SessionFile(file, sessions);
    it.load();
    it.thread.start();
    return it;
  }

  private void load() {
    if (!Files.exists(file)) {
      return;
    }
    try {
      JsonObject json = JsonObject.parse(Files.readAllBytes(file));
      if (json.number("schema_version") != VERSION) {
        putAside("was written by another version");
        return;
      }
      List<Known> kept = new ArrayList<>();
      for (JsonObject one : json.list("sessions")) {
        kept.add(known(one));
      }
      sessions.restore(kept);
    } catch (IOException | NumberFormatException e) {
      putAside("cannot be read (%s)".formatted(e.getMessage()));
    }
  }

  private static Known known(JsonObject one) {
    return new Known(
        Long.parseUnsignedLong(one.text("number", ""), 16),
        Long.parseUnsignedLong(one.text("root", "0"), 16),
        new Earlier(one.text("provider", ""), one.text("credential", ""), one.number("last_use")),
        one.flag("shared"));
  }

  private void putAside(String why) {
    Path aside =
        file.resolveSibling(file.getFileName() + ".corrupt-" + Instant.now().getEpochSecond());
    try {
      Files.move(file, aside);
      LOG.warn("state: {} {}; it is kept as {}, and sessions begin anew", file, why, aside);
    } catch (IOException e) {
      LOG.warn("state: {} {}; sessions begin anew", file, why);
    }
  }

  private void run() {
    while (!closing) {
      LockSupport.parkNanos(this, PAUSE.toNanos());
      if (!closing) {
        writeIfChanged();
      }
    }
  }

  private synchronized void writeIfChanged() {
    if (!sessions.takeChanged() && failures == 0) {
      return;
    }
    try {
      write();
      failures = 0;
    } catch (IOException e) {
      if (failures++ % TELL_EACH == 0) {
        LOG.warn(
            "state: {} cannot be written ({}); sessions go on, and it is tried again",
            file,
            FileStore.reason(e));
      }
    }
  }

  private void write() throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(unfinished);
    try (FileChannel out = OwnFiles.create(unfinished)) {
      ByteBuffer rest = ByteBuffer.wrap(text());
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      out.force(true);
    }
    Files.move(unfinished, file, ATOMIC_MOVE);
  }

  private byte[] text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("schema_version", VERSION);
      json.writeStringField("updated_at", Instant.now().toString());
      json.writeArrayFieldStart("sessions");
      for (Known one : sessions.all()) {
        json.writeRaw("\n");
        json.writeStartObject();
        json.writeStringField("number", Long.toHexString(one.number()));
        json.writeStringField("root", Long.toHexString(one.root()));
        json.writeStringField("provider", one.last().provider());
        json.writeStringField("credential", one.last().credential());
        json.writeNumberField("last_use", one.last().atMillis());
        json.writeBooleanField("shared", one.shared());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** Writes what is left. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    writeIfChanged();
  }
}
