package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of rotation.md 9 that are about what an error says; now is T, 2001-09-09T01:46:40Z. */
class ErrorCasesTest {
  private static final TimeSource AT_T =
      new TimeSource() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public long epochMillis() {
          return 1_000_000_000_000L;
        }
      };

  private static Fault classify(int status, Map<String, String> headers, String body) {
    ErrorRules rules = new ErrorRules("p", AT_T);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return rules.classify(status, name -> header(headers, name), bytes, List.of());
  }

  private static @Nullable String header(Map<String, String> headers, String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  private static @Nullable Duration hint(Map<String, String> headers, String body) {
    return classify(429, headers, body).retryAfter();
  }

  @ParameterizedTest
  @DisplayName("rotation.md case 42: one parser of durations, always rounded up")
  @CsvSource({"1.5s, 2", "0.4s, 1", "1500ms, 2", "1d, 86400", "PT30S, 30", "1m30,", "-5,", "inf,"})
  void oneParserOfDurations(String text, @Nullable Long seconds) {
    assertThat(Durations.parse(text).map(Duration::toSeconds).orElse(null)).isEqualTo(seconds);
  }

  @Test
  @DisplayName("rotation.md case 43: a date of HTTP is a moment")
  void aDateOfHttpIsAMoment() {
    assertThat(hint(Map.of("retry-after", "Sun, 9 Sep 2001 01:47:10 GMT"), "{}"))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(hint(Map.of("retry-after", "Sun, 09 Sep 2001 01:47:10 GMT"), "{}"))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  @DisplayName("rotation.md case 44, W23: an epoch in a text is a moment, not 31 years")
  void anEpochInATextIsAMoment() {
    assertThat(hint(Map.of(), "{\"error\":{\"message\":\"x-ratelimit-reset: 1000000120\"}}"))
        .isEqualTo(Duration.ofMinutes(2));
    assertThat(hint(Map.of(), "{\"error\":{\"message\":\"x-ratelimit-reset: 1000000120000\"}}"))
        .isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  @DisplayName("rotation.md case 45, W4: RetryInfo of a quota per minute beats a coarse delay")
  void retryInfoOfAQuotaPerMinuteBeatsACoarseDelay() {
    Fault fault =
        classify(
            429,
            Map.of(),
            """
            {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded","details":[
              {"@type":"type.googleapis.com/google.rpc.ErrorInfo","metadata":{"quotaResetDelay":"1h"}},
              {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]},
              {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"5s"}]}}\
            """);

    assertThat(fault.kind()).isEqualTo(FaultClass.RATE_LIMIT);
    assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  @DisplayName("rotation.md case 46: of body and header the larger time counts")
  void ofBodyAndHeaderTheLargerTimeCounts() {
    String body =
        """
        {"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"20s"}]}}\
        """;

    assertThat(hint(Map.of("retry-after", "3"), body)).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  @DisplayName("rotation.md case 47: a body that speaks of quota beats a 503")
  void aBodyThatSpeaksOfQuotaBeatsTheStatus() {
    Fault fault =
        classify(503, Map.of(), "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\"}}");

    assertThat(fault.kind()).isIn(FaultClass.QUOTA_EXCEEDED, FaultClass.RATE_LIMIT);
  }

  @Test
  @DisplayName("rotation.md case 48, W23: a word in a text proves nothing")
  void aWordInATextProvesNothing() {
    assertThat(classify(400, Map.of(), error("max_tokens must be positive")).kind())
        .isEqualTo(FaultClass.INVALID_REQUEST);
    assertThat(
            classify(400, Map.of(), error("prompt is too long: 247583 tokens > 200000 maximum"))
                .kind())
        .isEqualTo(FaultClass.CONTEXT_WINDOW_EXCEEDED);
  }

  private static String error(String message) {
    return "{\"error\":{\"message\":\"" + message + "\"}}";
  }

  @ParameterizedTest
  @DisplayName("rotation.md W1: times that cannot be true are no times")
  @CsvSource({"1766700000000", "-20", "1e400", "99999999999999999", "2766787200"})
  void timesThatCannotBeTrueAreNoTimes(String value) {
    assertThat(hint(Map.of("retry-after", value), "{}")).isNull();
    assertThat(hint(Map.of("x-ratelimit-reset", value), "{}")).isNull();
  }

  @Test
  @DisplayName("rotation.md W4: a 429 that names the second is no quota, one that names the day is")
  void aLimitOfThePaceIsNoQuota() {
    assertThat(classify(429, Map.of("retry-after", "20"), error("slow down")).kind())
        .isEqualTo(FaultClass.RATE_LIMIT);
    assertThat(
            classify(
                    429,
                    Map.of("retry-after", "7200"),
                    "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\"}}")
                .kind())
        .isEqualTo(FaultClass.QUOTA_EXCEEDED);
  }
}
