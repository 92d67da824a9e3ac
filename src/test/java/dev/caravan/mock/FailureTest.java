package dev.caravan.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the mock fails when it is told to. */
class FailureTest {
  @RegisterExtension static final MockServer SERVER = new MockServer();

  private final MockClient client = SERVER.client();

  @ParameterizedTest
  @CsvSource({
    "mock-bad,   401, invalid_request_error, invalid_api_key,         Incorrect API key provided",
    "mock-rl,    429, requests,              rate_limit_exceeded,     try again in 30s",
    "mock-broke, 429, insufficient_quota,    insufficient_quota,      check your plan",
    "mock-ctx,   400, invalid_request_error, context_length_exceeded, maximum context length",
    "mock-404,   404, invalid_request_error, model_not_found,         does not exist",
    "mock-402,   402, unknown_error,         ,                        Insufficient Balance",
    "mock-403,   403, permission_error,      ,                        permission",
    "mock-422,   422, invalid_request_error, ,                        422",
    "mock-500,   500, server_error,          ,                        had an error",
    "mock-502,   502, server_error,          ,                        had an error",
    "mock-503,   503, server_error,          ,                        overloaded",
    "mock-529,   529, overloaded_error,      ,                        Overloaded",
  })
  void aRefusalHasTheStatusAndTheWordsOfTheRealOne(
      String model, int status, String type, String code, String words) {
    var plain = client.plain(model);
    var stream = client.stream(model);

    var error = MockClient.tree(plain.body()).get("error");
    assertThat(plain.statusCode()).isEqualTo(status);
    assertThat(error.get("type").asText()).isEqualTo(type);
    assertThat(error.get("code").asText(null)).isEqualTo(code);
    assertThat(error.get("message").asText()).contains(words);
    assertThat(stream.status()).isEqualTo(status);
    assertThat(stream.data()).isEmpty();
  }

  @Test
  void aRateLimitSaysWhenToComeBackUnlessToldNotTo() {
    assertThat(client.plain("mock-rl7").headers().firstValue("retry-after")).hasValue("7");
    assertThat(client.plain("mock-rl").headers().firstValue("retry-after")).hasValue("30");
    assertThat(client.plain("mock-rl0").headers().firstValue("retry-after")).isEmpty();
    assertThat(client.plain("mock-rl0").body()).doesNotContain("try again");
  }

  @Test
  void aQuotaTellsItsHintInTheBodyAsGoogleDoes() {
    var response = client.plain("mock-quota42");

    var error = MockClient.tree(response.body()).get("error");
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after")).isEmpty();
    assertThat(error.get("status").asText()).isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(error.at("/details/1/@type").asText())
        .isEqualTo("type.googleapis.com/google.rpc.RetryInfo");
    assertThat(error.at("/details/1/retryDelay").asText()).isEqualTo("42s");
  }

  @Test
  void aWrongKeyIsShownInPartAndInFullOnlyWhenToldTo() {
    var masked = client.with("sk-bad-0123456789").plain("mock-1");
    var leaked = client.with("sk-leak-0123456789").plain("mock-1");

    assertThat(masked.body()).contains("sk-b*********6789").doesNotContain("0123456789");
    assertThat(leaked.body()).contains("sk-leak-0123456789");
    assertThat(leaked.statusCode()).isEqualTo(401);
  }

  @Test
  void aProxysPageIsNoJson() {
    var response = client.plain("mock-html");

    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(response.headers().firstValue("content-type")).hasValue("text/html");
    assertThat(response.body()).startsWith("<html>");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aStreamIsCutAfterSoManyChunks(int chunks) {
    var stream = client.stream("mock-drop" + chunks);

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.contents()).hasSize(chunks);
    assertThat(stream.broken()).isTrue();
  }

  @Test
  void aStreamCutBeforeItsFirstChunkStillHasAStatus() {
    var cut = client.stream("mock-drop0");
    var afterRole = client.stream("mock-role-drop0");

    assertThat(cut.status()).isEqualTo(200);
    assertThat(cut.data()).isEmpty();
    assertThat(cut.broken()).isTrue();
    assertThat(afterRole.data()).hasSize(1);
    assertThat(afterRole.contents()).isEmpty();
    assertThat(afterRole.broken()).isTrue();
  }

