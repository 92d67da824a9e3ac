package dev.caravan.observe.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes folders of calls that are too old, and the oldest ones when all together are too large
 * (operations.md 13.5). What was written to within a minute stays. Other files in {@code logs/}
 * count, and are left alone.
 */
final class Retention {
  private static final long YOUNG_MILLIS = 60_000;

  /**
   * The folder of one call.
   *
   * @param newestMillis when a file in it was written last
   */
  private record Folder(Path path, long bytes, long newestMillis) {}

  private final Path logs;
  private final List<Path> parents;
  private final Duration oldest;
  private final long mostBytes;

  /**
   * Sets the limits.
   *
   * @param logs all of it counts
   * @param parents of folders of days
   */
  Retention(Path logs, List<Path> parents, Duration oldest, long mostBytes) {
    this.logs = logs;
    this.parents = parents;
    this.oldest = oldest;
    this.mostBytes = mostBytes;
  }

  boolean hasAnything() {
    return parents.stream().anyMatch(Files::isDirectory);
  }

  void apply(long nowMillis) throws IOException {
    List<Folder> folders = new ArrayList<>();
    for (Path parent : parents) {
      for (Path day : list(parent)) {
        for (Path call : list(day)) {
          folders.add(look(call));
        }
      }
    }
    folders.sort(Comparator.comparingLong(Folder::newestMillis));
    long total = look(logs).bytes();
    for (Folder folder : folders) {
      long age = nowMillis - folder.newestMillis();
      if (age >= YOUNG_MILLIS && (age > oldest.toMillis() || total > mostBytes)) {
        delete(folder.path());
        total -= folder.bytes();
      }
    }
    for (Path parent : parents) {
      for (Path day : list(parent)) {
        if (nowMillis - Files.getLastModifiedTime(day).toMillis() > YOUNG_MILLIS
            && list(day).isEmpty()) {
          Files.deleteIfExists(day);
        }
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
      List<Path> all = new ArrayList<>();
      entries.forEach(all::add);
      return all;
    }
  }

  private static Folder look(Path folder) throws IOException {
    long[] found = {0, 0};
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found[0] += attributes.size();
            found[1] = Math.max(found[1], attributes.lastModifiedTime().toMillis());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException problem)
              throws IOException {
            long modified = Files.getLastModifiedTime(dir).toMillis();
            found[1] = Math.max(found[1], modified);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) throws IOException {
            if (gone instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw gone;
          }
        });
    return new Folder(folder, found[0], found[1]);
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException problem)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
