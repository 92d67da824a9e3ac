package dev.caravan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code bench/kill-logins}. */
class KillLoginsTest {

  @Test
  void noAccountIsLostByAKillBetweenTheAnswerAndItsFile(@TempDir Path home) throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();

    List<String> findings =
        KillLogins.run(
            10, home, System.nanoTime(), new PrintStream(told, true, StandardCharsets.UTF_8));

    assertThat(findings).as(told.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
