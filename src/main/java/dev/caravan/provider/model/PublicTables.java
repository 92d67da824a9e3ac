package dev.caravan.provider.model;

import dev.caravan.call.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the public tables of models fresh in a catalogue (http-api.md 12.1). Asks nobody before the
 * catalogue has been asked for something, and nobody at all when it is told so. The last good page
 * of each is kept in {@code cache/model-info/}, so that a start need not fetch what is fresh; what
 * cannot be had, is no table or has lost more than half of its models changes nothing. Thread-safe.
 */
public final class PublicTables {
  private static final Logger LOG = LoggerFactory.getLogger(PublicTables.class);
  private static final Duration AGAIN = Duration.ofMinutes(15);

  /** Fetches a page and waits for it. */
  @FunctionalInterface
  public interface Fetch {
    /**
     * The body of a good answer.
     *
     * @throws IOException when there is none
     */
    byte[] page(String url) throws IOException;
  }

  private final ModelCatalogue catalogue;
  private final Fetch fetch;
  private final TimeSource time;
  private final Duration interval;
  private final boolean offline;
  private final Path folder;
  private final Map<PublicTable, Long> dueAt = new EnumMap<>(PublicTable.class);
  private final AtomicBoolean running = new AtomicBoolean();
  private boolean keptAreRead;

  /**
   * None yet.
   *
   * @param interval between two fetches of a table
   * @param offline whether nothing is ever fetched, nor taken from an earlier fetch
   * @param folder where pages are kept
   */
  public PublicTables(
      ModelCatalogue catalogue,
      Fetch fetch,
      TimeSource time,
      Duration interval,
      boolean offline,
      Path folder) {
    this.catalogue = catalogue;
    this.fetch = fetch;
    this.time = time;
    this.interval = interval;
    this.offline = offline;
    this.folder = folder;
  }

  /** Fetches in the background what has grown old; returns at once. */
  public void refreshInBackground() {
    if (!offline && catalogue.isLoaded() && running.compareAndSet(false, true)) {
      Thread.startVirtualThread(
          () -> {
            try {
              refresh();
            } finally {
              running.set(false);
            }
          });
    }
  }

  /** Fetches what has grown old, and waits for it. */
  synchronized void refresh() {
    if (offline) {
      return;
    }
    if (!keptAreRead) {
      keptAreRead = true;
      for (PublicTable table : PublicTable.values()) {
        readKept(table);
      }
    }
    long now = time.epochMillis();
    for (PublicTable table : PublicTable.values()) {
      if (dueAt.getOrDefault(table, 0L) <= now) {
        fetch(table, now);
      }
    }
  }

  private void readKept(PublicTable table) {
    Path file = file(table);
    try {
      if (Files.isRegularFile(file)) {
        long fetchedAt = Files.getLastModifiedTime(file).toMillis();
        catalogue.adopt(table, table.read(Files.readAllBytes(file)), fetchedAt);
        dueAt.put(table, fetchedAt + interval.toMillis());
      }
    } catch (IOException e) {
      LOG.debug("{} is not used: {}", file, e.getMessage());
    }
  }

  private void fetch(PublicTable table, long now) {
    try {
      byte[] page = fetch.page(table.url());
      catalogue.adopt(table, table.read(page), now);
      dueAt.put(table, now + interval.toMillis());
      keep(table, page, now);
    } catch (IOException e) {
      long pause = Math.min(AGAIN.toMillis(), interval.toMillis());
      dueAt.put(table, now + pause);
      String why = String.valueOf(e.getMessage());
      if (catalogue.troubled(table, why)) {
        LOG.info(
            "the table of models at {} is not taken over ({}); what is known stays",
            table.url(),
            why);
      }
    }
  }

  private void keep(PublicTable table, byte[] page, long now) {
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, table.word() + ".", ".tmp");
      try {
        Files.write(fresh, page);
        Files.setLastModifiedTime(fresh, FileTime.fromMillis(now));
        Files.move(
            fresh,
            file(table),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be kept: {}", file(table), e.getMessage());
    }
  }

  private Path file(PublicTable table) {
    return folder.resolve(table.word() + ".json");
  }
}
