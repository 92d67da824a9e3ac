package dev.caravan.reload;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last sets of route files that were live, kept in a folder of the data folder: for each a
 * folder {@code <number>/} with its files and {@code about.json}. Numbers only grow. Not
 * thread-safe.
 *
 * <p>A folder that cannot be written costs the way back over a restart and nothing else: what was
 * live since the start is kept in memory then.
 */
public final class History {
  /** How many are kept. */
  public static final int KEPT = 10;

  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final String ABOUT = "about.json";
  private static final String FILES = "files";

  private final Path folder;
  private final String label;
  private final List<Entry> entries = new ArrayList<>();
  private boolean isRead;

  /**
   * A set that was live.
   *
   * @param number of the generation, from 1
   * @param since when it became live
   * @param digest of its files
   * @param files names of its files
   * @param unsaved the files themselves, when they could not be written
   */
  public record Entry(
      int number, Instant since, String digest, List<String> files, @Nullable RouteSet unsaved) {}

  /**
   * Opens a history; nothing is read or written before it is needed.
   *
   * @param folder where it is, made when there is something to keep
   * @param label name of the routes folder, for complaints about kept files
   */
  public History(Path folder, String label) {
    this.folder = folder;
    this.label = label;
  }

  /** What is kept, oldest first. */
  public List<Entry> entries() {
    if (!isRead) {
      isRead = true;
      try {
        entries.addAll(read());
      } catch (IOException e) {
        LOG.warn("routes: what was live before cannot be read from {}: {}", folder, e.getMessage());
      }
    }
    return List.copyOf(entries);
  }

  /** The newest, which is live or was before a broken start. */
  Optional<Entry> newest() {
    List<Entry> all = entries();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  Optional<Entry> find(int number) {
    return entries().stream().filter(entry -> entry.number() == number).findFirst();
  }

  /**
   * Keeps a set that has become live; the newest is not kept twice.
   *
   * @return its number
   */
  int keep(RouteSet files) {
    Optional<Entry> newest = newest();
    if (newest.isPresent() && newest.get().digest().equals(files.digest())) {
      return newest.get().number();
    }
    int number = newest.map(Entry::number).orElse(0) + 1;
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<String> names = files.files().stream().map(RouteFile::name).toList();
    RouteSet unsaved = null;
    try {
      write(number, now, files);
    } catch (IOException e) {
      LOG.warn(
          "routes: generation {} cannot be kept in {} ({}); the way back to it ends with this process",
          number,
          folder,
          e.getMessage());
      unsaved = files;
    }
    entries.add(new Entry(number, now, files.digest(), names, unsaved));
    while (entries.size() > KEPT) {
      remove(entries.removeFirst().number());
    }
    return number;
  }

  /**
   * The files of an entry.
   *
   * @throws IOException when they are gone or not what they were
   */
  RouteSet filesOf(Entry entry) throws IOException {
    if (entry.unsaved() != null) {
      return entry.unsaved();
    }
    Path from = folder.resolve(Integer.toString(entry.number())).resolve(FILES);
    List<RouteFile> files = new ArrayList<>();
    for (String name : entry.files()) {
      files.add(new RouteFile(name, label + "/" + name, Files.readAllBytes(from.resolve(name))));
    }
    RouteSet set = RouteSet.of(files);
    if (!set.digest().equals(entry.digest())) {
      throw new IOException("its files in %s were changed".formatted(from));
    }
    return set;
  }

  private void write(int number, Instant since, RouteSet files) throws IOException {
    Files.createDirectories(folder);
    Path temporary = Files.createTempDirectory(folder, ".new");
    Path to = temporary.resolve(FILES);
    for (RouteFile file : files.files()) {
      Path target = to.resolve(file.name());
      Files.createDirectories(target.getParent());
      Files.write(target, file.bytes());
    }
    try (OutputStream out = Files.newOutputStream(temporary.resolve(ABOUT));
        JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("number", number);
      json.writeStringField("since", since.toString());
      json.writeStringField("digest", files.digest());
      json.writeArrayFieldStart("files");
      for (RouteFile file : files.files()) {
        json.writeString(file.name());
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    Path last = folder.resolve(Integer.toString(number));
    delete(last);
    Files.move(temporary, last, StandardCopyOption.ATOMIC_MOVE);
  }

  private List<Entry> read() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Entry> found = new ArrayList<>();
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path one : folders.toList()) {
        if (NUMBER.matcher(String.valueOf(one.getFileName())).matches()) {
          try {
            found.add(about(Files.readAllBytes(one.resolve(ABOUT))));
          } catch (IOException | java.time.DateTimeException e) {
            LOG.warn("routes: {} is no generation that can be used: {}", one, e.getMessage());
          }
        }
      }
    }
    found.sort(Comparator.comparingInt(Entry::number));
    return found;
  }

  private static Entry about(byte[] bytes) throws IOException {
    int number = 0;
    String since = "";
    String digest = "";
    List<String> files = new ArrayList<>();
    try (JsonParser json = JsonBytes.parse(bytes, 0, bytes.length)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "number" -> number = json.getIntValue();
          case "since" -> since = json.getText();
          case "digest" -> digest = json.getText();
          case "files" -> {
            while (json.nextToken() == JsonToken.VALUE_STRING) {
              files.add(json.getText());
            }
          }
          default -> json.skipChildren();
        }
      }
    }
    return new Entry(number, Instant.parse(since), digest, List.copyOf(files), null);
  }

  private void remove(int number) {
    try {
      delete(folder.resolve(Integer.toString(number)));
    } catch (IOException e) {
      LOG.warn(
          "routes: generation {} cannot be removed from {}: {}", number, folder, e.getMessage());
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
