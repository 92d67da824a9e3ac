package dev.caravan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a routes folder.
 *
 * @param templates route templates, to be loaded before anything uses them
 * @param others all other files, sorted by name
 */
record RouteFiles(List<Path> templates, List<Path> others) {

  /**
   * Lists a folder.
   *
   * @throws IOException when it cannot be read
   */
  static RouteFiles in(Path folder) throws IOException {
    Path templates = folder.resolve("templates");
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.filter(RouteFiles::isRoutes).sorted().toList();
    }
    return new RouteFiles(
        all.stream().filter(file -> file.startsWith(templates)).toList(),
        all.stream().filter(file -> !file.startsWith(templates)).toList());
  }

  private static boolean isRoutes(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml"));
  }
}
