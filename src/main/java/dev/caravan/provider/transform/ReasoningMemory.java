package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.caravan.call.TimeSource;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What answers of one provider have thought before they called a tool, for requests whose client
 * has not kept it (providers.md 4.11). One client never gets what another one's answer thought.
 * Bounded by bytes and by time; kept in a file too, unless told otherwise, so that a conversation
 * goes on after a restart. A file that cannot be read or written costs nothing but that.
 * Thread-safe.
 */
public final class ReasoningMemory {
  private static final Logger LOG = LoggerFactory.getLogger(ReasoningMemory.class);
  private static final long MOST_CHARS = 8L << 20;
  private static final int LONGEST = 1 << 20;
  private static final long LARGEST_FILE = 64L << 20;

  /**
   * How long things are kept.
   *
   * @param memory without a file
   * @param disk with one
   * @param write between two writes of the file
   * @param cleanup between two looks for what has grown too old
   */
  public record Times(Duration memory, Duration disk, Duration write, Duration cleanup) {}

  /** A thought, and since when it is known, in epoch milliseconds. */
  private record Thought(String text, long at) {}

  private final @Nullable Path file;
  private final long ttlMillis;
  private final TimeSource time;
  private final Executor later;
  private final Executor muchLater;
  private final AtomicBoolean cleanupIsDue = new AtomicBoolean();
  private final AtomicBoolean writeIsDue = new AtomicBoolean();
  private final AtomicBoolean complained = new AtomicBoolean();
  private final Cache<String, Thought> thoughts =
      Caffeine.newBuilder()
          .maximumWeight(MOST_CHARS)
          .weigher((String key, Thought thought) -> 64 + thought.text().length())
          .executor(Runnable::run)
          .build();
  private boolean loaded;

  /**
   * A memory that has read nothing yet.
   *
   * @param file where it is kept, null for nowhere
   */
  public ReasoningMemory(@Nullable Path file, Times times, TimeSource time) {
    this.file = file;
    this.ttlMillis = (file == null ? times.memory() : times.disk()).toMillis();
    this.time = time;
    this.later = after(times.write());
    this.muchLater = after(times.cleanup());
  }

  private static Executor after(Duration pause) {
    return CompletableFuture.delayedExecutor(
        pause.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread);
  }

  /** What was thought for this key, null when nobody knows. */
  @Nullable String recall(String client, String key) {
    load();
    Thought thought = thoughts.getIfPresent(hidden(client, key));
    return thought == null || isOver(thought) ? null : thought.text();
  }

  void remember(String client, String key, String text) {
    if (text.length() > LONGEST) {
      return;
    }
    load();
    thoughts.put(hidden(client, key), new Thought(text, time.epochMillis()));
    changed();
    cleanUpLater();
  }

  private void changed() {
    if (file != null && writeIsDue.compareAndSet(false, true)) {
      later.execute(this::write);
    }
  }

  private void cleanUpLater() {
    if (cleanupIsDue.compareAndSet(false, true)) {
      muchLater.execute(this::cleanUp);
    }
  }

  /** Takes out what has grown too old; by itself as long as there is something. */
  void cleanUp() {
    cleanupIsDue.set(false);
    if (thoughts.asMap().values().removeIf(this::isOver)) {
      changed();
    }
    if (!thoughts.asMap().isEmpty()) {
      cleanUpLater();
    }
  }

  /** How many thoughts are kept, those that have grown too old among them. */
  int size() {
    return thoughts.asMap().size();
  }

  /** Writes what has changed; for the end, else it is done by itself. */
  public void write() {
    if (file == null || !writeIsDue.getAndSet(false)) {
      return;
    }
    try {
      Path folder = file.toAbsolutePath().resolveSibling("");
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "reasoning.", ".tmp"); // the owner's alone
      try {
        try (OutputStream out = Files.newOutputStream(fresh);
            JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
          json.writeStartObject();
          for (Map.Entry<String, Thought> one : thoughts.asMap().entrySet()) {
            if (!isOver(one.getValue())) {
              json.writeArrayFieldStart(one.getKey());
              json.writeNumber(one.getValue().at());
              json.writeString(one.getValue().text());
              json.writeEndArray();
            }
          }
          json.writeEndObject();
        }
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      if (complained.compareAndSet(false, true)) {
        LOG.warn("reasoning cannot be kept in {} ({}); a restart forgets it", file, e.getMessage());
      }
    }
  }

  private synchronized void load() {
    if (loaded || file == null) {
      return;
    }
    loaded = true;
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_FILE) {
        return;
      }
      byte[] bytes = Files.readAllBytes(file);
      try (JsonParser json = JsonBytes.parse(bytes, 0, bytes.length)) {
        if (json.nextToken() == JsonToken.START_OBJECT) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            thought(json);
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("{} is not used: {}", file, e.getMessage());
    }
    if (!thoughts.asMap().isEmpty()) {
      cleanUpLater();
    }
  }

  private void thought(JsonParser json) throws IOException {
    String key = json.currentName();
    if (json.nextToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    long at = json.nextLongValue(0);
    String text = json.nextTextValue();
    if (text != null && text.length() <= LONGEST) {
      Thought thought = new Thought(text, at);
      if (!isOver(thought)) {
        thoughts.asMap().putIfAbsent(key, thought);
      }
    }
    while (json.currentToken() != JsonToken.END_ARRAY && json.nextToken() != null) {
      json.skipChildren();
    }
  }

  private boolean isOver(Thought thought) {
    return time.epochMillis() - thought.at() >= ttlMillis;
  }

  /** Neither names of clients nor what they asked for stand in the file's keys. */
  private static String hidden(String client, String key) {
    return Trees.sha256(client.length() + ":" + client + key);
  }
}
