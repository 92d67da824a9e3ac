package dev.caravan.reload;

import static java.nio.file.FileVisitOption.FOLLOW_LINKS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All route files of a folder, read as one. Immutable.
 *
 * @param files templates first, then by name
 * @param complaints what could not be read
 * @param digest SHA-256 over names and contents, in hex; two sets with the same one are the same
 */
public record RouteSet(List<RouteFile> files, List<Complaint> complaints, String digest) {
  private static final int TRIES = 5;
  private static final Comparator<RouteFile> ORDER =
      Comparator.comparing((RouteFile file) -> !file.isTemplate()).thenComparing(RouteFile::name);

  /** A set of these files. */
  public static RouteSet of(List<RouteFile> files) {
    return of(files, List.of());
  }

  private static RouteSet of(List<RouteFile> files, List<Complaint> complaints) {
    List<RouteFile> sorted = files.stream().sorted(ORDER).toList();
    return new RouteSet(sorted, List.copyOf(complaints), digestOf(sorted));
  }

  /**
   * Reads a folder: its {@code .yaml} and {@code .yml} files at any depth, links followed, names
   * with a dot in front passed over. A folder that changes while it is read is read again, so that
   * a set never mixes two versions.
   *
   * @throws IOException when there is no such folder
   */
  public static RouteSet read(Path folder) throws IOException {
    for (int i = 1; ; i++) {
      FolderState before = FolderState.of(folder);
      RouteSet read = readOnce(folder);
      if (i == TRIES || FolderState.of(folder).equals(before)) {
        return read;
      }
    }
  }

  private static RouteSet readOnce(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "there is no such folder");
    }
    Visit visit = new Visit(folder);
    Files.walkFileTree(folder, EnumSet.of(FOLLOW_LINKS), Integer.MAX_VALUE, visit);
    return of(visit.files, visit.complaints);
  }

  /** The files by their name. */
  Map<String, RouteFile> byName() {
    Map<String, RouteFile> byName = new TreeMap<>();
    files.forEach(file -> byName.put(file.name(), file));
    return byName;
  }

  private static String digestOf(List<RouteFile> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (RouteFile file : files) {
        digest.update(
            "%s\0%d\0"
                .formatted(file.name(), file.bytes().length)
                .getBytes(StandardCharsets.UTF_8));
        digest.update(file.bytes());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static final class Visit extends SimpleFileVisitor<Path> {
    private final List<RouteFile> files = new ArrayList<>();
    private final List<Complaint> complaints = new ArrayList<>();
    private final Path folder;

    Visit(Path folder) {
      this.folder = folder;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      boolean hidden =
          !directory.equals(folder) && String.valueOf(directory.getFileName()).startsWith(".");
      return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!RouteFile.isRoutes(file)) {
        return FileVisitResult.CONTINUE;
      }
      if (attributes.isSymbolicLink()) { // followed, had it led anywhere
        complain(file, "it cannot be read: it is a link to nothing");
      } else if (!attributes.isRegularFile()) {
        complain(file, "it is not a file");
      } else if (attributes.size() > RouteFile.LARGEST) {
        complain(
            file,
            "it has %d bytes, and route files may have %d; split it"
                .formatted(attributes.size(), RouteFile.LARGEST));
      } else {
        try {
          files.add(new RouteFile(name(file), label(file), Files.readAllBytes(file)));
        } catch (IOException e) {
          complain(file, unreadable(e));
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      if (RouteFile.isRoutes(file) || !(e instanceof NoSuchFileException)) {
        complain(file, unreadable(e));
      }
      return FileVisitResult.CONTINUE;
    }

    private static String unreadable(IOException e) {
      return switch (e) {
        case NoSuchFileException gone -> "it cannot be read: it is gone";
        case AccessDeniedException denied -> "it cannot be read: permission denied";
        default -> "it cannot be read: " + e.getMessage();
      };
    }

    private void complain(Path file, String what) {
      complaints.add(new Complaint(label(file), 1, 1, what));
    }

    private String name(Path file) {
      return folder.relativize(file).toString().replace('\\', '/');
    }

    private String label(Path file) {
      Path last = folder.toAbsolutePath().normalize().getFileName();
      return (last == null ? "" : last + "/") + name(file);
    }
  }
}
