package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client is told when no credential of a provider gives an answer. */
class ExhaustionTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void credentialsThatAreAllLimitedAreOneLimitWithTheTimeOfTheFirst() {
    gateway.withKeys("sk-rl9-1", "sk-rl7-2").with("GLOBAL_TIMEOUT", "2");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.code()).isEqualTo("all_credentials_limited");
    assertThat(answer.text("/error/type")).isEqualTo("rate_limit_error");
    assertThat(answer.header("Retry-After")).isIn("6", "7");
    assertThat(answer.text("/error/details/credentials_tried")).isEqualTo("2");
    assertThat(answer.text("/error/details/provider")).isEqualTo("acme");
  }

  @Test
  @DisplayName("rotation.md case 56, W22: a stream that nobody can begin is a status, not a stream")
  void theSameForAStreamIsAStatusAndJsonNotAStream() {
    gateway.withKeys("sk-rl7-1", "sk-rl7-2").with("GLOBAL_TIMEOUT", "2");

    ClientStream stream = gateway.streamOf("acme/mock-1").awaitEnd();

    assertThat(stream.status()).isEqualTo(429);
    assertThat(stream.header("Retry-After")).isIn("6", "7");
    assertThat(stream.header("Content-Type")).isEqualTo("application/json");
    assertThat(stream.data()).isEmpty();
    assertThat(String.join("", stream.lines())).startsWith("{\"error\":{\"message\":");
  }

  @Test
  @DisplayName("rotation.md case 90: what rests is told, and nobody is asked")
  void aLimitThatIsStillKnownAsksNobodyAgain() {
    gateway.withKeys("sk-rl30-1").with("GLOBAL_TIMEOUT", "2");
    gateway.ask("acme/mock-1");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.message()).contains("acme").contains("1 cooling");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(20, 33);
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void credentialsThatAreAllRefusedAreTheOperatorsMatter() {
    gateway.withKeys("sk-bad-secret-1", "sk-bad-secret-2");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.code()).isEqualTo("upstream_credentials_rejected");
    assertThat(answer.header("x-should-retry")).isEqualTo("false");
    assertThat(answer.body()).doesNotContain("sk-").contains(gateway.credential(1).fingerprint());
    assertThat(answer.json().at("/error/details/abnormal_errors")).hasSize(2);
  }

  @Test
  void aProviderThatIsDownIsUnavailableAndWorthAnotherTry() {
    gateway.withKeys("sk-500-1", "sk-gone-2");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("upstream_unavailable");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    assertThat(answer.header("x-should-retry")).isEmpty();
  }

  @Test
  void aProviderThatNobodyListensForIsUnavailable() {
    gateway.withKeys("sk-good-1").with("ACME_API_BASE", "http://127.0.0.1:1/v1");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("upstream_unavailable");
  }

  @Test
  void anAnswerThatCannotBeReadIsABadGateway() {
    gateway.withKeys("sk-garbage-1");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.code()).isEqualTo("bad_gateway");
    assertThat(answer.message()).contains("acme");
  }

  @Test
  void aProviderThatIsSilentForTooLongIsATimeout() {
    gateway
        .withKeys("sk-hang-1")
        .with("MAX_RETRIES", "1")
        .with("TIMEOUT_READ_NON_STREAMING", "0.2")
        .with("TIMEOUT_FIRST_BYTE_STREAMING", "0.2");

    ClientAnswer plain = gateway.ask("acme/mock-1");
    ClientStream stream = gateway.streamOf("acme/mock-1").awaitEnd();

    assertThat(plain.status()).as(plain.body()).isEqualTo(504);
    assertThat(plain.code()).isEqualTo("upstream_timeout");
    assertThat(stream.status()).as(String.join("", stream.lines())).isEqualTo(504);
  }

  @Test
  void silenceIsBrokenByACommentAndTheFailureThenComesInsideTheStream() {
    gateway
        .withKeys("sk-slow2-500-1")
        .with("STREAM_KEEPALIVE_SECONDS", "1")
        .with("MAX_RETRIES", "1");

    ClientStream stream = gateway.streamOf("acme/mock-1").awaitEnd();

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    assertThat(stream.lines().getFirst()).isEqualTo(": keep-alive");
    assertThat(stream.errors())
        .extracting(error -> error.get("code").asText())
        .containsExactly("upstream_unavailable");
    assertThat(stream.isDone()).isFalse();
  }

  @Test
  void afterTheCommentAnotherCredentialMayStillAnswer() {
    gateway
        .withKeys("sk-slow2-500-1", "sk-good-1")
        .with("STREAM_KEEPALIVE_SECONDS", "1")
        .with("MAX_RETRIES", "1");

    ClientStream stream = gateway.streamOf("acme/mock-3x0ms").awaitEnd();

    assertThat(stream.lines().getFirst()).isEqualTo(": keep-alive");
    assertThat(stream.text()).isEqualTo("token 1 token 2 token 3 ");
    assertThat(stream.errors()).isEmpty();
    assertThat(stream.isDone()).isTrue();
  }

  @Test
  void theClientsOwnTimeLimitShortensTheWait() {
    gateway.withKeys("sk-rl5-1");

    ClientAnswer answer =
        gateway
            .client()
            .post(
                BodyPublishers.ofString(Client.question("acme/mock-1", false)),
                request -> request.header("X-Request-Timeout", "0.5"));

    assertThat(answer.status()).isEqualTo(429);
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void everyFailureNamesItsRequestSoThatTheLogCanBeSearched() {
    gateway.withKeys("sk-bad-1");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    JsonNode details = answer.json().at("/error/details");
    assertThat(details.get("request_id").asText()).isEqualTo(answer.header("X-Request-Id"));
    assertThat(gateway.logged()).anyMatch(line -> line.contains(answer.header("X-Request-Id")));
  }
}
