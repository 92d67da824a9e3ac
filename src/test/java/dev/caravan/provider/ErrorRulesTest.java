package dev.caravan.provider;

import static dev.caravan.call.FaultClass.AUTHENTICATION;
import static dev.caravan.call.FaultClass.INVALID_REQUEST;
import static dev.caravan.call.FaultClass.OVERLOADED;
import static dev.caravan.call.FaultClass.QUOTA_EXCEEDED;
import static dev.caravan.call.FaultClass.RATE_LIMIT;
import static dev.caravan.provider.RetryHintsTest.details;
import static dev.caravan.provider.RetryHintsTest.errorInfo;
import static dev.caravan.provider.RetryHintsTest.quota;
import static dev.caravan.provider.RetryHintsTest.retryInfo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorRulesTest {

  private static final Secret KEY = new Secret("hunter2-key", "k3f9a1");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      textBlock =
          """
          400 | bad                                                                                 | INVALID_REQUEST
          400 | {"error":{"message":"max_tokens must be positive"}}                                 | INVALID_REQUEST
          400 | {"error":{"message":"max_tokens must be at least 1"}}                               | INVALID_REQUEST
          400 | {"error":{"message":"string too long, at most 64"}}                                 | INVALID_REQUEST
          400 | {"error":{"message":"prompt is too long: 247583 tokens > 200000 maximum"}}          | CONTEXT_WINDOW_EXCEEDED
          400 | {"error":{"message":"This model's maximum context length is 8192 tokens."}}         | CONTEXT_WINDOW_EXCEEDED
          400 | {"error":{"code":400,"message":"The input token count (1) exceeds the maximum number of tokens allowed (0)."}} | CONTEXT_WINDOW_EXCEEDED
          400 | {"error":{"message":"x","code":"context_length_exceeded"}}                          | CONTEXT_WINDOW_EXCEEDED
          400 | {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}} | AUTHENTICATION
          400 | {"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}} | AUTHENTICATION
          400 | {"error":{"message":"you are out of credits","code":"insufficient_quota"}}          | QUOTA_EXCEEDED
          400 | {"type":"error","error":{"type":"billing_error","message":"m"}}                     | QUOTA_EXCEEDED
          401 | {"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}} | AUTHENTICATION
          401 | {"error":{"message":"No auth","type":"invalid_request_error"}}                      | AUTHENTICATION
          401 |                                                                                     | AUTHENTICATION
          402 | {"error":{"message":"Insufficient Balance"}}                                        | QUOTA_EXCEEDED
          403 | {"error":{"message":"Forbidden"}}                                                   | FORBIDDEN
          403 | {"error":{"message":"Your plan does not include this model"}}                       | MODEL_NOT_ALLOWED
          403 | {"error":{"message":"x","code":"unsupported_country_region_territory"}}             | MODEL_NOT_ALLOWED
          403 | {"error":{"code":403,"status":"RESOURCE_EXHAUSTED","message":"m"}}                  | QUOTA_EXCEEDED
          404 | {"error":{"message":"x","code":"model_not_found"}}                                  | NOT_FOUND
          404 | <html><title>Not found</title></html>                                               | NOT_FOUND
          408 |                                                                                     | TIMEOUT
          409 |                                                                                     | CONFLICT
          413 | {"error":{"message":"Request too large","type":"tokens","code":"rate_limit_exceeded"}} | INVALID_REQUEST
          415 |                                                                                     | INVALID_REQUEST
          418 |                                                                                     | INVALID_REQUEST
          422 | {"detail":[{"msg":"field required"}]}                                               | INVALID_REQUEST
          425 |                                                                                     | SERVER_ERROR
          429 | slow down                                                                           | RATE_LIMIT
          429 | {"error":{"message":"m","code":"insufficient_quota"}}                               | QUOTA_EXCEEDED
          429 | {"error":{"message":"m","type":"engine_overloaded_error"}}                          | OVERLOADED
          429 | {"error":{"message":"You exceeded your current quota"}}                             | RATE_LIMIT
          500 | {"error":{"message":"boom"}}                                                        | SERVER_ERROR
          500 | {"error":{"code":500,"status":"INTERNAL"}}                                          | SERVER_ERROR
          502 | <html>bad gateway</html>                                                            | OVERLOADED
          503 | {"error":{"code":503,"status":"UNAVAILABLE","message":"The model is overloaded."}}  | OVERLOADED
          503 | {"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}                                | QUOTA_EXCEEDED
          504 |                                                                                     | TIMEOUT
          504 | {"error":{"code":504,"status":"DEADLINE_EXCEEDED"}}                                 | TIMEOUT
          524 |                                                                                     | TIMEOUT
          529 | {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}         | OVERLOADED
          200 | {"error":{"code":502,"message":"Upstream error"}}                                   | OVERLOADED
          200 | {"error":{"code":"429","message":"m"}}                                              | RATE_LIMIT
          200 | {"error":{"message":"m","type":"invalid_request_error"}}                            | INVALID_REQUEST
          200 | {"error":{"message":"m","type":"server_error"}}                                     | SERVER_ERROR
          200 | {"error":{"message":"something odd"}}                                               | UNKNOWN
          400 | {"error":"invalid_grant"}                                                           | REAUTH_NEEDED
          """)
  void anErrorIsTheKindThatItsEvidenceSays(int status, String body, FaultClass kind) {
    assertThat(classify(status, Map.of(), body == null ? "" : body).kind()).isEqualTo(kind);
  }

  @Test
  void aBareWordInATextProvesNothing() {
    Fault fault =
        classify(400, Map.of(), "{\"error\":{\"message\":\"quota must be a number, got 403\"}}");

    assertThat(fault.kind()).isEqualTo(INVALID_REQUEST);
  }

  @Test
  void aQuotaPerMinuteIsARateLimitWithItsOwnDelay() {
    String body =
        details(
            errorInfo("\"quotaResetDelay\":\"1h\""), retryInfo("5s"), quota("RequestsPerMinute"));

    Fault fault = classify(429, Map.of(), body);

    assertThat(fault.kind()).isEqualTo(RATE_LIMIT);
    assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aQuotaPerDayIsAQuotaUntilMidnight() {
    Fault fault = classify(429, Map.of(), details(quota("RequestsPerDay"), retryInfo("27s")));

    assertThat(fault.kind()).isEqualTo(QUOTA_EXCEEDED);
    assertThat(fault.retryAfter()).isGreaterThan(Duration.ofMinutes(5));
  }

  @Test
  void aQuotaIsTakenForLongTermByItsTime() {
    assertThat(classify(429, Map.of(), details(retryInfo("143h4m52s"))).kind())
        .isEqualTo(QUOTA_EXCEEDED);
    assertThat(classify(429, Map.of(), details(retryInfo("20s"))).kind()).isEqualTo(RATE_LIMIT);
  }

  @Test
  void aLongWaitWithoutAWordOfQuotaStaysARateLimit() {
    Fault fault = classify(429, Map.of("retry-after", "3600"), "slow down");

    assertThat(fault.kind()).isEqualTo(RATE_LIMIT);
    assertThat(fault.retryAfter()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void whatOnlyAPaymentHealsWaitsAnHourUnlessATimeIsGiven() {
    String body = "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}";

    assertThat(classify(429, Map.of(), body).retryAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(classify(402, Map.of("retry-after", "60"), "").retryAfter())
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void theProvidersOwnWordOnRetryingIsTheStrongest() {
    assertThat(classify(400, Map.of("x-should-retry", "true"), "odd").kind())
        .isEqualTo(FaultClass.SERVER_ERROR);
    assertThat(classify(429, Map.of("x-should-retry", "false"), "no").kind())
        .isEqualTo(QUOTA_EXCEEDED);
  }

  @Test
  void aTextBoundToOneVendorMeansNothingElsewhere() {
    String body = "{\"error\":{\"message\":\"Your credit balance is too low to go on.\"}}";

    assertThat(rules("anthropic").classify(400, h -> null, bytes(body), List.of()).kind())
        .isEqualTo(QUOTA_EXCEEDED);
    assertThat(rules("acme").classify(400, h -> null, bytes(body), List.of()).kind())
        .isEqualTo(INVALID_REQUEST);
  }

  @Test
  void aTextThatAGatewayOfOthersWrapsIsReadToo() {
    String body =
        "{\"error\":{\"code\":400,\"message\":\"Provider returned error\",\"metadata\":{\"raw\":"
            + "\"{\\\"message\\\":\\\"maximum context length is 8192\\\"}\"}}}";

    assertThat(classify(400, Map.of(), body).kind()).isEqualTo(FaultClass.CONTEXT_WINDOW_EXCEEDED);
  }

  @Test
  void evidenceTellsWhereTheClassAndTheTimeWereRead() {
    Fault fault =
        classify(429, Map.of("retry-after", "7"), "{\"error\":{\"code\":\"rate_limit_exceeded\"}}");

    assertThat(fault.evidence())
        .isEqualTo("body error.code rate_limit_exceeded; time from header retry-after");
  }

  @Test
  void aTimeThatCannotBeTrueIsLeftOutAndToldInTheEvidence() {
    Fault fault = classify(429, Map.of("retry-after", "99999999"), "");

    assertThat(fault.retryAfter()).isNull();
    assertThat(fault.evidence()).isEqualTo("status 429; header retry-after of 1157 days ignored");
  }

  @Test
  void theMessageIsTheFirstLineWithoutSecrets() {
    Fault fault =
        classify(401, Map.of(), "{\"error\":{\"message\":\"key hunter2-key is no key\\nsecond\"}}");

    assertThat(fault.message()).isEqualTo("key *** is no key");
    assertThat(fault.toString()).doesNotContain("hunter2");
  }

  @Test
  void aMessageHasAnEnd() {
    Fault fault = classify(500, Map.of(), "x y ".repeat(3_000));

    assertThat(fault.message()).hasSizeLessThanOrEqualTo(2_000);
  }

  @Test
  void anHtmlPageIsToldByItsTitle() {
    Fault fault =
        classify(502, Map.of(), "<html><head><title>502 Bad Gateway</title></head><body>…</body>");

    assertThat(fault.message()).isEqualTo("502 Bad Gateway");
  }

  @Test
  void anAnswerThatBlamesTheClientIsKeptToBeHandedOn() {
    String body = "{\"error\":{\"message\":\"bad\",\"type\":\"invalid_request_error\"}}";

    Fault.RawAnswer answer = handedOn(Map.of("content-type", "application/json"), body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.contentType()).isEqualTo("application/json");
    assertThat(answer.body()).isEqualTo(bytes(body));
  }

  @Test
  void anAnswerThatIsHandedOnHoldsNoSecret() {
    Fault.RawAnswer answer =
        handedOn(Map.of(), "{\"error\":{\"message\":\"hunter2-key sk-abcdef123456\"}}");

    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"error\":{\"message\":\"*** ***\"}}");
  }

  @Test
  void anAnswerThatBlamesTheKeyIsNotHandedOn() {
    assertThat(classify(401, Map.of(), "{\"error\":\"no\"}").answer()).isNull();
    assertThat(classify(429, Map.of(), "{\"error\":\"no\"}").answer()).isNull();
  }

  @Test
  void anErrorInsideAStreamIsReadLikeAnAnswer() {
    Fault limited =
        rules("openrouter")
            .classifyStreamError(bytes("{\"error\":{\"code\":429,\"message\":\"m\"}}"), List.of());
    Fault overloaded =
        rules("openai_codex")
            .classifyStreamError(
                bytes(
                    "{\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_is_overloaded\"}}}"),
                List.of());

    assertThat(limited.kind()).isEqualTo(RATE_LIMIT);
    assertThat(limited.status()).isEqualTo(429);
    assertThat(overloaded.kind()).isEqualTo(OVERLOADED);
    assertThat(overloaded.status()).isZero();
  }

  @Test
  void anErrorInAListIsReadLikeGooglesStreams() {
    Fault fault =
        rules("gemini")
            .classifyStreamError(
                bytes("[{\"error\":{\"code\":401,\"status\":\"UNAUTHENTICATED\"}}]"), List.of());

    assertThat(fault.kind()).isEqualTo(AUTHENTICATION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"code\":502}}",
        "{\"id\":\"x\",\"choices\":[{\"a\":[1]}],\"error\":\"overloaded\"}",
        "[{\"error\":{\"code\":429}}]",
        "{\"type\":\"error\",\"error\":{}}",
        "{\"type\":\"response.failed\",\"response\":{}}",
      })
  void aTopLevelErrorMakesAnAnswerAnError(String json) {
    assertThat(ErrorRules.isError(bytes(json))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"x\",\"choices\":[{\"delta\":{\"content\":\"error\"}}]}",
        "{\"id\":\"x\",\"error\":null}",
        "{\"choices\":[{\"error\":{\"code\":1}}]}",
        "{\"type\":\"response.created\"}",
        "[DONE]",
        "",
        "{\"error\"",
      })
  void whatOnlySpeaksOfErrorsIsNone(String json) {
    assertThat(ErrorRules.isError(bytes(json))).isFalse();
  }

  @Property
  void noBytesMakeItThrow(@ForAll int status, @ForAll byte[] body) {
    assertThatCode(() -> rules("acme").classify(status, h -> null, body, List.of(KEY)))
        .doesNotThrowAnyException();
    assertThatCode(() -> ErrorRules.isError(body)).doesNotThrowAnyException();
  }

  @Property
  void noJsonMakesItThrow(
      @ForAll int code, @ForAll String word, @ForAll String text, @ForAll String header) {
    String body =
        "{\"error\":{\"code\":%d,\"type\":\"%s\",\"message\":\"%s\",\"details\":[{\"reason\":[]},7]}}"
            .formatted(code, word, text);

    assertThatCode(() -> rules("acme").classify(429, h -> header, bytes(body), List.of(KEY)))
        .doesNotThrowAnyException();
  }

  private static Fault.RawAnswer handedOn(Map<String, String> headers, String body) {
    return Objects.requireNonNull(classify(400, headers, body).answer(), "answer to hand on");
  }

  private static Fault classify(int status, Map<String, String> headers, String body) {
    return rules("acme").classify(status, headers::get, bytes(body), List.of(KEY));
  }

  private static ErrorRules rules(String provider) {
    return new ErrorRules(provider, FixedTime.T);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
