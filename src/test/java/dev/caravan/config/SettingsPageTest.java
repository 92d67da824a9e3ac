package dev.caravan.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dsettings=accept} writes the files anew. */
class SettingsPageTest {

  @Test
  void theReferencePageIsNotBehind() throws IOException {
    assertUpToDate(Path.of("docs/settings.md"), SettingsPage.markdown());
  }

  @Test
  void theSamplePropertiesAreNotBehind() throws IOException {
    assertUpToDate(Path.of("application.properties"), SettingsPage.sampleProperties());
  }

  @Test
  void theSampleSetsNothing() {
    assertThat(SettingsPage.sampleProperties().lines())
        .allMatch(line -> line.isEmpty() || line.startsWith("#"));
  }

  @Test
  void everyDefaultOfTheSampleIsLegalAndRecognised(@TempDir Path home) throws IOException {
    String uncommented =
        SettingsPage.sampleProperties()
            .lines()
            .filter(line -> line.startsWith("# caravan.") && !line.contains("<"))
            .map(line -> line.substring(2) + "\n")
            .reduce("", String::concat);
    Files.writeString(home.resolve("application.properties"), uncommented);

    Configuration configuration = Configuration.load(home, Map.of(), Map.of());

    assertThat(configuration.warnings()).isEmpty();
    assertThat(configuration.variables().keySet())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(Settings.named(name)).isPresent());
  }

  private static void assertUpToDate(Path file, String expected) throws IOException {
    if ("accept".equals(System.getProperty("settings"))) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, expected);
    }

    assertThat(file)
        .as("run ./mvnw test -Dtest=SettingsPageTest -Dsettings=accept")
        .content(UTF_8)
        .isEqualTo(expected);
  }
}
