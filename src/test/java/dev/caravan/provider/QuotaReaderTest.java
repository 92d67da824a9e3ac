package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.pool.Baseline;
import dev.caravan.provider.quota.QuotaReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What providers say of quotas (providers.md 4.8 to 4.11; 16, 34 to 37). */
class QuotaReaderTest {
  private static final long NOW = 1_767_225_600_000L;

  @Test
  void chutesTellsTheDay() throws IOException {
    assertThat(read(QuotaReader.CHUTES, "{\"quota\":300,\"used\":120.5}"))
        .containsExactly(Baseline.ofCount("chutes_global", 120, 300, 1_767_312_000_000L));
    assertThat(read(QuotaReader.CHUTES, "{\"quota\":300,\"used\":null}"))
        .containsExactly(Baseline.ofCount("chutes_global", 0, 300, 1_767_312_000_000L));
  }

  @Test
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
  void firmwareTellsAShare() throws IOException {
    assertThat(read(QuotaReader.FIRMWARE, "{\"used\":1.02,\"reset\":\"2026-01-01T02:00:00Z\"}"))
        .containsExactly(Baseline.ofFraction("firmware_global", 0, -1, 1_767_232_800_000L));
    assertThat(read(QuotaReader.FIRMWARE, "{\"used\":1.02,\"reset\":null}")).isEmpty();
    assertThat(read(QuotaReader.FIRMWARE, "{\"used\":\"x\",\"reset\":null}"))
        .containsExactly(Baseline.ofFraction("firmware_global", 1, -1, 0));
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
