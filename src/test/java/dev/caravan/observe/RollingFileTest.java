package dev.caravan.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollingFileTest {
  @SuppressWarnings("NullAway.Init") // set by JUnit
  @TempDir
  Path folder;

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void aNewOneBeginsWhenItIsFullAndTheOldestGoes() throws IOException {
    Path file = folder.resolve("failures.log");
    try (RollingFile log = new RollingFile(file, 10, 2, false)) {
      for (String text : List.of("one", "two", "three", "four", "five", "six")) {
        log.append(line(text));
      }
    }

    assertThat(names()).containsExactly("failures.log", "failures.log.1", "failures.log.2");
    assertThat(file).hasContent("six");
    assertThat(folder.resolve("failures.log.1")).hasContent("four\nfive");
    assertThat(folder.resolve("failures.log.2")).hasContent("three");
  }

  @Test
  void oldOnesCanBePacked() throws IOException {
    Path file = folder.resolve("proxy.log");
    try (RollingFile log = new RollingFile(file, 5, 3, true)) {
      log.append(line("first"));
      log.append(line("second"));
    }
    Path packed = folder.resolve("proxy.log.1.gz");
    Eventually.holds("it is packed", () -> !Files.exists(folder.resolve("proxy.log.1")));

    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("first\n");
    }
  }

  @Test
  void itGoesOnWhereAnotherProcessHasLeftIt() throws IOException {
    Path file = folder.resolve("proxy.log");
    Files.writeString(file, "before\n");
    try (RollingFile log = new RollingFile(file, 100, 1, false)) {
      log.append(line("after"));
    }

    assertThat(file).hasContent("before\nafter");
  }

  @Test
  void theFolderIsMadeWhenItIsMissing() throws IOException {
    Path file = folder.resolve("logs/proxy.log");
    try (RollingFile log = new RollingFile(file, 100, 1, false)) {
      log.append(line("here"));
    }

    assertThat(file).hasContent("here");
  }
}
