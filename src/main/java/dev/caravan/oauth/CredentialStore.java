package dev.caravan.oauth;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of accounts: {@code oauth_creds/<provider>_oauth_<n>.json}, readable by their owner
 * alone. A file is replaced in one step: the new text is whole on disk, under a name of its own,
 * before the old one goes; what a process that was killed has left under that name is taken over by
 * the next that looks. Thread-safe; several processes may use one folder.
 */
public final class CredentialStore {
  private static final Pattern NAME = Pattern.compile("([a-z0-9_.-]+?)_oauth_(.+)\\.json");
  private static final String NEW = ".new";
  private static final long LARGEST = 1 << 20;

  private final Path folder;
  private final FileCipher cipher;

  /**
   * A file with an account.
   *
   * @param number that its name ends with, {@link Integer#MAX_VALUE} when it ends with none
   */
  public record Stored(Path file, String provider, int number, AccountDocument document) {
    public String name() {
      return String.valueOf(file.getFileName());
    }

    /** By what name its refresh is locked. */
    public String lockName() {
      return AccountLock.name(
          provider, document.identity().isEmpty() ? name() : document.identity());
    }
  }

  /**
   * A file that cannot be used, or should not stay as it is.
   *
   * @param what is wrong and what to do, the end of a sentence
   */
  public record Trouble(Path file, String what) {}

  /** What the folder holds. */
  public record Listing(List<Stored> accounts, List<Trouble> troubles) {

    public List<Stored> of(String provider) {
      return accounts.stream().filter(stored -> stored.provider().equals(provider)).toList();
    }
  }

  /** One whose files are written as they are. */
  public CredentialStore(Path folder) {
    this(folder, FileCipher.none());
  }

  /**
   * Opens nothing yet.
   *
   * @param cipher how files are written, and which ones can be read
   */
  public CredentialStore(Path folder, FileCipher cipher) {
    this.folder = folder;
    this.cipher = cipher;
  }

  /**
   * The one of an installation.
   *
   * @throws IllegalArgumentException if its settings cannot be followed
   */
  public static CredentialStore of(Configuration configuration) {
    return new CredentialStore(
        configuration.get(Settings.OAUTH_CREDS_DIR), FileCipher.of(configuration));
  }

  public Path folder() {
    return folder;
  }

