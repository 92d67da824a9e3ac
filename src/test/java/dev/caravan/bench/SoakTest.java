package dev.caravan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakTest {

  @Test
  void nothingIsLeftOfThreeThousandRequestsWithFaults(@TempDir Path home) throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();

    List<String> findings =
        Soak.run(3_000, false, home, new PrintStream(told, true, StandardCharsets.UTF_8));

    assertThat(findings).as(told.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
