package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.cli.ConfigReport.Row;
import dev.caravan.cli.ConfigReport.Unknown;
import dev.caravan.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code caravan config show} tells. */
@SuppressWarnings("NullAway.Init") // JUnit sets it
class ConfigReportTest {
  @TempDir Path home;

  private ConfigReport report(String dotenv, Map<String, String> environment) throws IOException {
    Files.writeString(home.resolve(".env"), dotenv);
    return new ConfigReport(Configuration.load(home, Map.of(), environment), List.of("acme"));
  }

  private static Row row(ConfigReport report, String name) {
    return report.rows().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void theStrongerSourceIsNamed() throws IOException {
    ConfigReport report = report("PORT=9000\nGLOBAL_TIMEOUT=20\n", Map.of("PORT", "9100"));

    assertThat(row(report, "PORT").value()).isEqualTo("9100");
    assertThat(row(report, "PORT").source()).hasToString("environment");
    assertThat(row(report, "GLOBAL_TIMEOUT").source()).hasToString(".env:2");
    assertThat(row(report, "GLOBAL_TIMEOUT").fallback()).isEqualTo("30");
  }

  @Test
  void whatIsNotLegalIsSaidAndTheDefaultHolds() throws IOException {
    Row row = row(report("MAX_RETRIES=many\n", Map.of()), "MAX_RETRIES");

    assertThat(row.value()).isEqualTo("2");
    assertThat(row.source().isDefault()).isTrue();
    assertThat(row.remark()).contains(".env:1", "an integer from 1 to 100");
  }

  @Test
  void namesThatNobodyReadsGetTheNearestOne() throws IOException {
    ConfigReport report =
        report("GLOBL_TIMEOUT=3\nROTATON_MODE_GROQ=balanced\nMY_OWN=1\n", Map.of("HOMEBREW", "x"));

    assertThat(report.unknown())
        .extracting(Unknown::name)
        .containsExactly("GLOBL_TIMEOUT", "MY_OWN", "ROTATON_MODE_GROQ");
    assertThat(report.unknown().get(0).near()).first().isEqualTo("GLOBAL_TIMEOUT");
    assertThat(report.unknown().get(1).near()).isEmpty();
    assertThat(report.unknown().get(2).near()).first().isEqualTo("ROTATION_MODE_GROQ");
  }

  @Test
  void aProviderThatIsNoneIsRemarkedOn() throws IOException {
    ConfigReport report =
        report("ROTATION_MODE_GROK=balanced\nROTATION_MODE_ACME=balanced\n", Map.of());

    assertThat(row(report, "ROTATION_MODE_GROK").remark()).contains("no provider", "groq");
    assertThat(row(report, "ROTATION_MODE_ACME").remark()).isEmpty();
  }

  @Test
  void theEnvironmentIsEverybodysSoOnlyProvidersCountThere() throws IOException {
    ConfigReport report =
        report("", Map.of("GIT_AUTHOR_EMAIL", "ann@example.com", "GROQ_API_KEY", "gsk-0123456789"));

    assertThat(report.rows()).extracting(Row::name).doesNotContain("GIT_AUTHOR_EMAIL");
    assertThat(row(report, "GROQ_API_KEY").value()).doesNotContain("gsk-012345");
  }

  @Test
  void secretsInAddressesAndHeadersAreMasked() throws IOException {
    ConfigReport report =
        report(
            "HTTPS_PROXY=http://me:pass-word-1@proxy:3128\nACME_HEADERS={\"X-Key\":\"abcdefgh\"}\nACME_API_KEY=x\n",
            Map.of());

    assertThat(report.rows().toString())
        .doesNotContain("pass-word-1", "abcdefgh")
        .contains("proxy:3128");
    assertThat(row(report, "ACME_API_KEY").value()).isEqualTo("…");
  }

  @Test
  void thePageIsATableASection() throws IOException {
    ConfigReport report = report("PORT=9000\nGLOBL_TIMEOUT=3\n", Map.of());

    List<String> lines =
        new ConfigPage(false)
            .lines(
                report.rows().stream().filter(row -> !row.source().isDefault()).toList(),
                report.unknown());

    assertThat(lines)
        .containsSubsequence(
            "Server and security",
            "name  value  from    default",
            "PORT  9000   .env:1  8000",
            "Nobody reads these")
        .anyMatch(line -> line.contains("did you mean GLOBAL_TIMEOUT?"));
  }
}
