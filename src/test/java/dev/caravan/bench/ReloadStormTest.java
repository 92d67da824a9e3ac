package dev.caravan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadStormTest {

  @Test
  void noRequestNoticesThirtyReloadsOfWhichEveryThirdIsBroken(@TempDir Path home) throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();

    List<String> findings =
        ReloadStorm.run(
            new ReloadStorm.Force(60, 30, Duration.ofMillis(40), 3),
            home,
            new PrintStream(told, true, StandardCharsets.UTF_8));

    assertThat(findings).as(told.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