  /** All accounts, by provider and number. */
  public synchronized Listing list() {
    List<Stored> accounts = new ArrayList<>();
    List<Trouble> troubles = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return new Listing(List.of(), List.of());
    }
    finishWhatWasBegun(troubles);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (name.matches() && !name.group(1).startsWith(".") && Files.isRegularFile(file)) {
          try {
            accounts.add(new Stored(file, name.group(1), number(name.group(2)), read(file)));
            shown(file, troubles);
          } catch (IOException e) {
            troubles.add(new Trouble(file, reason(e)));
          }
        }
      }
    } catch (IOException e) {
      troubles.add(new Trouble(folder, reason(e)));
    }
    accounts.sort(
        Comparator.comparing(Stored::provider)
            .thenComparingInt(Stored::number)
            .thenComparing(Stored::name));
    return new Listing(List.copyOf(accounts), List.copyOf(troubles));
  }

  /**
   * Reads one file, wherever it is.
   *
   * @throws IOException if it holds no account; its message is the end of a sentence
   */
  public AccountDocument read(Path file) throws IOException {
    return AccountDocument.read(bytes(file));
  }

  /**
   * What a file says, wherever it is, without its encryption.
   *
   * @throws IOException if it cannot be read; its message is the end of a sentence
   */
  byte[] bytes(Path file) throws IOException {
    return cipher.open(raw(file));
  }

  private static byte[] raw(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException("it is too large for a credential file");
    }
    return Files.readAllBytes(file);
  }

  /** Whether files are written encrypted. */
  public boolean encrypts() {
    return cipher.encrypts();
  }

  /**
   * Writes a file anew where it is not encrypted as it should be, or should not be.
   *
   * @return whether it was
   * @throws IOException if it cannot be read or written; it is as it was then
   */
  public synchronized boolean rewrite(Path file) throws IOException {
    byte[] now = raw(file);
    if (cipher.isAsWanted(now)) {
      return false;
    }
    save(file, AccountDocument.read(cipher.open(now)));
    return true;
  }

  /**
   * Keeps an account: in the file that has it already, else in one with the next number
   * (providers.md 2.5).
   *
   * @throws IOException if it cannot be written; what was there is untouched
   */
  public synchronized Path add(String provider, AccountDocument document) throws IOException {
    List<Stored> known = list().of(provider);
    Optional<Stored> same =
        known.stream()
            .filter(stored -> !document.identity().isEmpty())
            .filter(stored -> stored.document().identity().equals(document.identity()))
            .findFirst();
    Path file = same.map(Stored::file).orElseGet(() -> next(provider, known));
    save(file, document);
    return file;
  }

  private Path next(String provider, List<Stored> known) {
    int number =
        known.stream().mapToInt(Stored::number).filter(n -> n != Integer.MAX_VALUE).max().orElse(0);
    Path file;
    do {
      number++;
      file = folder.resolve(provider + "_oauth_" + number + ".json");
    } while (Files.exists(file));
    return file;
  }

  /**
   * Replaces a file in one step.
   *
   * @throws IOException if it cannot be written; what was there is untouched
   */
  public synchronized void save(Path file, AccountDocument document) throws IOException {
    makeFolder();
    byte[] bytes = cipher.seal(document.bytes());
    try (FileChannel _ = lock()) {
      Path fresh = fresh(file);
      try {
        Files.deleteIfExists(fresh);
        write(fresh, bytes);
      } catch (IOException e) {
        Files.deleteIfExists(fresh);
        throw e;
      }
      replace(fresh, file, bytes);
    }
  }

  /**
   * Notes facts about an account in its file; one with an empty text goes.
   *
   * @throws IOException if it cannot be written; what was there is untouched
   */
  public synchronized Stored note(Stored stored, Map<String, String> facts) throws IOException {
    // as the file is now: a gateway may have refreshed it meanwhile
    AccountDocument next = read(stored.file()).withFacts(facts);
    save(stored.file(), next);
    return new Stored(stored.file(), stored.provider(), stored.number(), next);
  }

  private void replace(Path fresh, Path file, byte[] bytes) throws IOException {
    try {
      Files.move(fresh, file, ATOMIC_MOVE);
      syncFolder();
    } catch (FileSystemException mounted) {
      // a file that is mounted into a container can be rewritten, but not replaced
      try (FileChannel channel = FileChannel.open(file, CREATE, WRITE, TRUNCATE_EXISTING)) {
        writeAll(channel, bytes);
      }
      Files.deleteIfExists(fresh);
    }
  }

  /** Moves a file to {@code backups/} beside the folder; its tokens may still be good there. */
  public synchronized Path remove(Path file) throws IOException {
    Path backups = folder.toAbsolutePath().resolveSibling("backups");
    Files.createDirectories(backups);
    keepToOwner(backups, "rwx------");
    Path kept = backups.resolve(String.valueOf(file.getFileName()));
    for (int i = 2; Files.exists(kept); i++) {
      kept = backups.resolve(file.getFileName() + "." + i);
    }
    Files.move(file, kept);
    return kept;
  }

  /** What was whole on disk when its writer was killed takes the place that it was made for. */
  private void finishWhatWasBegun(List<Trouble> troubles) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> left =
          files
              .filter(f -> String.valueOf(f.getFileName()).startsWith("."))
              .filter(f -> String.valueOf(f.getFileName()).endsWith(".json" + NEW))
              .toList();
      if (left.isEmpty()) {
        return;
      }
      try (FileChannel _ = lock()) {
        for (Path fresh : left) {
          finish(fresh, troubles);
        }
      }
    } catch (IOException e) {
      troubles.add(new Trouble(folder, reason(e)));
    }
  }

  private void finish(Path fresh, List<Trouble> troubles) throws IOException {
    String name = String.valueOf(fresh.getFileName());
    Path file = folder.resolve(name.substring(1, name.length() - NEW.length()));
    byte[] whole;
    try {
      whole = raw(fresh);
      AccountDocument.read(cipher.open(whole));
    } catch (NoSuchFileException finished) {
      return; // by its writer, meanwhile
    } catch (FileCipher.Locked locked) {
      troubles.add(
          new Trouble(file, "a save of it was cut off and cannot be read yet: " + reason(locked)));
      return;
    } catch (IOException half) {
      Files.deleteIfExists(fresh);
      troubles.add(
          new Trouble(file, "a save of it was cut off before it was whole; the old one stays"));
      return;
    }
    try {
      replace(fresh, file, whole);
      troubles.add(new Trouble(file, "a save of it was cut off; it has been finished"));
    } catch (IOException e) {
      // what is whole is kept for the next look: it may be the only copy of a rotated token
      troubles.add(
          new Trouble(file, "a save of it was cut off and cannot be finished yet: " + reason(e)));
    }
  }

  private static Path fresh(Path file) {
    return file.resolveSibling("." + file.getFileName() + NEW);
  }

  /** Keeps other processes from writing meanwhile; closing it lets them. */
  private FileChannel lock() throws IOException {
    FileChannel channel = FileChannel.open(folder.resolve(".lock"), CREATE, WRITE);
    try {
      channel.lock();
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      keepToOwner(folder, "rwx------");
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
      keepToOwner(file, "rw-------");
      writeAll(channel, bytes);
    }
  }

  private static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
    channel.force(true);
  }

  /** So that the rename itself survives a power cut. */
  private void syncFolder() {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    } catch (IOException notOnThisSystem) {
      // Windows cannot open folders; the rename is then as durable as the system makes it
    }
  }

  private static void shown(Path file, List<Trouble> troubles) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null) {
      Set<PosixFilePermission> may = view.readAttributes().permissions();
      if (may.contains(PosixFilePermission.GROUP_READ)
          || may.contains(PosixFilePermission.OTHERS_READ)) {
        troubles.add(new Trouble(file, "others can read it; chmod 600 keeps it to its owner"));
      }
    }
  }

  private static void keepToOwner(Path path, String mode) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PosixFilePermissions.fromString(mode));
    }
  }

  private static int number(String text) {
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
  }

  /** Why a file cannot be used, without its path. */
  static String reason(IOException e) {
    @Nullable String message = e.getMessage();
    return e instanceof FileSystemException f
        ? "it cannot be read (%s)"
            .formatted(f.getReason() == null ? f.getClass().getSimpleName() : f.getReason())
        : message == null ? "it cannot be read" : message;
  }
}