  @Test
  void aStreamShorterThanItsCutIsCutBeforeItsFinish() {
    var stream = client.stream("mock-2x1ms-drop5");

    assertThat(stream.contents()).hasSize(2);
    assertThat(stream.chunks().getLast().at("/choices/0/finish_reason").isNull()).isTrue();
    assertThat(stream.broken()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mock-drop", "mock-drop0", "mock-gone"})
  void aPlainAnswerThatIsCutNeverArrives(String model) {
    assertThatThrownBy(() -> client.plain(model))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void anErrorEventEndsTheStreamInOrderAndWithoutDone() {
    var atOnce = client.stream("mock-err0");
    var later = client.stream("mock-err3");
    var afterRole = client.stream("mock-role-err0");

    assertThat(atOnce.status()).isEqualTo(200);
    assertThat(atOnce.chunks()).hasSize(1);
    assertThat(atOnce.chunks().getFirst().at("/error/type").asText()).isEqualTo("server_error");
    assertThat(later.contents()).hasSize(3);
    assertThat(later.chunks().getLast().has("error")).isTrue();
    assertThat(afterRole.chunks()).hasSize(2);
    assertThat(List.of(atOnce, later, afterRole))
        .noneMatch(MockClient.Stream::isDone)
        .noneMatch(MockClient.Stream::broken);
  }

  @Test
  void anErrorEventSaysWhatTheRefusalBesideItWouldHaveSaid() {
    var stream = client.stream("mock-quota7-err0");
    var plain = client.plain("mock-quota7-err0");

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.chunks().getFirst().at("/error/status").asText())
        .isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(MockClient.tree(plain.body()).at("/error/code").asInt()).isEqualTo(429);
  }

  @Test
  void garbageStopsInTheMiddleOfItsJson() {
    var stream = client.stream("mock-garbage");
    var plain = client.plain("mock-garbage");

    assertThat(stream.data()).hasSize(1);
    assertThatThrownBy(() -> MockClient.tree(stream.data().getFirst()))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(stream.broken()).isFalse();
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> MockClient.tree(plain.body()))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void anEmptyAnswerHasAFrameAndNothingInIt() {
    var stream = client.stream("mock-empty");
    var plain = MockClient.tree(client.plain("mock-empty").body());

    assertThat(stream.data()).hasSize(2);
    assertThat(stream.chunks().getFirst().at("/choices/0/delta/role").asText())
        .isEqualTo("assistant");
    assertThat(stream.isDone()).isTrue();
    assertThat(plain.at("/choices/0/message/content").asText()).isEmpty();
    assertThat(plain.at("/usage/completion_tokens").asInt()).isZero();
  }

  @Test
  void aStalledStreamIsSilentUntilTheClientLeaves() throws Exception {
    List<String> seen = client.leaveAfter(4, "mock-stall3");

    var stats = SERVER.mock().awaitStats(now -> now.aborted() == 1, MockClient.PATIENCE);
    assertThat(seen.getLast()).contains("token 3 ");
    assertThat(stats.chunks()).isEqualTo(3);
    assertThat(stats.aborted()).isEqualTo(1);
    assertThat(stats.inFlight()).isZero();
  }

  @Test
  void aHangingRequestGetsNoStatusUntilTheClientLeaves() throws Exception {
    var pending = client.begin("mock-hang");
    var waiting =
        SERVER.mock().awaitStats(now -> now.ofModel("mock-hang") == 1, MockClient.PATIENCE);

    pending.cancel(true);
    var left = SERVER.mock().awaitStats(now -> now.aborted() == 1, MockClient.PATIENCE);

    assertThat(waiting.inFlight()).isEqualTo(1);
    assertThat(waiting.perStatus()).isEmpty();
    assertThat(left.inFlight()).isZero();
  }

  @Test
  void oneKeyOfAPoolIsBadAndTheOtherGood() {
    assertThat(client.with("sk-bad-1").plain("mock-1").statusCode()).isEqualTo(401);
    assertThat(client.with("sk-good-1").plain("mock-1").statusCode()).isEqualTo(200);
    assertThat(client.with("sk-bad-1").at("GET", "/v1/models", "").statusCode()).isEqualTo(401);
  }

  @Test
  void aKeyOverrulesTheModel() {
    assertThat(client.with("sk-503-1").plain("mock-rl").statusCode()).isEqualTo(503);
  }

  @Test
  void theFirstRequestsFailAndTheOthersDoNot() {
    var key = client.with("sk-500-first2");

    assertThat(IntStream.range(0, 4).map(i -> key.plain("mock-1").statusCode()))
        .containsExactly(500, 500, 200, 200);
    assertThat(client.plain("mock-first1").statusCode()).isEqualTo(503);
    assertThat(client.with("sk-good-2").plain("mock-first1").statusCode()).isEqualTo(200);
  }

  @Test
  void anAllowanceRunsOutForItsKeyAloneAndComesBackWithAReset() {
    var key = client.with("sk-after2-1");

    assertThat(IntStream.range(0, 3).map(i -> key.plain("mock-" + i).statusCode()))
        .containsExactly(200, 200, 429);
    assertThat(client.with("sk-after2-2").plain("mock-1").statusCode()).isEqualTo(200);
    SERVER.mock().reset();
    assertThat(key.plain("mock-1").statusCode()).isEqualTo(200);
  }

  @Test
  void moreRequestsAtATimeThanAllowedAreRefused() throws Exception {
    var key = client.with("sk-busy1-1");
    var pending = key.begin("mock-slow600");
    SERVER.mock().awaitStats(now -> now.inFlight() == 1, MockClient.PATIENCE);

    var second = key.plain("mock-1");
    pending.cancel(true);
    SERVER.mock().awaitStats(now -> now.inFlight() == 0, MockClient.PATIENCE);

    assertThat(second.statusCode()).isEqualTo(429);
    assertThat(second.headers().firstValue("retry-after")).hasValue("1");
    assertThat(key.plain("mock-1").statusCode()).isEqualTo(200);
  }

  @Test
  void aFlakyModelFailsForItsShareOfTheRequests() {
    var statuses = IntStream.range(0, 200).map(i -> client.plain("mock-flaky30").statusCode());

    assertThat(statuses.filter(status -> status == 503).count()).isBetween(40L, 80L);
  }
}
