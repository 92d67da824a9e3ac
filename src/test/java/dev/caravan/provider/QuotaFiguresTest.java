package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What headers of good answers tell of a quota (rotation.md 4.5, 5.5). */
class QuotaFiguresTest {
  private static final long T = FixedTime.T.epochMillis();

  private static @Nullable QuotaFigures read(Map<String, String> headers) {
    return QuotaFigures.read(headers::get, T);
  }

  @ParameterizedTest
  @CsvSource({
    "40,                  40000", // below a thousand million it is a length
    "1000000040,          40000", // a moment in seconds
    "1000000040000,       40000", // in milliseconds
    "2001-09-09T01:47:20Z,40000",
    "0,                   0",
    "soon,                0",
    "99999999999999999,   0" // 56 years and more are no time
  })
  void aWindowHasLimitUseAndReset(String reset, long millis) {
    assertThat(
            read(
                Map.of(
                    "x-ratelimit-limit", "60",
                    "x-ratelimit-remaining", "12",
                    "x-ratelimit-reset", reset)))
        .isEqualTo(new QuotaFigures(47, 60, millis == 0 ? 0 : T + millis));
  }

  @Test
  void anEmptyBucketOfRequestsHasRoomAfterItsShareOfTheTimeThatFillsIt() {
    assertThat(
            read(
                Map.of(
                    "x-ratelimit-limit-requests", "60",
                    "x-ratelimit-remaining-requests", "0",
                    "x-ratelimit-reset-requests", "6m0s")))
        .isEqualTo(new QuotaFigures(-1, -1, T + 6_000));
    assertThat(
            read(
                Map.of(
                    "anthropic-ratelimit-requests-limit", "5",
                    "anthropic-ratelimit-requests-remaining", "0",
                    "anthropic-ratelimit-requests-reset", "2001-09-09T01:47:40Z")))
        .isEqualTo(new QuotaFigures(-1, -1, T + 12_000));
  }

  @Test
  void theRequestsOfADayAreThereAgainWhenItIsOver() {
    assertThat(
            read(
                Map.of(
                    "x-ratelimit-remaining-requests", "9",
                    "x-ratelimit-remaining-requests-day", "0",
                    "x-ratelimit-reset-requests-day", "3011.38")))
        .isEqualTo(new QuotaFigures(-1, -1, T + 3_012_000));
    assertThat(
            read(
                Map.of(
                    "x-ratelimit-remaining-requests-day", "14",
                    "x-ratelimit-reset-requests-day", "3011.38")))
        .isNull();
  }

  @Test
  void whatIsOfNoUseIsNotTold() {
    assertThat(read(Map.of())).isNull();
    assertThat(read(Map.of("x-ratelimit-remaining-requests", "4999"))).isNull();
    assertThat(read(Map.of("x-ratelimit-remaining", "3"))).as("no limit").isNull();
    assertThat(read(Map.of("x-ratelimit-remaining", "9", "x-ratelimit-limit", "5"))).isNull();
    assertThat(read(Map.of("x-ratelimit-remaining", "0", "x-ratelimit-limit", "0"))).isNull();
    assertThat(read(Map.of("x-ratelimit-remaining", "-1", "x-ratelimit-limit", "5"))).isNull();
    assertThat(
            read(
                Map.of(
                    "x-ratelimit-limit-requests", "10000",
                    "x-ratelimit-remaining-requests", "0",
                    "x-ratelimit-reset-requests", "60s")))
        .as("room again in 6 ms")
        .isNull();
    assertThat(
            read(Map.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-limit-requests", "60")))
        .as("no time told")
        .isNull();
  }
}
