package dev.caravan.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
  private final Path home;
  private final Path file;

  PrivateFileTest(@TempDir Path home) {
    this.home = home;
    this.file = home.resolve(".env");
  }

  @Test
  void aNewFileIsReadableByItsOwnerOnly() throws IOException {
    new PrivateFile().write(file, "A=1\n");

    assertThat(file).content(UTF_8).isEqualTo("A=1\n");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(names(home)).containsExactly(".env");
  }

  @Test
  void theVersionBeforeIsKeptAndNoMoreThanTenOfThem() throws IOException {
    for (int version = 0; version <= 12; version++) {
      new PrivateFile().write(file, "A=" + version);
    }

    List<Path> backups = list(home.resolve("backups"));
    assertThat(backups).hasSize(10);
    assertThat(backups.getLast()).hasContent("A=11");
    assertThat(backups.getFirst()).hasContent("A=2");
    assertThat(mode(backups.getFirst())).isEqualTo("rw-------");
    assertThat(mode(home.resolve("backups"))).isEqualTo("rwx------");
  }

  @Test
  void aMountedFileIsRewrittenInPlaceAfterTheBackup() throws IOException {
    Files.writeString(file, "A=a much longer text");
    Object before = Files.readAttributes(file, "unix:ino").get("ino");

    new PrivateFile(PrivateFileTest::busy).write(file, "A=2");

    assertThat(file).hasContent("A=2");
    assertThat(Files.readAttributes(file, "unix:ino").get("ino")).isEqualTo(before);
    assertThat(list(home.resolve("backups")))
        .singleElement()
        .satisfies(backup -> assertThat(backup).hasContent("A=a much longer text"));
    assertThat(names(home)).containsExactly(".env", "backups");
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path real = Files.writeString(home.resolve("real"), "A=1");
    Files.createSymbolicLink(file, real);

    new PrivateFile().write(file, "A=2");

    assertThat(file).isSymbolicLink();
    assertThat(real).hasContent("A=2");
  }

  @Test
  void whatCannotBeWrittenIsAnErrorAndLeavesNothingBehind() {
    Path inAFile = home.resolve("none").resolve(".env");

    assertThatThrownBy(() -> new PrivateFile().write(inAFile, "A=1"))
        .isInstanceOf(IOException.class);
    assertThat(home).isEmptyDirectory();
  }

  private static void busy(Path from, Path to) throws IOException {
    throw new FileSystemException(from.toString(), to.toString(), "Device or resource busy");
  }

  private static List<String> names(Path folder) throws IOException {
    return list(folder).stream().map(path -> path.getFileName().toString()).toList();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  static Path mode(Path path, String mode) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
