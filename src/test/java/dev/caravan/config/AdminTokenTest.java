package dev.caravan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  private Path home;

  private Configuration configuration(Map<String, String> environment) {
    return Configuration.load(home, Map.of(), environment);
  }

  @Test
  void oneIsMadeOnceAndFoundByCommands() throws IOException {
    Configuration first = AdminToken.ensuredIn(configuration(Map.of()));
    assertThat(home).isEmptyDirectory();
    AdminToken.keep(first);
    Configuration second = AdminToken.ensuredIn(configuration(Map.of()));
    String token = first.find(Settings.ADMIN_TOKEN).orElseThrow();

    assertThat(token).hasSizeGreaterThan(40);
    assertThat(second.find(Settings.ADMIN_TOKEN)).contains(token);
    assertThat(AdminToken.find(configuration(Map.of()))).contains(token);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve("state/admin-token"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aGeneratedOneIsAmongTheSecretsThatAreMasked() {
    Configuration configuration = AdminToken.ensuredIn(configuration(Map.of()));

    assertThat(configuration.secrets())
        .contains(configuration.find(Settings.ADMIN_TOKEN).orElseThrow());
  }

  @Test
  void aSetOneWinsAndNothingIsWritten() throws IOException {
    Map<String, String> set = Map.of("ADMIN_TOKEN", "set-by-somebody-1234");

    Configuration configuration = AdminToken.ensuredIn(configuration(set));
    AdminToken.keep(configuration);

    assertThat(configuration.find(Settings.ADMIN_TOKEN)).contains("set-by-somebody-1234");
    assertThat(home.resolve("state")).doesNotExist();
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold() throws IOException {
    Files.writeString(home.resolve("state"), "a file where the folder would be");
    Configuration configuration = AdminToken.ensuredIn(configuration(Map.of()));

    assertThatIOException().isThrownBy(() -> AdminToken.keep(configuration));
  }
}
