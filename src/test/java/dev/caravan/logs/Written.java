package dev.caravan.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Folders of calls as they are found on the disk. */
record Written(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Waits for so many folders below {@code transactions} or {@code raw_io}, oldest name first. */
  static List<Written> await(Path parent, int count) {
    Eventually.holds(count + " folders below " + parent, () -> complete(parent).size() >= count);
    List<Path> folders = complete(parent);
    assertThat(folders).hasSize(count);
    return folders.stream().map(Written::new).toList();
  }

  static Written awaitOne(Path parent) {
    return await(parent, 1).getFirst();
  }

  /** Metadata is written last. */
  static List<Path> complete(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(parent, 3)) {
      List<Path> found = new ArrayList<>();
      for (Path file : all.filter(f -> f.endsWith("metadata.json")).sorted().toList()) {
        if (Files.readString(file).endsWith("}\n")) {
          found.add(file.resolveSibling(""));
        }
      }
      return found;
    } catch (IOException | UncheckedIOException goneMeanwhile) {
      return List.of();
    }
  }

  String name() {
    return String.valueOf(folder.getFileName());
  }

  List<String> files() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text(String file) {
    try {
      return Files.readString(folder.resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode json(String file) {
    return parsed(text(file));
  }

  List<JsonNode> lines(String file) {
    return text(file).lines().map(Written::parsed).toList();
  }

  static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }
}
