package dev.caravan.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.reload.RouteFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code caravan validate}, as a build server runs it. */
class ValidateProcessTest {
  private static final String BROKEN =
      """
      - route:
          id: hello
          from:
            uri: platform-http:/hello
            steps:
              - setBdy: { constant: "hello" }
      """;

  @TempDir Path home;
  private RouteFolder routes;

  @BeforeEach
  void copyRoutes() throws IOException {
    routes = RouteFolder.copyOf(Path.of("routes"), home.resolve("routes"));
  }

  /** How it ended, and what it printed. */
  private record End(int code, String out) {}

  private End validate(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.caravan.Caravan",
                "validate",
                "--home",
                home.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new End(process.waitFor(), out);
  }

  @Test
  void goodFilesAreExitCodeZero() throws Exception {
    End end = validate();

    assertThat(end.out()).endsWith("/routes: nothing to complain about\n");
    assertThat(end.code()).isZero();
  }

  @Test
  void aComplaintIsFileLineColumnAndTheNearestNameAndExitCodeThree() throws Exception {
    routes.write("own.yaml", BROKEN);

    End end = validate();

    assertThat(end.out())
        .isEqualTo("routes/own.yaml:6:11: steps has no 'setBdy'; near: setBody\n1 complaint\n");
    assertThat(end.code()).isEqualTo(3);
  }

  @Test
  void namedFilesAreSpokenOfAlone() throws Exception {
    routes.write("own.yaml", BROKEN);

    End other = validate(routes.file("dispatch.yaml").toString());
    End asJson = validate("--json", routes.file("own.yaml").toString());

    assertThat(other.code()).isZero();
    JsonNode complaint = new ObjectMapper().readTree(asJson.out()).get(0);
    assertThat(complaint.get("file").asText()).isEqualTo("routes/own.yaml");
    assertThat(complaint.get("line").asInt()).isEqualTo(6);
    assertThat(complaint.get("column").asInt()).isEqualTo(11);
    assertThat(asJson.code()).isEqualTo(3);
  }

  @Test
  void aFileOfElsewhereIsWrongUsage() throws Exception {
    End end = validate("README.md");

    assertThat(end.out()).contains("README.md is not in").contains("--routes");
    assertThat(end.code()).isEqualTo(2);
  }
}
