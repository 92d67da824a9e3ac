package dev.caravan.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Makes folders and files of logs, which their owner writes and the group may read (operations.md
 * 17). A folder that somebody has deleted comes back.
 */
public final class LogFolder {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  private static final int MOST_OF_ONE_NAME = 1000;

  private LogFolder() {}

  private static FileAttribute<?>[] mode(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** A folder and those above it, made where they are missing. */
  public static void ensure(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, mode("rwxr-x---"));
    }
  }

  /** A folder that was not there before; its name has a number behind it where one was. */
  public static Path fresh(Path parent, String name) throws IOException {
    for (int i = 1; i < MOST_OF_ONE_NAME; i++) {
      try {
        ensure(parent);
        return Files.createDirectory(
            parent.resolve(i == 1 ? name : name + "-" + i), mode("rwxr-x---"));
      } catch (FileAlreadyExistsException taken) {
        // the next number
      }
    }
    throw new FileAlreadyExistsException(parent.resolve(name).toString());
  }

  /** Writes a file anew. */
  public static void write(Path file, byte[] bytes, int length) throws IOException {
    try (SeekableByteChannel channel =
        open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING))) {
      writeAll(channel, ByteBuffer.wrap(bytes, 0, length));
    }
  }

  static SeekableByteChannel append(Path file) throws IOException {
    return open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  static void writeAll(SeekableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static SeekableByteChannel open(Path file, Set<OpenOption> options) throws IOException {
    try {
      return Files.newByteChannel(file, options, mode("rw-r-----"));
    } catch (NoSuchFileException folderIsGone) {
      ensure(file.toAbsolutePath().resolveSibling(""));
      return Files.newByteChannel(file, options, mode("rw-r-----"));
    }
  }
}
