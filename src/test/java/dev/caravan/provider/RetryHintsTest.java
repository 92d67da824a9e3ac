package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryHintsTest {

  private static final long NOW = FixedTime.T.epochMillis();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          retry-after       | 12                            | 12
          retry-after       | 1.5                           | 2
          retry-after       | Sun, 09 Sep 2001 01:47:10 GMT | 30
          retry-after       | 1000000120                    | 120
          retry-after-ms    | 1500                          | 2
          x-ratelimit-reset | 1000000120                    | 120
          x-ratelimit-reset | 1000000120500                 | 121
          x-ratelimit-reset | 45                            | 45
          """)
  void aHeaderNamesALengthOrAMoment(String header, String value, long seconds) {
    assertThat(seconds(Map.of(header, value), "")).contains(seconds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          retry-after       | 0
          retry-after       | Sun, 09 Sep 2001 01:46:10 GMT
          retry-after       | soon
          retry-after       | -5
          x-ratelimit-reset | 999999999999
          retry-after-ms    | 0
          """)
  void nowAndThePastAreNoHints(String header, String value) {
    assertThat(seconds(Map.of(header, value), "")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Please retry in 18.4s.                               | 19
          Please try again in 7m12.5s. Need more tokens?       | 433
          try again in 350ms                                   | 1
          Please try again in 20 seconds                       | 20
          Your quota will reset after 156h14m36s.              | 562476
          Retry-After: 30                                      | 30
          retry_after=2.5                                      | 3
          wait for 5 minutes                                   | 300
          x-ratelimit-reset: 1000000120                        | 120
          {"retryDelay":"34.07s"}                              | 35
          Limit resets at 2001-09-09T01:47:40Z                 | 60
          You will regain access on 2001-09-09 01:56:40 UTC.   | 600
          """)
  void aTextNamesALengthOrAMoment(String text, long seconds) {
    assertThat(seconds(Map.of(), text)).contains(seconds);
  }

  @Test
  void aSpentLimitsOwnResetCountsAndNoOther() {
    Map<String, String> headers =
        Map.of(
            "x-ratelimit-remaining-requests", "12",
            "x-ratelimit-reset-requests", "10m",
            "x-ratelimit-remaining-tokens", "0",
            "x-ratelimit-reset-tokens", "6m0s");

    assertThat(seconds(headers, "")).contains(360L);
  }

  @Test
  void anthropicsResetOfASpentLimitIsAMoment() {
    Map<String, String> headers =
        Map.of(
            "anthropic-ratelimit-input-tokens-remaining", "0",
            "anthropic-ratelimit-input-tokens-reset", "2001-09-09T01:47:00Z",
            "anthropic-ratelimit-requests-remaining", "49",
            "anthropic-ratelimit-requests-reset", "2001-09-09T02:46:40Z");

    assertThat(seconds(headers, "")).contains(20L);
  }

  @Test
  void aRejectedSubscriptionComesBackAtItsUnifiedReset() {
    Map<String, String> headers =
        Map.of(
            "anthropic-ratelimit-unified-status", "rejected",
            "anthropic-ratelimit-unified-reset", "1000018000");

    assertThat(seconds(headers, "")).contains(18_000L);
  }

  @Test
  void theLargerOfTwoSourcesIsTaken() {
    String body = details(retryInfo("20s"));

    assertThat(seconds(Map.of("retry-after", "3"), body)).contains(20L);
    assertThat(seconds(Map.of("retry-after", "60"), body)).contains(60L);
  }

  @Test
  void retryInfoIsReadBeforeErrorInfoWhereverItStands() {
    String body = details(errorInfo("\"quotaResetDelay\":\"1h\""), retryInfo("5s"));

    assertThat(seconds(Map.of(), body)).contains(5L);
  }

  @Test
  void retryInfoOfAQuotaPerMinuteBeatsACoarseHeader() {
    String body = details(quota("GenerateRequestsPerMinutePerProjectPerModel"), retryInfo("5s"));

    assertThat(seconds(Map.of("x-ratelimit-reset", "1000003600"), body)).contains(5L);
  }

  @Test
  void errorInfoNamesADelayOrAMoment() {
    assertThat(seconds(Map.of(), details(errorInfo("\"quotaResetDelay\":\"143h4m52.73s\""))))
        .contains(515_093L);
    assertThat(
            seconds(
                Map.of(), details(errorInfo("\"quotaResetTimeStamp\":\"2001-09-09T01:56:40Z\""))))
        .contains(600L);
  }

  @Test
  @DisplayName("providers.md 16, 38: a day of Google ends in Los Angeles")
  void aDailyQuotaComesBackAtMidnightInLosAngeles() {
    String body =
        details(quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), retryInfo("27s"));
    FixedTime newYear = FixedTime.at("2026-01-01T00:00:00Z");

    assertThat(seconds(Map.of(), body, newYear.epochMillis())).contains(8 * 3_600L);
  }

  @Test
  void fieldsOfTheErrorNameAMomentThenALength() {
    String later = "{\"error\":{\"resets_at\":1000003600,\"resets_in_seconds\":10}}";
    String past = "{\"error\":{\"resets_at\":999999999,\"resets_in_seconds\":10}}";

    assertThat(seconds(Map.of(), later)).contains(3_600L);
    assertThat(seconds(Map.of(), past.replace("999999999,", "1000000000,"))).contains(10L);
  }

  @Test
  void headersThatAGatewayOfOthersWrapsIntoItsBodyAreRead() {
    String body =
        "{\"error\":{\"code\":429,\"metadata\":{\"headers\":{\"X-RateLimit-Reset\":\"1000000060000\"}}}}";

    assertThat(seconds(Map.of(), body)).contains(60L);
  }

  @Test
  void moreThanThirtyDaysIsNotBelievedButRemembered() {
    RetryHints hints = hints(Map.of("retry-after", "9999999"), "", NOW);

    assertThat(hints.best()).isEmpty();
    assertThat(hints.ignored()).containsExactly("header retry-after of 115 days ignored");
  }

  @Property
  void noHeaderAndNoTextMakesItThrow(@ForAll String header, @ForAll String text) {
    Optional<RetryHint> hint = hints(Map.of("retry-after", header), "retry in " + text, NOW).best();

    assertThat(hint.filter(h -> h.pause().isNegative() || h.pause().isZero())).isEmpty();
  }

  private static Optional<Long> seconds(Map<String, String> headers, String body) {
    return seconds(headers, body, NOW);
  }

  private static Optional<Long> seconds(Map<String, String> headers, String body, long now) {
    return hints(headers, body, now).best().map(RetryHint::pause).map(Duration::toSeconds);
  }

  private static RetryHints hints(Map<String, String> headers, String body, long now) {
    return new RetryHints(headers::get, ErrorBody.read(body.getBytes(StandardCharsets.UTF_8)), now);
  }

  static String details(String... details) {
    return "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"m\",\"details\":[%s]}}"
        .formatted(String.join(",", details));
  }

  static String retryInfo(String delay) {
    return "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"%s\"}"
        .formatted(delay);
  }

  static String errorInfo(String metadata) {
    return "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"metadata\":{%s}}"
        .formatted(metadata);
  }

  static String quota(String id) {
    return """
        {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[
          {"quotaMetric":"generativelanguage.googleapis.com/requests","quotaId":"%s"}]}"""
        .formatted(id);
  }
}
