package dev.caravan.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BindRuleTest {
  private static final String STRONG = "a-key-that-nobody-guesses";

  private final Path home;

  BindRuleTest(@TempDir Path home) {
    this.home = home;
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"})
  void loopbackIsSafeWithAnyKey(String host) {
    assertThat(rule("HOST", host, "PROXY_API_KEY", "VerysecretKey").refusal()).isEmpty();
    assertThat(rule("HOST", host, "ALLOW_UNAUTHENTICATED", "true").refusal()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.5", "gateway.example", "127.example"})
  void aWeakKeyIsRefusedWhereTheNetworkCanSeeIt(String host) {
    BindRule rule = rule("HOST", host, "PROXY_API_KEY", "VerysecretKey");

    assertThat(rule.refusal().orElseThrow())
        .contains(host, "ALLOW_WEAK_PROXY_KEY")
        .doesNotContain("VerysecretKey");
  }

  @Test
  void aStrongKeyMayBeSeenByTheNetwork() {
    assertThat(rule("HOST", "0.0.0.0", "PROXY_API_KEY", STRONG).refusal()).isEmpty();
  }

  @Test
  void aWeakKeyMayBeSeenByTheNetworkWhenSomebodySaysSo() {
    BindRule rule =
        rule("HOST", "0.0.0.0", "PROXY_API_KEY", "short", "ALLOW_WEAK_PROXY_KEY", "yes");

    assertThat(rule.refusal()).isEmpty();
    assertThat(rule.warnings()).singleElement().asString().contains("easy to guess");
  }

  @Test
  void openModeIsRefusedOnTheNetworkUnlessItSaysRemote() {
    assertThat(rule("HOST", "0.0.0.0", "ALLOW_UNAUTHENTICATED", "true").refusal()).isPresent();
    assertThat(rule("HOST", "0.0.0.0", "ALLOW_UNAUTHENTICATED", "remote").refusal()).isEmpty();
  }

  @Test
  void openModeIsAlwaysAWarning() {
    assertThat(rule("ALLOW_UNAUTHENTICATED", "true").warnings())
        .extracting(Warning::where)
        .containsExactly("environment");
  }

  @Test
  void aKeyWinsOverOpenMode() {
    BindRule rule = rule("PROXY_API_KEY", STRONG, "ALLOW_UNAUTHENTICATED", "true");

    assertThat(rule.warnings()).singleElement().asString().contains("has no effect");
  }

  @Test
  void aStrongKeyOnLoopbackIsNoWarning() {
    assertThat(rule("PROXY_API_KEY", STRONG).warnings()).isEmpty();
  }

  private BindRule rule(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    Configuration configuration = Configuration.load(home, Map.of(), environment);
    return new BindRule(configuration, ProxyKey.ensure(configuration));
  }
}
