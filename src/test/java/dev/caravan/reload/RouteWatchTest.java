package dev.caravan.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How files really change, and what the watch makes of it. */
class RouteWatchTest {
  private final List<List<String>> seen = new CopyOnWriteArrayList<>();
  private RouteFolder routes;
  private RouteWatch watch;

  @BeforeEach
  void watchAFolder(@TempDir Path folder) {
    routes = new RouteFolder(folder.resolve("routes"));
    routes.write("a.yaml", "one");
    watch(routes.path());
  }

  private void watch(Path path) {
    watch =
        new RouteWatch(
            path,
            Duration.ofMillis(60),
            () -> {
              try {
                seen.add(
                    RouteSet.read(path).files().stream()
                        .map(f -> f.name() + "=" + f.text().orElse(""))
                        .toList());
              } catch (IOException e) {
                seen.add(List.of(String.valueOf(e.getMessage())));
              }
            });
  }

  @AfterEach
  void stop() {
    watch.close();
  }

  private void sees(String... files) {
    Eventually.holds(
        "it sees " + List.of(files) + ", and saw " + seen,
        () -> !seen.isEmpty() && seen.getLast().equals(List.of(files)));
  }

  @Test
  void aFileThatIsWrittenIsSeenOnce() {
    routes.write("a.yaml", "two!");

    sees("a.yaml=two!");
    assertThat(seen).hasSize(1);
  }

  @Test
  void aFileThatAnEditorRenamesOverIsSeen() throws IOException {
    routes.write(".a.yaml.swp", "three");
    Files.move(
        routes.file(".a.yaml.swp"), routes.file("a.yaml"), StandardCopyOption.REPLACE_EXISTING);

    sees("a.yaml=three");
  }

  @Test
  void newFilesInNewFoldersAndDeletedOnesAreSeen() {
    routes.write("providers/b.yaml", "b");
    sees("a.yaml=one", "providers/b.yaml=b");

    routes.write("providers/b.yaml", "bb");
    sees("a.yaml=one", "providers/b.yaml=bb");

    routes.delete("a.yaml");
    sees("providers/b.yaml=bb");
  }

  @Test
  void severalFilesThatAreSavedTogetherAreOneChange() {
    for (int i = 0; i < 20; i++) {
      routes.write("n%02d.yaml".formatted(i), "x");
    }

    Eventually.holds("seen", () -> !seen.isEmpty() && seen.getLast().size() == 21);
    assertThat(seen).hasSize(1);
  }

  @Test
  void otherFilesAreNoChange() {
    routes.write("README.md", "hello");
    routes.write(".hidden.yaml", "hello");
    routes.write("a.yaml", "two!");

    sees("a.yaml=two!");
    assertThat(seen).hasSize(1);
  }

  /** {@code a.yaml -> ..data/a.yaml}, {@code ..data -> ..2026_1}, and the middle one is swapped. */
  @Test
  void aConfigMapThatKubernetesSwapsIsSeen(@TempDir Path other) throws IOException {
    watch.close();
    Path mount = Files.createDirectories(other.resolve("mount"));
    version(mount, "..2026_1", "one");
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_1"));
    Files.createSymbolicLink(mount.resolve("a.yaml"), Path.of("..data/a.yaml"));
    Files.createSymbolicLink(mount.resolve("providers"), Path.of("..data/providers"));
    watch(mount);

    version(mount, "..2026_2", "two");
    Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2026_2"));
    Files.move(
        mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

    sees("a.yaml=two", "providers/b.yaml=two");
  }

  @Test
  void aFolderThatIsALinkToARelease(@TempDir Path other) throws IOException {
    watch.close();
    version(other, "release-1", "one");
    version(other, "release-2", "two");
    Files.createSymbolicLink(other.resolve("current"), Path.of("release-1"));
    watch(other.resolve("current"));

    Files.createSymbolicLink(other.resolve("next"), Path.of("release-2"));
    Files.move(other.resolve("next"), other.resolve("current"), StandardCopyOption.ATOMIC_MOVE);

    sees("a.yaml=two", "providers/b.yaml=two");
  }

  private static void version(Path mount, String name, String text) throws IOException {
    Files.createDirectories(mount.resolve(name).resolve("providers"));
    Files.writeString(mount.resolve(name).resolve("a.yaml"), text);
    Files.writeString(mount.resolve(name).resolve("providers/b.yaml"), text);
  }
}
