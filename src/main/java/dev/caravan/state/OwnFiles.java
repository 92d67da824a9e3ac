package dev.caravan.state;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and folders that nobody else on the machine may read. */
final class OwnFiles {
  private OwnFiles() {}

  static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      keepToOwner(folder, "rwx------");
    }
  }

  /** A new file, open for writing; fails when there is one. */
  static FileChannel create(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE);
    try {
      keepToOwner(path, "rw-------");
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void keepToOwner(Path path, String mode) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PosixFilePermissions.fromString(mode));
    }
  }

  /** So that new names and renames in it survive a power cut. */
  static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    } catch (IOException notOnThisSystem) {
      // Windows cannot open folders; a rename is then as durable as the system makes it.
    }
  }
}
