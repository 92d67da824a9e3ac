package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.TimeSource;
import dev.caravan.pool.Baseline;
import dev.caravan.provider.quota.QuotaReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the back end of ChatGPT plans says of limits (providers.md 9.4; 16, 31). */
class CodexFaultsTest {
  private static final long NOW = 1_767_225_600_000L;

  private static final TimeSource TIME =
      new TimeSource() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public long epochMillis() {
          return NOW;
        }
      };

  private final ErrorRules rules = new ErrorRules("openai_codex", TIME);

  @Test
  @DisplayName("providers.md 16, 31: a spent plan rests until the moment that is named")
  void aSpentPlanRestsUntilTheMomentThatIsNamed() {
    Fault fault =
        rules.classify(
            429,
            name -> null,
            bytes(
                "{\"error\":{\"type\":\"usage_limit_reached\",\"resets_at\":1767229200,\"resets_in_seconds\":10}}"),
            List.of());

    assertThat(fault.kind()).isEqualTo(FaultClass.QUOTA_EXCEEDED);
    assertThat(fault.retryAfter()).isEqualTo(Duration.ofHours(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          429 | {"error":{"type":"usage_limit_reached","resets_at":1700000000,"resets_in_seconds":10}} | quota_exceeded | 10
          429 | {"error":{"type":"usage_limit_reached"}} | quota_exceeded | 18000
          429 | {"error":{"code":"rate_limit_exceeded","message":"Try again in 2s"}} | rate_limit | 2
          429 | {"error":{"message":"The selected model is at capacity. Please try another."}} | overloaded | 60
          413 | {"detail":"too large"} | context_window_exceeded | -
          403 | <html><head><title>Just a moment...</title></head></html> | forbidden | -
          401 | {"detail":"Unauthorized"} | authentication | -
          """)
  @DisplayName("providers.md 16, 31: a moment that is past counts for nothing")
  void anAnswerIsWhatItSays(int status, String body, String kind, @Nullable Integer seconds) {
    Fault fault = rules.classify(status, name -> null, bytes(body), List.of());

    assertThat(fault.kind().word()).isEqualTo(kind);
    assertThat(fault.retryAfter()).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type":"response.failed","response":{"error":{"code":"server_is_overloaded","message":"m"}}} | overloaded
          {"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded","message":"m"}}}  | rate_limit
          {"type":"response.failed","response":{"error":{"type":"service_unavailable_error"}}}          | overloaded
          {"type":"response.failed","response":{"error":{"code":"context_too_large"}}}                  | context_window_exceeded
          {"type":"response.failed","response":{"error":{"code":"cyber_policy"}}}                       | invalid_request
          {"type":"response.failed","response":{"error":{"code":"previous_response_not_found"}}}        | invalid_request
          {"type":"error","error":{"type":"usage_limit_reached","resets_in_seconds":9}}                 | quota_exceeded
          {"type":"error","error":{"type":"unauthorized"}}                                              | authentication
          {"type":"error","error":{"status_code":503,"message":"m"}}                                    | overloaded
          {"type":"error","error":{"status":404,"message":"m"}}                                         | not_found
          """)
  @DisplayName("providers.md 16, 32: what an error inside a stream means")
  void anErrorInsideAStreamIsWhatItSays(String event, String kind) {
    assertThat(rules.classifyStreamError(bytes(event), List.of()).kind().word()).isEqualTo(kind);
  }

  @Test
  void headersTellOfASpentWindow() {
    Map<String, String> headers =
        Map.of(
            "x-codex-primary-used-percent", "100",
            "x-codex-primary-reset-after-seconds", "60",
            "x-codex-secondary-used-percent", "100.0",
            "x-codex-secondary-reset-at", Long.toString(NOW / 1000 + 900));

    assertThat(QuotaFigures.read(headers::get, NOW))
        .isEqualTo(new QuotaFigures(-1, -1, NOW + 900_000));
    assertThat(QuotaFigures.read(Map.of("x-codex-primary-used-percent", "99")::get, NOW)).isNull();
  }

  @Test
  void thePageTellsBothWindows() throws IOException {
    String page =
        """
        {"plan_type":"plus","rate_limit":{"allowed":true,"primary_window":{"used_percent":%d,"limit_window_seconds":18000,"reset_at":1767229200},
         "secondary_window":{"used_percent":7,"limit_window_seconds":604800,"reset_after_seconds":60}},"credits":{"balance":null}}""";

    assertThat(QuotaReader.OPENAI_CODEX.read(bytes(page.formatted(25)), NOW))
        .containsExactly(
            new Baseline("codex", "5h", -1, -1, 0.75, 1_767_229_200_000L, false),
            new Baseline("codex", "168h", -1, -1, 1 - 7 / 100.0, NOW + 60_000, false));
    assertThat(QuotaReader.OPENAI_CODEX.read(bytes(page.formatted(104)), NOW))
        .as("what the week has left does not help")
        .containsExactly(new Baseline("codex", "5h", -1, -1, 0, 1_767_229_200_000L, false));
    assertThatThrownBy(() -> QuotaReader.OPENAI_CODEX.read(bytes("{\"plan_type\":\"free\"}"), NOW))
        .isInstanceOf(IOException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
