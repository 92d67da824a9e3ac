package dev.caravan.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.TimeSource;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.ErrorRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What Google's errors mean (providers.md 5.9, 6.8; 16, 26 to 30). */
class GoogleErrorsTest {
  private static final TimeSource NOW =
      new TimeSource() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public long epochMillis() {
          return 1_767_225_600_000L;
        }
      };

  @Test
  @DisplayName("providers.md 16, 26: a quota says in its text when it ends")
  void aQuotaSaysInItsTextWhenItEnds() {
    Fault fault =
        fault(
            "gemini_cli",
            429,
            """
            {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"You have exhausted your capacity on this model. Your quota will reset after 156h14m36s.",
             "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","domain":"cloudcode-pa.googleapis.com","metadata":{"model":"gemini-3-pro-preview"}}]}}""");

    assertThat(fault.kind()).isEqualTo(FaultClass.QUOTA_EXCEEDED);
    assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(562_476));
  }

  @Test
  @DisplayName("providers.md 16, 29: the time of RetryInfo beats the other one")
  void theTimeOfRetryInfoBeatsTheOtherOne() {
    Fault fault =
        fault(
            "antigravity",
            429,
            """
            {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"You have exhausted your quota.","details":[
             {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"QUOTA_EXHAUSTED","metadata":{"model":"claude-opus-4-5-thinking","quotaResetDelay":"143h4m52.730699158s"}},
             {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"515092.730699158s"}]}}""");

    assertThat(fault.kind()).isEqualTo(FaultClass.QUOTA_EXCEEDED);
    assertThat(fault.retryAfter())
        .isBetween(Duration.ofSeconds(515_092), Duration.ofSeconds(515_093));
  }

  @Test
  void aLimitWithoutATimeIsNoQuotaAtAntigravity() {
    Fault fault =
        fault(
            "antigravity",
            429,
            "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"Resource has been exhausted (e.g. check quota).\"}}");

    assertThat(fault.kind()).isEqualTo(FaultClass.OVERLOADED);
  }

  @Test
  void aModelWithoutCapacityIsOverloaded() {
    Fault fault =
        fault(
            "gemini_cli",
            503,
            "{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":\"No capacity\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"MODEL_CAPACITY_EXHAUSTED\"}]}}");

    assertThat(fault.kind()).isEqualTo(FaultClass.OVERLOADED);
  }

  private static Fault fault(String provider, int status, String body) {
    return new ErrorRules(Catalogue.bundled().find(provider).orElseThrow().provider(), NOW)
        .classify(status, name -> null, body.getBytes(StandardCharsets.UTF_8), List.of());
  }
}
