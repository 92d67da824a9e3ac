package dev.caravan.state;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.caravan.state.StateFile.Condition;
import dev.caravan.state.StateFile.Content;
import dev.caravan.state.StateFile.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps values in a folder: a snapshot of all, and a journal that each write is added to. When the
 * journal has outgrown the snapshot a new pair begins; the pair before is kept, in case the new
 * snapshot is damaged.
 *
 * <p>A journal that a write has failed on is not touched again: the next write begins a new pair
 * from memory, so a full disk, a folder that was away or one that was emptied heals itself. Files
 * that cannot be read are renamed, never overwritten and never deleted. Not thread-safe.
 */
public final class FileStore implements StateStore {
  private static final int PAIRS_KEPT = 2;
  private static final int CHUNK = 1 << 16;

  private final Path folder;
  private final LongUnaryOperator room;
  private final Map<String, byte[]> values = new LinkedHashMap<>();
  private long number;
  private long snapshotSize;
  private long journalSize;
  private @Nullable FolderLock lock;
  private @Nullable FileChannel journal;
  private @Nullable Path journalPath;

  /**
   * Keeps its files in that folder, which is made when the first value is written.
   *
   * @param folder its own, shared with nobody
   */
  public FileStore(Path folder) {
    this(folder, size -> Math.max(1L << 20, 2 * size));
  }

  /**
   * As above, with another measure.
   *
   * @param room bytes that the journal may have beside a snapshot of so many bytes
   */
  FileStore(Path folder, LongUnaryOperator room) {
    this.folder = folder;
    this.room = room;
  }

  /**
   * The same, with the folder locked against other gateways until it is closed.
   *
   * @throws StateInUse when another gateway has it
   */
  public static FileStore locked(Path folder) throws StateInUse {
    FolderLock lock = FolderLock.take(folder);
    FileStore store = new FileStore(folder);
    store.lock = lock;
    return store;
  }

  @Override
  public String place() {
    return folder.toString();
  }

  @Override
  public Loaded load() {
    return read(true);
  }

  @Override
  public Map<String, byte[]> reread() {
    return new FileStore(folder).read(false).values();
  }

  private Loaded read(boolean putsAside) {
    List<String> findings = new ArrayList<>();
    values.clear();
    List<StateFile> files = files(findings);
    files.forEach(file -> number = Math.max(number, file.number()));
    for (StateFile file : files) {
      Content content = file.read();
      if (file.kind() == Kind.SNAPSHOT && content.condition() == Condition.WHOLE) {
        values.clear();
      }
      content.lines().forEach(this::take);
      if (putsAside
          && content.condition() != Condition.WHOLE
          && content.condition() != Condition.TORN) {
        findings.add(putAside(file, content));
      }
    }
    return new Loaded(new LinkedHashMap<>(values), List.copyOf(findings));
  }

