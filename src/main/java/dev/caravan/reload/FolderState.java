package dev.caravan.reload;

import static java.nio.file.FileVisitOption.FOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a routes folder looks without reading its files: two equal ones mean that nothing has changed
 * between them. Looks through links, so that one that points elsewhere now is a change.
 *
 * @param files what each route file is
 * @param folders all folders that were looked into
 */
record FolderState(Map<Path, Stamp> files, Set<Path> folders) {

  /** What tells one content of a file from another, short of reading it. */
  record Stamp(long size, @Nullable FileTime modified, @Nullable Object key) {}

  private static final Stamp UNREADABLE = new Stamp(-1, null, null);

  /** Fails never: what cannot be looked at is part of how it looks. */
  static FolderState of(Path folder) {
    Map<Path, Stamp> files = new TreeMap<>();
    Set<Path> folders = new TreeSet<>();
    try {
      Files.walkFileTree(
          folder, EnumSet.of(FOLLOW_LINKS), Integer.MAX_VALUE, new Visit(folder, files, folders));
    } catch (IOException e) {
      files.put(folder, UNREADABLE);
    }
    return new FolderState(files, folders);
  }

  private static final class Visit extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final Map<Path, Stamp> files;
    private final Set<Path> folders;

    Visit(Path folder, Map<Path, Stamp> files, Set<Path> folders) {
      this.folder = folder;
      this.files = files;
      this.folders = folders;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      if (!directory.equals(folder) && String.valueOf(directory.getFileName()).startsWith(".")) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      folders.add(directory);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (RouteFile.isRoutes(file)) {
        files.put(
            file,
            new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      if (RouteFile.isRoutes(file)) {
        files.put(file, UNREADABLE);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
