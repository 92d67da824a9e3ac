package dev.caravan.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.RunningProcess;
import dev.caravan.mock.MockProvider;
import dev.caravan.reload.RouteFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code caravan run} from its start to its exit code. */
class RunProcessTest {
  private static final String KEY = GatewayFixture.CLIENT_KEY;
  private static Vertx vertx;
  private static MockProvider mock;

  @TempDir Path home;
  @TempDir Path output;

  @BeforeAll
  static void open() throws IOException {
    vertx = Vertx.vertx();
    mock = MockProvider.start(vertx, "127.0.0.1", 0);
  }

  @AfterAll
  static void close() {
    mock.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aSignalLetsTheRunningStreamEndAndIsAGoodEnd() throws IOException {
    try (RunningProcess gateway = start(withKey())) {
      Client client = new Client(gateway.port(), KEY);
      ClientStream stream = client.streamOf("acme/mock-40x50ms").awaitEvents(2);

      gateway.terminate();
      // before the probe below, which would be a request in flight too
      Eventually.holds(
          "it is told",
          () -> gateway.err().contains("shutting down; 1 requests may go on for 60 s"));
      Eventually.holds("not ready", () -> client.get("/health/ready").status() == 503);
      boolean early = stream.isOver();
      stream.awaitEnd();

      assertThat(early).as("the stream was over too early to tell anything").isFalse();
      assertThat(stream.contents()).hasSize(40);
      assertThat(stream.isDone()).isTrue();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).contains("shutting down; 1 requests may go on for 60 s");
    }
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws IOException {
    try (RunningProcess gateway = start(withKey())) {
      Client client = new Client(gateway.port(), KEY);
      ClientStream stream = client.streamOf("acme/mock-1000x50ms").awaitEvents(2);
      gateway.terminate();
      Eventually.holds("not ready", () -> client.get("/health/ready").status() == 503);

      gateway.terminate();

      assertThat(gateway.exitCode()).isZero();
      assertThat(stream.awaitEnd().isDone()).isFalse();
    }
  }

  @Test
  void theDrainTimeIsALimit() throws IOException {
    try (RunningProcess gateway = start(withKey(), "--drain-timeout", "0.5")) {
      Client client = new Client(gateway.port(), KEY);
      ClientStream stream = client.streamOf("acme/mock-1000x50ms").awaitEvents(2);

      gateway.terminate();

      assertThat(stream.awaitEnd().isBroken()).isTrue();
      assertThat(gateway.exitCode()).isZero();
      assertThat(gateway.err()).contains("1 requests are cut, the drain time is over");
    }
  }

  @Test
  void aPortThatIsTakenIsExitCodeFourWithAHintAndChangesNothing() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RunningProcess gateway =
            start(withKey(), "--port", Integer.toString(taken.getLocalPort()))) {

      assertThat(gateway.exitCode()).isEqualTo(4);
      assertThat(gateway.err())
          .contains("port " + taken.getLocalPort() + " is in use")
          .contains("--port");
      assertThat(gateway.out()).doesNotContain("serving");
      try (Stream<Path> files = Files.list(home)) {
        assertThat(files).isEmpty();
      }
    }
  }

  @Test
  void theFirstStartMakesAKeyThatOnlyTheOwnerMayReadAndLogsItNowhere() throws IOException {
    Map<String, String> environment = withKey();
    environment.remove("PROXY_API_KEY");
    try (RunningProcess gateway = start(environment)) {
      int port = gateway.port();
      Path file = home.resolve(".env");
      String key =
          Files.readAllLines(file).stream()
              .filter(line -> line.startsWith("PROXY_API_KEY="))
              .map(line -> line.substring("PROXY_API_KEY=".length()).replace("\"", ""))
              .findFirst()
              .orElseThrow();

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(key).hasSizeGreaterThan(30);
      assertThat(new Client(port, key).ask("acme/mock-1").status()).isEqualTo(200);
      assertThat(new Client(port, "").ask("acme/mock-1").status()).isEqualTo(401);
      assertThat(gateway.out() + gateway.err()).doesNotContain(key);
      gateway.terminate();
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @Test
  void withoutAnyProviderItOffersTheMockAndALineToTryIt() throws IOException {
    try (RunningProcess gateway = start(new TreeMap<>(Map.of("PROXY_API_KEY", KEY)))) {
      ClientStream stream = new Client(gateway.port(), KEY).streamOf("mock/mock-20x1ms").awaitEnd();

      assertThat(stream.isDone()).isTrue();
      assertThat(gateway.out()).contains("curl -N http://127.0.0.1:" + gateway.port());
      assertThat(gateway.out()).contains("mock/mock-20x100ms").doesNotContain(KEY);
    }
  }

  @Test
  void valuesThatDoNotParseAreToldWithTheirPlaceAndWhatIsLegalAndItServes() throws IOException {
    Files.writeString(
        home.resolve(".env"),
        "# mine\nGLOBAL_TIMEOUT=soon\nMAX_RETRIES=-3\n",
        StandardCharsets.UTF_8);
    Map<String, String> environment = withKey();
    environment.put("STREAM_KEEPALIVE_SECONDS", "often");

    try (RunningProcess gateway = start(environment)) {
      assertThat(new Client(gateway.port(), KEY).ask("acme/mock-1").status()).isEqualTo(200);
      assertThat(gateway.err().lines())
          .anySatisfy(
              line ->
                  assertThat(line).contains(".env:2", "GLOBAL_TIMEOUT", "\"soon\"", "0.1", "30"))
          .anySatisfy(line -> assertThat(line).contains(".env:3", "MAX_RETRIES", "\"-3\"", "100"))
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains("environment", "STREAM_KEEPALIVE_SECONDS", "\"often\"", "15"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--host, 0.0.0.0, 3, PROXY_API_KEY",
    "--routes, /nowhere/routes, 5, --routes",
  })
  void whatCannotBeServedIsAnExitCodeWithAReason(String flag, String value, int code, String reason)
      throws IOException {
    Map<String, String> environment = withKey();
    environment.put("PROXY_API_KEY", "weak");

    try (RunningProcess gateway = start(environment, flag, value)) {
      assertThat(gateway.exitCode()).isEqualTo(code);
      assertThat(gateway.err()).contains(reason);
    }
  }

  @Test
  void aRouteFileThatIsNotRightIsExitCodeThreeWithItsName() throws IOException {
    Path routes = Files.createDirectories(output.resolve("routes"));
    Files.writeString(
        routes.resolve("mine.yaml"), "- route:\n    from:\n      uri: [", StandardCharsets.UTF_8);

    try (RunningProcess gateway = start(withKey(), "--routes", routes.toString())) {
      assertThat(gateway.exitCode()).isEqualTo(3);
      assertThat(gateway.err()).contains("mine.yaml");
    }
  }

  @Test
  void aHangUpTakesTheRouteFilesOver() throws IOException {
    RouteFolder routes = RouteFolder.copyOf(Path.of("routes"), output.resolve("routes"));
    Map<String, String> environment = withKey();
    environment.put("ROUTES_WATCH", "false");
    try (RunningProcess gateway = start(environment, "--routes", routes.path().toString())) {
      Client client = new Client(gateway.port(), KEY);
      routes.write(
          "own.yaml",
          """
          - route:
              id: hello
              from:
                uri: platform-http:/hello
                steps:
                  - setBody: { constant: "hello" }
          """);
      assertThat(client.get("/hello").status()).isEqualTo(404);

      gateway.hangUp();

      Eventually.holds("it is live", () -> client.get("/hello").status() == 200);
      Eventually.holds("it says so", () -> gateway.err().contains("added own.yaml"));
      assertThat(client.get("/health/live").status()).isEqualTo(200);
    }
  }

  private RunningProcess start(Map<String, String> environment, String... arguments)
      throws IOException {
    return RunningProcess.start(home, output, environment, arguments);
  }

  private static Map<String, String> withKey() {
    return new TreeMap<>(
        Map.of(
            "PROXY_API_KEY", KEY, "ACME_API_BASE", mock.baseUrl(), "ACME_API_KEY_1", "sk-good-1"));
  }
}
