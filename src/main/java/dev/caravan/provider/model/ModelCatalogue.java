package dev.caravan.provider.model;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of models, from several tables: the operator's file beats what was fetched, which
 * beats the snapshot in the jar (http-api.md 12.1). Nothing is read before somebody asks; the first
 * one waits for that (a tenth of a second or two), so ask on a virtual thread. Thread-safe.
 */
public final class ModelCatalogue {
  private static final Logger LOG = LoggerFactory.getLogger(ModelCatalogue.class);
  private static final int MOST_REMEMBERED = 20_000;

  /** What was read of the tables that are large. */
  private record Tables(ModelTable table, Snapshot snapshot) {}

  /**
   * A table as operators see it.
   *
   * @param date when its facts were written down, empty when not known
   * @param error what is wrong with it, empty when nothing is
   */
  public record Source(String name, int models, String date, String error) {}

  /** A table that was fetched, and when, in epoch milliseconds. */
  private record Fetched(List<ModelInfo> models, long at, String error) {}

  private final Path userFile;
  private final Map<PublicTable, Fetched> fetched =
      Collections.synchronizedMap(new EnumMap<>(PublicTable.class));
  private final ConcurrentMap<String, Optional<Match>> found = new ConcurrentHashMap<>();
  private volatile @Nullable Tables tables;
  private volatile @Nullable UserTable user;
  private volatile long version;
  private long userFileTime;

  /**
   * Makes one that has read nothing.
   *
   * @param userFile {@code model-info.yaml} of the data folder, which need not be there
   */
  public ModelCatalogue(Path userFile) {
    this.userFile = userFile;
  }

  /**
   * What is known of a model.
   *
   * @param provider our name of the provider
   * @param model the provider's name of the model
   * @return null when no table knows it
   */
  public @Nullable Match find(String provider, String model) {
    return find(provider + "/" + model);
  }

  /** The same by the whole name, {@code provider/model}. */
  public @Nullable Match find(String id) {
    Optional<Match> known = found.get(id);
    if (known == null) {
      long before = version;
      known = Optional.ofNullable(lookUp(id));
      if (found.size() >= MOST_REMEMBERED) {
        found.clear(); // names that clients invent must not fill the memory
      }
      if (before == version) {
        found.put(id, known);
      }
    }
    return known.orElse(null);
  }

  private @Nullable Match lookUp(String id) {
    ModelInfo own = user().models().get(id);
    Match other = tables().table().find(id);
    if (own == null) {
      return other;
    }
    return new Match(other == null ? own : own.over(other.info()), Match.How.EXACT);
  }

  /** Whether the operator's own file names a model; reads nothing else. */
  public boolean isOwn(String id) {
    return user().models().containsKey(id);
  }

  /** Changes when what is told may have changed. */
  public long version() {
    return version;
  }

  /** Whether the first question has been answered, so that the next one need not wait. */
  public boolean isLoaded() {
    return tables != null;
  }

  /**
   * Takes a table over that was just fetched.
   *
   * @param at epoch milliseconds
   * @throws IOException when it has lost more than half of the models that it had before
   */
  void adopt(PublicTable table, List<ModelInfo> models, long at) throws IOException {
    Fetched before = fetched.get(table);
    if (before != null && models.size() < before.models().size() / 2) {
      throw new IOException(
          "it has %d models, and had %d".formatted(models.size(), before.models().size()));
    }
    fetched.put(table, new Fetched(models, at, ""));
    synchronized (this) {
      Tables read = tables;
      if (read != null) {
        tables = joined(read.snapshot());
        version++;
        found.clear();
      }
    }
  }

  /** Notes that a table could not be had; whether that is news. */
  boolean troubled(PublicTable table, String why) {
    Fetched before = fetched.get(table);
    fetched.put(
        table,
        before == null
            ? new Fetched(List.of(), 0, why)
            : new Fetched(before.models(), before.at(), why));
    return before == null || before.error().isEmpty();
  }

  /** When a table was last fetched, in epoch milliseconds, 0 when none was. */
  public long lastRefresh() {
    return fetched.values().stream().mapToLong(Fetched::at).max().orElse(0);
  }

  /** A fetched fact beats that of the snapshot, and leaves it where it is silent. */
  private Tables joined(Snapshot snapshot) {
    if (fetched.isEmpty()) {
      return new Tables(new ModelTable(snapshot.models()), snapshot);
    }
    Map<String, ModelInfo> byId = new LinkedHashMap<>();
    for (PublicTable table : PublicTable.values()) {
      Fetched one = fetched.get(table);
      if (one != null) {
        one.models().forEach(model -> byId.putIfAbsent(model.id(), model));
      }
    }
    for (ModelInfo model : snapshot.models()) {
      byId.merge(model.id(), model, ModelInfo::over);
    }
    return new Tables(new ModelTable(byId.values()), snapshot);
  }

  /** Takes a changed file of the operator over; does nothing before the first question. */
  public synchronized void refresh() {
    if (user != null && userFileTime != changed(userFile)) {
      readUser();
    }
  }

  /** The tables in the order in which they count. */
  public List<Source> sources() {
    UserTable own = user();
    Tables read = tables();
    List<Source> sources = new ArrayList<>();
    if (!own.models().isEmpty() || !own.faults().isEmpty()) {
      sources.add(
          new Source(UserTable.SOURCE, own.models().size(), "", String.join("; ", own.faults())));
    }
    for (PublicTable table : PublicTable.values()) {
      Fetched one = fetched.get(table);
      if (one != null) {
        String date = one.at() == 0 ? "" : Instant.ofEpochMilli(one.at()).toString();
        sources.add(new Source(table.word(), one.models().size(), date, one.error()));
      }
    }
    sources.add(
        new Source(Snapshot.SOURCE, read.snapshot().models().size(), read.snapshot().date(), ""));
    return sources;
  }

  /** Names that have been asked for and are remembered. */
  public int rememberedNames() {
    return found.size();
  }

  /** Keys by which models are found. */
  public int indexEntries() {
    return tables().table().entries() + user().models().size();
  }

  private Tables tables() {
    Tables read = tables;
    return read != null ? read : load();
  }

  private synchronized Tables load() {
    Tables read = tables;
    if (read == null) {
      Snapshot snapshot = Snapshot.bundled();
      read = joined(snapshot);
      tables = read;
    }
    return read;
  }

  private UserTable user() {
    UserTable read = user;
    return read != null ? read : loadUser();
  }

  private synchronized UserTable loadUser() {
    UserTable read = user;
    return read != null ? read : readUser();
  }

  private synchronized UserTable readUser() {
    userFileTime = changed(userFile);
    UserTable read = UserTable.read(userFile);
    read.faults().forEach(fault -> LOG.warn("{}: {}", userFile.getFileName(), fault));
    user = read;
    version++;
    found.clear();
    return read;
  }

  private static long changed(Path file) {
    return file.toFile().lastModified(); // 0 when it is not there, and no exception for each look
  }
}