  /** By number, each snapshot before the journal that follows it. */
  private List<StateFile> files(List<String> findings) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    List<StateFile> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.toList()) {
        StateFile file = StateFile.of(path);
        if (file != null) {
          files.add(file);
        }
      }
    } catch (IOException e) {
      findings.add("state: %s cannot be read (%s)".formatted(folder, reason(e)));
    }
    files.sort(Comparator.comparingLong(StateFile::number).thenComparing(StateFile::kind));
    return files;
  }

  private void take(StateLine line) {
    byte[] value = line.value();
    if (value == null) {
      values.remove(line.name());
    } else {
      values.put(line.name(), value);
    }
  }

  private static String putAside(StateFile file, Content content) {
    String what =
        switch (content.condition()) {
          case FOREIGN -> "is not a state file of Caravan";
          case FUTURE -> "was written by a later version of Caravan";
          case UNREADABLE -> "cannot be read";
          case CORRUPT, WHOLE, TORN ->
              "is damaged: %d lines are lost, %d are good"
                  .formatted(content.damaged(), content.lines().size());
        };
    String suffix = "." + content.condition().name().toLowerCase(java.util.Locale.ROOT) + "-";
    Path aside = file.path().resolveSibling(file.path().getFileName() + suffix + timestamp());
    try {
      Files.move(file.path(), aside);
      return "state: %s %s; it is kept as %s, and the rest is loaded"
          .formatted(file.path(), what, aside.getFileName());
    } catch (IOException e) {
      return "state: %s %s, and could not be put aside (%s); the rest is loaded"
          .formatted(file.path(), what, reason(e));
    }
  }

  private static long timestamp() {
    return System.currentTimeMillis() / 1000;
  }

  @Override
  public void write(Map<String, byte @Nullable []> changes) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(1024);
    changes.forEach(
        (name, value) -> {
          StateLine line = new StateLine(name, value);
          take(line);
          line.writeTo(lines);
        });
    boolean isFirst = journal == null || isGone();
    try {
      if (isFirst) {
        closeJournal();
        OwnFiles.makeFolder(folder);
        openJournal(number + 1);
      }
      // before anything that takes a while, such as a snapshot: this alone survives a kill
      writeFully(Objects.requireNonNull(journal), lines.toByteArray());
      journalSize += lines.size();
      if (isFirst) {
        writeSnapshot(number);
        removeOld();
      } else if (isOutgrown()) {
        beginPair();
      }
    } catch (IOException | RuntimeException e) {
      closeJournal();
      throw e;
    }
  }

  private boolean isOutgrown() {
    return journalSize >= room.applyAsLong(snapshotSize);
  }

  /** Whether somebody has emptied the folder, so that the open journal has no name any more. */
  private boolean isGone() {
    return journalPath == null || !Files.exists(journalPath);
  }

  // Whatever step this ends at, the files that are there give the values back: the new snapshot
  // counts as soon as it has its name, and until then the old pair does.
  private void beginPair() throws IOException {
    closeJournal();
    writeSnapshot(number + 1);
    openJournal(number + 1);
    removeOld();
  }

  private void openJournal(long next) throws IOException {
    StateFile file = StateFile.in(folder, Kind.JOURNAL, next);
    FileChannel opened = OwnFiles.create(file.path());
    number = next;
    journal = opened;
    journalPath = file.path();
    journalSize = 0;
    writeFully(opened, file.header());
  }

  private void writeSnapshot(long next) throws IOException {
    StateFile snapshot = StateFile.in(folder, Kind.SNAPSHOT, next);
    Path unfinished = folder.resolve("pools.snapshot.tmp");
    Files.deleteIfExists(unfinished);
    snapshotSize = writeSnapshot(unfinished, snapshot);
    Files.move(unfinished, snapshot.path(), ATOMIC_MOVE);
    OwnFiles.syncFolder(folder);
  }

  private long writeSnapshot(Path path, StateFile file) throws IOException {
    try (FileChannel out = OwnFiles.create(path)) {
      ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK + 1024);
      chunk.writeBytes(file.header());
      for (Map.Entry<String, byte[]> value : values.entrySet()) {
        new StateLine(value.getKey(), value.getValue()).writeTo(chunk);
        if (chunk.size() >= CHUNK) {
          writeFully(out, chunk.toByteArray());
          chunk.reset();
        }
      }
      chunk.writeBytes(StateFile.end(values.size()));
      writeFully(out, chunk.toByteArray());
      out.force(true);
      return out.size();
    }
  }

  private void removeOld() {
    for (StateFile file : files(new ArrayList<>())) {
      if (file.number() <= number - PAIRS_KEPT) {
        try {
          Files.deleteIfExists(file.path());
        } catch (IOException e) {
          // it is in nobody's way: a later pair counts
        }
      }
    }
  }

  @Override
  public void sync() throws IOException {
    FileChannel open = journal;
    if (open != null) {
      try {
        open.force(false);
      } catch (IOException e) {
        closeJournal();
        throw e;
      }
    }
  }

  private void closeJournal() {
    FileChannel open = journal;
    journal = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // a new pair replaces it
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      sync();
    } finally {
      closeJournal();
      if (lock != null) {
        lock.close();
      }
    }
  }

  private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  static String reason(IOException e) {
    return e instanceof NoSuchFileException
        ? "there is no " + e.getMessage()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
