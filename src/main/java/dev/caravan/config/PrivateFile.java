package dev.caravan.config;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replaces a file with secrets in one step: either the old text is there or the new one, readable
 * by the owner only, the version before kept in {@code backups/} (operations.md 4).
 */
final class PrivateFile {

  /** How the new file gets its name. */
  @FunctionalInterface
  interface Rename {
    void move(Path from, Path to) throws IOException;
  }

  private static final int KEPT = 10;

  private final Rename rename;

  PrivateFile() {
    this((from, to) -> Files.move(from, to, ATOMIC_MOVE));
  }

  PrivateFile(Rename rename) {
    this.rename = rename;
  }

  /**
   * Writes the text to the file.
   *
   * @throws IOException if neither way of writing works; the old text is then still there
   */
  void write(Path path, String text) throws IOException {
    // A link stays a link; what it points to is replaced.
    Path file = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = folderOf(file);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (Files.exists(file)) {
      backUp(file, path);
    }
    Path temporary = Files.createTempFile(folder, file.getFileName() + ".", ".tmp");
    try {
      keepToOwner(temporary, "rw-------");
      writeThrough(temporary, bytes, WRITE);
      try {
        rename.move(temporary, file);
        syncFolder(folder);
      } catch (FileSystemException mounted) {
        // A file mounted into a container cannot be replaced (EBUSY), only rewritten.
        writeThrough(file, bytes, CREATE, WRITE, TRUNCATE_EXISTING);
        keepToOwner(file, "rw-------");
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void backUp(Path file, Path path) throws IOException {
    Path backups = folderOf(path.toAbsolutePath()).resolve("backups");
    Files.createDirectories(backups);
    keepToOwner(backups, "rwx------");
    String prefix = path.getFileName() + ".";
    Path copy =
        backups.resolve(prefix + Instant.now().toString().replace("-", "").replace(":", ""));
    Files.deleteIfExists(copy);
    Files.createFile(copy);
    keepToOwner(copy, "rw-------");
    writeThrough(copy, Files.readAllBytes(file), WRITE);
    for (Path old : versions(backups, prefix).reversed().stream().skip(KEPT).toList()) {
      Files.deleteIfExists(old);
    }
  }

  /** Oldest first. */
  private static List<Path> versions(Path backups, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(backups)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  private static void writeThrough(Path file, byte[] bytes, OpenOption... options)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, options)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** So that the rename itself survives a power cut. */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    } catch (IOException notOnThisSystem) {
      // Windows cannot open folders; the rename is then as durable as the system makes it.
    }
  }

  private static void keepToOwner(Path path, String mode) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PosixFilePermissions.fromString(mode));
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.getParent();
    return folder == null ? file : folder;
  }
}
