package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.cli.ConfigReport;
import dev.caravan.cli.ConfigReport.Row;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import dev.caravan.pool.Mode;
import dev.caravan.pool.PoolOptions;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.Definition;
import dev.caravan.provider.EnvironmentProviders;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A {@code .env} of the proxy that users come from, with all that its documentation says of
 * providers with API keys (operations.md 5.1 to 5.6), means the same here.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets them
class ReferenceEnvironmentTest {
  @TempDir Path home;
  private Configuration configuration;
  private EnvironmentProviders providers;

  @BeforeEach
  void load() throws IOException {
    Files.copy(Path.of("src/test/resources/reference/dotenv.txt"), home.resolve(".env"));
    configuration = Configuration.load(home, Map.of(), Map.of());
    providers =
        EnvironmentProviders.read(configuration.variables(), Catalogue.bundled(), List.of());
  }

  @Test
  void nothingInItIsComplainedOf() {
    assertThat(configuration.warnings().stream().map(Object::toString))
        .noneMatch(warning -> warning.contains("is no setting") || warning.contains("is not "));
    assertThat(providers.findings()).isEmpty();
  }

  @Test
  void everyProviderWithAKeyIsThere() {
    assertThat(providers.definitions().stream().map(Definition::name))
        .containsExactlyInAnyOrder(
            "gemini",
            "openai",
            "anthropic",
            "openrouter",
            "groq",
            "mistral",
            "nvidia_nim",
            "cohere",
            "chutes",
            "nanogpt",
            "firmware",
            "deepseek",
            "xai",
            "moonshot",
            "zai",
            "minimax",
            "cerebras",
            "fireworks_ai",
            "together_ai",
            "sambanova",
            "perplexity",
            "huggingface",
            "azure",
            "azure_ai",
            "cloudflare",
            "databricks",
            "ollama",
            "myserver");
  }

  @Test
  void keysTakeTurnsInTheOrderOfTheirNumbers() {
    assertThat(definition("gemini").keys().stream().map(key -> key.value()))
        .containsExactly("AIza-one", "AIza-two", "AIza-ten");
    assertThat(definition("nvidia_nim").keys()).hasSize(2);
    assertThat(definition("ollama").isAnonymous()).isTrue();
  }

  @Test
  void addressesAndModelsAreThoseOfTheFile() {
    assertThat(provider("openai").getBaseUrl()).isEqualTo("http://proxy.example/v1");
    assertThat(provider("myserver").chatUrl())
        .contains("http://localhost:8000/v1/chat/completions");
    assertThat(provider("myserver").model("fast").id()).isEqualTo("llama-3.1-8b");
    assertThat(provider("myserver").model("fast").options())
        .containsEntry("reasoning_effort", "low");
    assertThat(provider("nanogpt").staticModels()).hasSize(2);
    assertThat(provider("firmware").quotaPage())
        .contains("https://app.firmware.example/api/v1/quota");
    assertThat(provider("deepseek").quotaPage()).contains("https://ds.example/user/balance");
    assertThat(provider("azure").chatUrl())
        .contains("https://me.openai.azure.example/openai/v1/chat/completions");
    assertThat(provider("cloudflare").getBaseUrl()).contains("/accounts/acc0123/");
    assertThat(provider("databricks").getBaseUrl()).startsWith("https://me.databricks.example/");
  }

  @Test
  void filtersHold() {
    var filter = provider("gemini").filter();

    assertThat(filter.allows("gemini", "gemini-2.5-pro")).isTrue();
    assertThat(filter.allows("gemini", "gemini-2.5-flash-preview-09")).isFalse();
    assertThat(filter.allows("gemini", "gemini-3-pro-preview")).isTrue();
  }

