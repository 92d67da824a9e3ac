package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fault;
import static dev.caravan.pool.TestPool.limited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RotationTest {
  private static Fault relayed(FaultClass kind, int status) {
    byte[] body = "{\"error\":\"bad\"}".getBytes(StandardCharsets.UTF_8);
    Fault.RawAnswer answer = new Fault.RawAnswer(status, "application/json", body);
    return new Fault(kind, status, null, "status " + status, "bad", answer);
  }

  @Test
  @DisplayName("rotation.md case 19, W3: a client's mistake touches no other credential")
  void aClientsMistakeTouchesNoOtherCredential() {
    TestPool p = TestPool.sequential(3);
    Fault bad = relayed(FaultClass.INVALID_REQUEST, 400);

    Failure failure = p.fails((_, _) -> bad, 30);

    assertThat(p.calls).containsExactly("k1@0.0");
    assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(failure.relay()).isSameAs(bad.answer());
    assertThat(p.view("k1").cooldowns()).isEmpty();
    assertThat(p.view("k1").failures()).isZero();
  }

  @Test
  void aPromptThatIsTooLongIsAnsweredInItsOwnWords() {
    TestPool p = TestPool.sequential(2);

    Failure failure = p.fails((_, _) -> relayed(FaultClass.CONTEXT_WINDOW_EXCEEDED, 413), 30);

    assertThat(failure.kind()).isEqualTo(Kind.CONTEXT_TOO_LONG);
    assertThat(failure.relay()).extracting(Fault.RawAnswer::status).isEqualTo(413);
  }

  @Test
  void aConflictIsRetriedOnceAndThenRelayed() {
    TestPool p = TestPool.sequential(2);

    Failure failure = p.fails((_, _) -> relayed(FaultClass.CONFLICT, 409), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k1@1.0");
    assertThat(failure.relay()).extracting(Fault.RawAnswer::status).isEqualTo(409);
  }

  @Test
  void anUnknownModelIsRelayedAndRestsNothing() {
    TestPool p = TestPool.sequential(3);

    Failure failure = p.fails((_, _) -> relayed(FaultClass.NOT_FOUND, 404), 30);

    assertThat(p.calls).containsExactly("k1@0.0");
    assertThat(failure.kind()).isEqualTo(Kind.MODEL_NOT_FOUND);
    assertThat(p.view("k1").cooldowns()).isEmpty();
  }

  @Test
  void aKnownModelThatOneCredentialLacksIsTriedOnOneMore() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 3, o -> o.knownModels(Set.of("m")));

    Failure failure = p.fails((_, _) -> relayed(FaultClass.NOT_FOUND, 404), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0");
    assertThat(failure.kind()).isEqualTo(Kind.MODEL_NOT_FOUND);
    assertThat(p.restOf("k1")).isEqualTo(300);
  }

  @Test
  @DisplayName("rotation.md case 20: a short hint is waited for on the same credential")
  void aShortHintIsWaitedForOnTheSameCredential() {
    TestPool p = TestPool.sequential(2);

    p.run((_, nth) -> nth == 1 ? limited(2) : null, 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k1@2.0");
    assertThat(p.view("k1").cooldowns()).isEmpty();
  }

  @Test
  @DisplayName("rotation.md case 21: two attempts each, then back to the one whose time is over")
  void twoAttemptsEachThenBackOnce() {
    TestPool p = TestPool.sequential(2);

    Failure failure = p.fails((_, _) -> limited(2), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k1@2.0", "k2@2.0", "k2@4.0", "k1@4.0", "k2@6.0");
    assertThat(failure.kind()).isEqualTo(Kind.ALL_CREDENTIALS_LIMITED);
  }

  @Test
  @DisplayName("rotation.md case 22: a hint of ten seconds rests the credential")
  void aHintOfTenSecondsRestsTheCredential() {
    TestPool p = TestPool.sequential(2);

    p.run((key, _) -> key.equals("k1") ? limited(10) : null, 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0");
    assertThat(p.restOf("k1")).isEqualTo(10);
  }

  @Test
  @DisplayName("rotation.md case 23: a wait that does not fit rests the credential")
  void aWaitThatDoesNotFitRestsTheCredential() {
    TestPool p = TestPool.sequential(2);

    p.run((key, _) -> key.equals("k1") ? limited(9) : null, 5);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0");
    assertThat(p.restOf("k1")).isEqualTo(9);
  }

  @Test
  @DisplayName("rotation.md case 32: an outage is tried twice on each and blames none")
  void anOutageIsTriedTwiceOnEachAndBlamesNone() {
    TestPool p = TestPool.sequential(2);

    Failure failure = p.fails((_, _) -> fault(FaultClass.SERVER_ERROR, 500), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k1@1.0", "k2@2.0", "k2@3.0");
    assertThat(p.time.secondsSinceStart()).isEqualTo(3);
    assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
    assertThat(p.view("k1").requests() + p.view("k2").requests()).isZero();
    assertThat(p.view("k1").cooldowns()).isEmpty();
  }

  @Test
  @DisplayName("rotation.md case 33, W11: nothing starts after the deadline")
  void nothingStartsAfterTheDeadline() {
    TestPool p = TestPool.sequential(2);

    Failure failure =
        p.fails(
            (_, _) -> {
              p.time.passSeconds(2);
              return fault(FaultClass.SERVER_ERROR, 500);
            },
            1);

    assertThat(p.calls).containsExactly("k1@0.0");
    assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
    assertThat(failure.details())
        .containsEntry("timeout", true)
        .containsEntry("reason", "proxy_timeout");
  }

  @Test
  @DisplayName("rotation.md case 52: an empty answer is retried once, then another one is asked")
  void anEmptyAnswerIsRetriedOnce() {
    TestPool p = TestPool.sequential(2);

    p.run((key, _) -> key.equals("k1") ? fault(FaultClass.EMPTY_RESPONSE, 200) : null, 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k1@1.0", "k2@1.0");
    assertThat(p.view("k1").successes()).isZero();
  }

  @Test
  void anUnknownFaultIsTriedOnTwoMoreAtMost() {
    TestPool p = TestPool.sequential(5);

    Failure failure = p.fails((_, _) -> fault(FaultClass.UNKNOWN, 418), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0", "k3@0.0");
    assertThat(failure.kind()).isEqualTo(Kind.BAD_GATEWAY);
  }

  @Test
  void rotationsHaveALimit() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 20, o -> o.maxRotations(3));

    Failure failure = p.fails((_, _) -> limited(60), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0", "k3@0.0", "k4@0.0");
    assertThat(failure.kind()).isEqualTo(Kind.ALL_CREDENTIALS_LIMITED);
  }

  @Test
  void aSecondRetryWaitsTwiceAsLong() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.maxRetries(4));

    p.fails((_, _) -> fault(FaultClass.API_CONNECTION, 0), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k1@1.0", "k1@3.0", "k1@7.0");
  }

  @Test
  void theSummaryTellsWhatNeedsAPersonApartFromWhatDoesNot() {
    TestPool p = TestPool.sequential(3);

    Failure failure =
        p.fails(
            (key, _) -> key.equals("k1") ? fault(FaultClass.AUTHENTICATION, 401) : limited(42), 30);

    String revoked = p.pool.credentials().getFirst().fingerprint();
    assertThat(failure.kind()).isEqualTo(Kind.ALL_CREDENTIALS_LIMITED);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(42));
    assertThat(failure.details())
        .containsEntry("model", "p/m")
        .containsEntry("provider", "p")
        .containsEntry("credentials_tried", 3)
        .containsEntry("timeout", false)
        .containsEntry("normal_error_summary", "2 rate_limit")
        .containsEntry("reason", "proxy_all_credentials_exhausted")
        .containsEntry("retry_at", FakeTime.T + 42)
        .containsEntry("request_id", "req-1")
        .containsKeys("attempts", "abnormal_errors")
        .doesNotContainKey("skipped");
    assertThat(failure.details().get("abnormal_errors"))
        .asString()
        .contains(revoked)
        .contains("status_code=401");
    assertThat(failure.message()).contains("check or replace it").doesNotContain("secret-of");
  }

  @Test
  void credentialsThatAreAllRejectedAreTheGatewaysProblem() {
    TestPool p = TestPool.sequential(2);

    Failure first = p.fails((_, _) -> fault(FaultClass.AUTHENTICATION, 401), 30);
    Failure second = p.fails((_, _) -> null, 30);

    assertThat(first.kind()).isEqualTo(Kind.CREDENTIALS_REJECTED);
    assertThat(second.kind()).isEqualTo(Kind.CREDENTIALS_REJECTED);
    assertThat(first.retryAfter()).isNull();
    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0");
  }

  @Test
  void timeoutsEndAsATimeout() {
    TestPool p = TestPool.sequential(1);

    Failure failure = p.fails((_, _) -> fault(FaultClass.TIMEOUT, 504), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k1@1.0");
    assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_TIMEOUT);
  }

  @Test
  void retryAfterIsNeverLongerThanTheOperatorAllows() {
    TestPool p = TestPool.sequential(1);

    Failure failure = p.fails((_, _) -> limited(100_000), 30);

    assertThat(failure.retryAfter()).isEqualTo(Duration.ofHours(1));
  }
}
