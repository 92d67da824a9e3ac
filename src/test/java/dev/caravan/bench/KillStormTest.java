package dev.caravan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code bench/kill-storm}. */
class KillStormTest {

  @Test
  @DisplayName("rotation.md case 83: a kill loses nothing that is older than a second")
  void nothingOlderThanASecondIsLostByAKillUnderLoad(@TempDir Path home) throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();

    List<String> findings =
        KillStorm.run(2, 2_000_000_000L, home, new PrintStream(told, true, StandardCharsets.UTF_8));

    assertThat(findings).as(told.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
