package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderSetupTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  @Test
  void aKeyMakesAProviderOfTheCatalogueLive() throws Exception {
    try (Gateway gateway =
        startWith(Map.of("GROQ_API_KEY_1", "gsk-1", "GROQ_API_KEY_2", "gsk-2"))) {

      assertThat(gateway.providers()).containsExactly("groq");
      assertThat(gateway.hasMock()).isFalse();
    }
  }

  @Test
  void aKeyForADialectThatNoTemplateCallsKeepsTheOthersServed() throws Exception {
    try (Gateway gateway =
        startWith(
            Map.of("GROQ_API_KEY", "gsk-1", "ANTHROPIC_API_KEY", "sk-a", "GEMINI_API_KEY", "g"),
            routesWithOneTemplate())) {

      assertThat(gateway.providers()).containsExactly("groq");
    }
  }

  @Test
  void withNothingButSuchAKeyTheMockStandsIn() throws Exception {
    try (Gateway gateway =
        startWith(Map.of("ANTHROPIC_API_KEY", "sk-a"), routesWithOneTemplate())) {

      assertThat(gateway.hasMock()).isTrue();
    }
  }

  @Test
  void aKeyOfAnthropicIsEnoughToServeIt() throws Exception {
    try (Gateway gateway = startWith(Map.of("ANTHROPIC_API_KEY", "sk-a"))) {

      assertThat(gateway.providers()).containsExactly("anthropic");
    }
  }

  private Path routesWithOneTemplate() throws IOException {
    Path routes = home.resolve("routes");
    Files.createDirectories(routes.resolve("templates"));
    for (String file : List.of("dispatch.yaml", "templates/openai-compatible.yaml")) {
      Files.copy(Path.of("routes").resolve(file), routes.resolve(file));
    }
    return routes;
  }

  private Gateway startWith(Map<String, String> environment) throws Exception {
    return startWith(environment, Path.of("routes"));
  }

  private Gateway startWith(Map<String, String> environment, Path routes) throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("PROXY_API_KEY", "sk-test-0123456789abcdef");
    Configuration configuration =
        Configuration.load(home, Map.of("HOST", "127.0.0.1", "PORT", "0"), all);
    return Gateway.start(configuration, ProxyKey.ensure(configuration), routes);
  }
}