  @Test
  void rotationAndLimitsReachThePool() {
    PoolOptions gemini = new PoolPlan(configuration, provider("gemini")).options();
    PoolOptions openAi = new PoolPlan(configuration, provider("openai")).options();

    assertThat(gemini.mode()).isEqualTo(Mode.SEQUENTIAL);
    assertThat(openAi.mode()).isEqualTo(Mode.BALANCED);
    assertThat(gemini.maxConcurrent()).isEqualTo(3);
    assertThat(gemini.optimalConcurrent()).isEqualTo(2);
    assertThat(openAi.maxConcurrent()).isEqualTo(4);
    assertThat(openAi.tolerance()).isEqualTo(2.5);
    assertThat(gemini.caps()).hasSize(2);
    assertThat(gemini.quotaGroups()).isNotEqualTo(openAi.quotaGroups());
    assertThat(gemini.smallCooldown()).isEqualTo(Duration.ofSeconds(8));
    assertThat(gemini.multipliers()).isNotEqualTo(openAi.multipliers());
    assertThat(gemini.fairCycle()).isNotEqualTo(openAi.fairCycle());
    assertThat(gemini.fairCycle().quotaThreshold()).isEqualTo(0.9);
    assertThat(gemini.fairCycle().resetThreshold()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void limitsOfOneModeHoldInThatMode() {
    PoolOptions groq = new PoolPlan(configuration, provider("groq")).options();

    assertThat(groq.mode()).isEqualTo(Mode.BALANCED);
    assertThat(groq.maxConcurrent()).isEqualTo(7);
    assertThat(groq.optimalConcurrent()).isEqualTo(3);
    assertThat(groq.tolerance()).isEqualTo(1.5);
    assertThat(groq.multipliers())
        .isNotEqualTo(new PoolPlan(configuration, provider("openai")).options().multipliers());
    assertThat(groq.fairCycle().enabled()).isTrue();
  }

  @Test
  void timesAndSwitchesAreRead() {
    assertThat(configuration.get(Settings.GLOBAL_TIMEOUT)).isEqualTo(Duration.ofSeconds(45));
    assertThat(configuration.get(Settings.TIMEOUT_READ_STREAMING)).isEqualTo(Duration.ofMinutes(4));
    assertThat(configuration.get(Settings.OVERRIDE_TEMPERATURE_ZERO)).hasToString("REMOVE");
    assertThat(configuration.get(Settings.QUOTA_REFRESH_INTERVAL.of("chutes")))
        .isEqualTo(Duration.ofMinutes(2));
    assertThat(configuration.get(Settings.QUOTA_REFRESH_INTERVAL.of("deepseek")))
        .isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void configShowTellsEachValueItsSourceAndNoSecret() {
    ConfigReport report = new ConfigReport(configuration, List.of());

    assertThat(report.unknown()).isEmpty();
    assertThat(report.rows()).extracting(Row::remark).containsOnly("");
    assertThat(report.rows())
        .filteredOn(row -> !row.source().isDefault())
        .hasSameSizeAs(
            configuration.variables().values().stream().filter(v -> !v.isEmpty()).toList());
    assertThat(row(report, "GLOBAL_TIMEOUT").value()).isEqualTo("45");
    assertThat(row(report, "GLOBAL_TIMEOUT").fallback()).isEqualTo("30");
    assertThat(row(report, "GLOBAL_TIMEOUT").source().toString()).startsWith(".env:");
    assertThat(row(report, "ROTATION_MODE_GEMINI").value()).isEqualTo("sequential");
    assertThat(row(report, "CONCURRENCY_MULTIPLIER_GEMINI_PRIORITY_2_SEQUENTIAL").value())
        .isEqualTo("2");
    assertThat(row(report, "IGNORE_MODELS_GEMINI").value()).isEqualTo("*-preview*,gemini-1.0-*");
    assertThat(row(report, "MAX_RETRIES").source().isDefault()).isTrue();
    assertThat(report.rows().toString())
        .doesNotContain("sk-openai-one", "AIza-ten", "hf-one", "sk-proxy-0123456789");
  }

  private static Row row(ConfigReport report, String name) {
    return report.rows().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  private Definition definition(String name) {
    return providers.definitions().stream()
        .filter(definition -> definition.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Provider provider(String name) {
    return definition(name).provider();
  }
}
