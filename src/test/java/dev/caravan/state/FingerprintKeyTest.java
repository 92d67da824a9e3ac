package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State finds its credentials again, wherever the data folder lies. */
class FingerprintKeyTest {
  private final Path home;

  FingerprintKeyTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void theKeyIsMadeOnceAndMovesWithTheFolder() throws IOException {
    byte[] first = FingerprintKey.in(home.resolve("state"), "x");
    Files.move(home.resolve("state"), home.resolve("elsewhere"));

    assertThat(first).hasSize(64);
    assertThat(FingerprintKey.in(home.resolve("elsewhere"), "x")).isEqualTo(first);
    assertThat(FingerprintKey.in(home.resolve("another"), "x")).isNotEqualTo(first);
    assertThat(Files.getPosixFilePermissions(home.resolve("elsewhere/fingerprint.key")))
        .extracting(Enum::name)
        .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
  }

  @Test
  void whereNothingCanBeWrittenTheKeyStaysTheSameAllTheSame() throws IOException {
    Files.writeString(home.resolve("state"), "in the way");

    assertThat(FingerprintKey.in(home.resolve("state"), "steady"))
        .isEqualTo("steady".getBytes(UTF_8));
  }

  @Test
  void aCutKeyIsNotUsed() throws IOException {
    Files.writeString(home.resolve("fingerprint.key"), "ab\n");

    assertThat(FingerprintKey.in(home, "steady")).isEqualTo("steady".getBytes(UTF_8));
  }
}
