package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.cli.Finding.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckupTest {
  private static final String KEY = "sk-caravan-0123456789";

  private static List<Finding> findings(
      Path home, Map<String, String> environment, String... flags) {
    Map<String, String> all = new TreeMap<>(Map.of("CARAVAN_HOME", home.toString(), "PORT", "0"));
    all.put("CARAVAN_ROUTES", Path.of("routes").toAbsolutePath().toString());
    for (int i = 0; i < flags.length; i += 2) {
      all.put(flags[i], flags[i + 1]);
    }
    return new Checkup(all, environment, false).run();
  }

  private static Standing standing(List<Finding> findings, String check) {
    return findings.stream()
        .filter(f -> f.check().equals(check))
        .map(Finding::standing)
        .reduce((one, other) -> one.compareTo(other) > 0 ? one : other)
        .orElseThrow();
  }

  @Test
  void aGoodSetUpHasNothingToComplainOf(@TempDir Path home) {
    List<Finding> findings =
        findings(
            home,
            Map.of("PROXY_API_KEY", KEY, "GROQ_API_KEY", "gsk-one", "GROQ_API_KEY_2", "gsk-two"));

    assertThat(findings).allMatch(f -> f.standing() == Standing.OK);
    assertThat(findings)
        .anyMatch(f -> f.check().equals("groq") && f.words().contains("2 credentials"));
  }

  @Test
  void itLooksWithoutLeavingATrace(@TempDir Path home) throws IOException {
    List<Finding> findings = findings(home, Map.of());

    assertThat(standing(findings, "client key")).isEqualTo(Standing.OK);
    assertThat(standing(findings, "providers")).isEqualTo(Standing.WARN);
    try (var left = Files.list(home)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aPortThatIsTakenFails(@TempDir Path home) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Finding> findings =
          findings(
              home, Map.of("PROXY_API_KEY", KEY), "PORT", Integer.toString(taken.getLocalPort()));

      assertThat(standing(findings, "port")).isEqualTo(Standing.FAIL);
    }
  }

  @Test
  void aRouteFileThatDoesNotParseFailsAndIsNamed(@TempDir Path home) throws IOException {
    Path routes = Files.createDirectories(home.resolve("broken"));
    Files.writeString(routes.resolve("mine.yaml"), "- route:\n    nonsense: true\n");

    List<Finding> findings =
        findings(home, Map.of("PROXY_API_KEY", KEY), "CARAVAN_ROUTES", routes.toString());

    assertThat(standing(findings, "routes")).isEqualTo(Standing.FAIL);
    assertThat(findings)
        .anyMatch(f -> f.check().equals("routes") && f.words().contains("nonsense"));
  }

  @Test
  void aValueThatDoesNotParseAndAnEasyKeyAreWarnings(@TempDir Path home) {
    List<Finding> findings =
        findings(home, Map.of("PROXY_API_KEY", "short", "GLOBAL_TIMEOUT", "soon"));

    assertThat(standing(findings, "settings")).isEqualTo(Standing.WARN);
    assertThat(standing(findings, "client key")).isEqualTo(Standing.WARN);
    assertThat(findings).anyMatch(f -> f.words().contains("GLOBAL_TIMEOUT"));
  }

  @Test
  void anEasyKeyOnAnOpenAddressFails(@TempDir Path home) {
    List<Finding> findings = findings(home, Map.of("PROXY_API_KEY", "short"), "HOST", "0.0.0.0");

    assertThat(standing(findings, "client key")).isEqualTo(Standing.FAIL);
  }

  @Test
  void aSecretsFileThatOthersCanReadIsAWarning(@TempDir Path home) throws IOException {
    Path file = Files.writeString(home.resolve(".env"), "PROXY_API_KEY=" + KEY + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(standing(findings(home, Map.of()), ".env")).isEqualTo(Standing.WARN);
  }

  @Test
  void accountFilesThatCannotBeReadAndAKeyThatIsNoneAreNamed(@TempDir Path home)
      throws IOException {
    Path folder = Files.createDirectories(home.resolve("oauth_creds"));
    Path file = Files.writeString(folder.resolve("club_oauth_1.json"), "{\"refresh_token\":");

    assertThat(standing(findings(home, Map.of()), "accounts")).isEqualTo(Standing.WARN);
    assertThat(findings(home, Map.of("CREDENTIAL_STORE_KEY", "hunter2")))
        .anyMatch(
            f ->
                f.check().equals("accounts")
                    && f.standing() == Standing.FAIL
                    && !f.words().contains("hunter2"));
    assertThat(file).hasContent("{\"refresh_token\":");
  }
}
