package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.pool.Baseline;
import dev.caravan.provider.quota.QuotaReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What providers say of quotas (providers.md 4.8 to 4.11; 16, 34 to 37). */
class QuotaReaderTest {
  private static final long NOW = 1_767_225_600_000L;

  @Test
  @DisplayName("providers.md 16, 34: Chutes tells the day")
  void chutesTellsTheDay() throws IOException {
    assertThat(read(QuotaReader.CHUTES, "{\"quota\":300,\"used\":120.5}"))
        .containsExactly(Baseline.ofCount("chutes_global", 120, 300, 1_767_312_000_000L));
    assertThat(read(QuotaReader.CHUTES, "{\"quota\":300,\"used\":null}"))
        .containsExactly(Baseline.ofCount("chutes_global", 0, 300, 1_767_312_000_000L));
  }

  @Test
  @DisplayName("providers.md 16, 36: the month of NanoGPT counts, the day where it is enforced")
  void nanoGptTellsTheMonthAndTheDayOnlyWhereItIsEnforced() throws IOException {
    String usage =
        """
        {"active":true,"state":"active","enforceDailyLimit":%s,"limits":{"daily":2000,"monthly":60000},
         "daily":{"used":2000,"remaining":0,"resetAt":1738540800000},
         "monthly":{"used":55000,"remaining":5000,"resetAt":1739404800000}}""";

    assertThat(read(QuotaReader.NANOGPT, usage.formatted(false)))
        .containsExactly(Baseline.ofCount("monthly", 55_000, 60_000, 1_739_404_800_000L));
    assertThat(read(QuotaReader.NANOGPT, usage.formatted(true)))
        .containsExactly(Baseline.ofFraction("monthly", 0, 60_000, 1_738_540_800_000L));
    assertThat(
            read(
                QuotaReader.NANOGPT,
                "{\"state\":\"inactive\",\"limits\":{\"monthly\":0},\"monthly\":{\"used\":0,\"remaining\":0}}"))
        .containsExactly(Baseline.ofFraction("monthly", 1, -1, 0));
  }

  @Test
  @DisplayName("providers.md 16, 37: more than all of it is none left")
  void firmwareTellsAShare() throws IOException {
    assertThat(read(QuotaReader.FIRMWARE, "{\"used\":1.02,\"reset\":\"2026-01-01T02:00:00Z\"}"))
        .containsExactly(Baseline.ofFraction("firmware_global", 0, -1, 1_767_232_800_000L));
    assertThat(read(QuotaReader.FIRMWARE, "{\"used\":1.02,\"reset\":null}")).isEmpty();
    assertThat(read(QuotaReader.FIRMWARE, "{\"used\":\"x\",\"reset\":null}"))
        .containsExactly(Baseline.ofFraction("firmware_global", 1, -1, 0));
  }

  @Test
  @DisplayName("providers.md 16, 27 and 28: a share of each model")
  void codeAssistTellsAShareOfEachModelWhoseLimitThePlanSays() throws IOException {
    assertThat(
            codeAssist(
                "{\"modelId\":\"gemini-2.5-pro\",\"resetTime\":\"2026-01-02T00:00:00Z\"}", 250))
        .as("a share that is missing is none")
        .isEqualTo(Baseline.ofCount("gemini-2.5-pro", 250, 250, 1_767_312_000_000L));
    assertThat(
            codeAssist(
                "{\"modelId\":\"gemini-2.5-pro\",\"remainingFraction\":1.0,\"resetTime\":\"2026-01-02T00:00:00Z\"}",
                250))
        .as("a full one has no end")
        .isEqualTo(Baseline.ofCount("gemini-2.5-pro", 0, 250, 0));
    assertThat(codeAssist("{\"modelId\":\"gemini-2.5-pro\",\"remainingFraction\":0.9}", 250))
        .as("decimals, rounded half up")
        .isEqualTo(Baseline.ofCount("gemini-2.5-pro", 25, 250, 0));
    assertThat(codeAssist("{\"modelId\":\"gemini-2.5-pro\",\"remainingFraction\":0.001}", 250))
        .as("what is left is not nothing")
        .isEqualTo(Baseline.ofCount("gemini-2.5-pro", 249, 250, 0));
    assertThat(codeAssist("{\"modelId\":\"m\",\"remainingFraction\":0.5}", -1))
        .isEqualTo(Baseline.ofFraction("m", 0.5, -1, 0));
  }

  private static Baseline codeAssist(String bucket, long limit) throws IOException {
    byte[] answer = "{\"buckets\":[%s]}".formatted(bucket).getBytes(StandardCharsets.UTF_8);
    return QuotaReader.CODE_ASSIST.read(answer, NOW, model -> limit).getFirst();
  }

  @Test
  void antigravityTellsTheLowestShareOfThoseThatAreOneModel() throws IOException {
    byte[] answer =
        """
        {"models":{"gemini-3-pro-low":{"quotaInfo":{"remainingFraction":0.6,"resetTime":"2026-01-02T00:00:00Z"}},
         "gemini-3-pro-high":{"quotaInfo":{"remainingFraction":0.25,"resetTime":"2026-01-02T00:00:00Z"}},
         "claude-opus-4-5-thinking":{"quotaInfo":{"resetTime":"2026-01-02T00:00:00Z"}},"chat_20706":{}}}"""
            .getBytes(StandardCharsets.UTF_8);

    assertThat(QuotaReader.ANTIGRAVITY.read(answer, NOW, model -> 320))
        .containsExactly(
            Baseline.ofCount("gemini-3-pro-preview", 240, 320, 1_767_312_000_000L),
            Baseline.ofCount("claude-opus-4.5", 320, 320, 1_767_312_000_000L));
  }

  @Test
  void openRouterTellsAKeysOwnLimit() throws IOException {
    assertThat(read(QuotaReader.OPENROUTER, "{\"data\":{\"limit\":10,\"limit_remaining\":2.5}}"))
        .singleElement()
        .extracting(Baseline::remainingFraction)
        .isEqualTo(0.25);
    assertThat(read(QuotaReader.OPENROUTER, "{\"data\":{\"limit\":null,\"usage\":3}}")).isEmpty();
  }

  @Test
  void deepSeekTellsWhetherThereIsMoney() throws IOException {
    assertThat(
            read(
                QuotaReader.DEEPSEEK,
                "{\"is_available\":false,\"balance_infos\":[{\"currency\":\"USD\",\"total_balance\":\"0.00\"}]}"))
        .singleElement()
        .extracting(Baseline::remainingFraction)
        .isEqualTo(0.0);
  }

  @Test
  void whatIsSomethingElseIsNoFigure() {
    for (QuotaReader reader : QuotaReader.values()) {
      for (String odd : List.of("", "[]", "7", "<html>")) {
        assertThatThrownBy(() -> read(reader, odd)).isInstanceOf(IOException.class);
      }
      assertThatThrownBy(() -> read(reader, "{}")).isInstanceOf(IOException.class);
    }
  }

  private static List<Baseline> read(QuotaReader reader, String answer) throws IOException {
    return reader.read(answer.getBytes(StandardCharsets.UTF_8), NOW);
  }
}
