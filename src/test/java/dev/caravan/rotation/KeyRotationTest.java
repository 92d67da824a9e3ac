package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.PoolView.State;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees when the first credential of a provider fails: nothing. */
class KeyRotationTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-rl-1",
        "sk-rl0-1",
        "sk-quota-1",
        "sk-broke-1",
        "sk-bad-1",
        "sk-402-1",
        "sk-403-1",
        "sk-500-1",
        "sk-gone-1",
        "sk-drop0-1",
        "sk-drop-1",
        "sk-garbage-1",
        "sk-500-err0-1"
      })
  void aPlainAnswerComesFromTheSecondCredentialWhenTheFirstFails(String failing) {
    gateway.withKeys(failing, "sk-good-1");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.content()).startsWith("The quick brown fox");
    assertThat(answer.body()).doesNotContain("error");
    assertThat(gateway.mock().stats().ofKey(failing)).isPositive();
    assertThat(gateway.mock().stats().ofKey("sk-good-1")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-rl-1",
        "sk-quota-1",
        "sk-bad-1",
        "sk-403-1",
        "sk-500-1",
        "sk-gone-1",
        "sk-drop0-1",
        "sk-role-drop0-1",
        "sk-500-err0-1",
        "sk-500-role-err0-1",
        "sk-rl-err0-1",
        "sk-empty-1"
      })
  @DisplayName(
      "rotation.md case 50, W9: an error as the first event is a failure, and nobody sees it")
  void aStreamComesFromTheSecondCredentialAloneWhenTheFirstFailsBeforeItsFirstContent(
      String failing) {
    gateway.withKeys(failing, "sk-good-1");

    ClientStream stream = gateway.streamOf("acme/mock-5x0ms").awaitEnd();

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.text()).isEqualTo("token 1 token 2 token 3 token 4 token 5 ");
    assertThat(stream.errors()).isEmpty();
    assertThat(stream.isDone()).isTrue();
    assertThat(stream.chunks())
        .extracting(chunk -> chunk.get("id").asText())
        .containsOnly(stream.chunks().getFirst().get("id").asText());
    assertThat(gateway.mock().stats().ofKey(failing)).isPositive();
    assertThat(gateway.mock().stats().ofKey("sk-good-1")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sk-rl-1", "sk-bad-1", "sk-quota-1", "sk-500-1", "sk-drop0-1", "sk-500-err0-1"})
  void balancedCredentialsGiveEightAnswersOfEightAlthoughOneAlwaysFails(String failing) {
    gateway.withKeys(failing, "sk-good-1").with("ROTATION_MODE_ACME", "balanced");

    for (int i = 0; i < 8; i++) {
      ClientStream stream = gateway.streamOf("acme/mock-50x0ms").awaitEnd();
      assertThat(stream.contents()).hasSize(50);
      assertThat(stream.isDone()).isTrue();
      assertThat(stream.errors()).isEmpty();
    }

    assertThat(gateway.mock().stats().perKey()).containsKeys(failing, "sk-good-1");
  }

  @Test
  void aRevokedCredentialIsPassedOverByTheNextCallAndTheOneAfter() {
    gateway.withKeys("sk-bad-1", "sk-good-1");
    gateway.ask("acme/mock-1");

    gateway.ask("acme/mock-1");
    gateway.ask("acme/mock-2");

    assertThat(gateway.mock().stats().perKey()).isEqualTo(Map.of("sk-bad-1", 1L, "sk-good-1", 3L));
    assertThat(gateway.credential(1).state()).isEqualTo(State.LOCKED);
    assertThat(gateway.credential(2).state()).isEqualTo(State.READY);
  }

  @Test
  void aLimitedCredentialRestsForTheModelThatItWasLimitedFor() {
    gateway.withKeys("sk-rl30-1", "sk-good-1");

    gateway.ask("acme/mock-1");
    gateway.ask("acme/mock-1");

    assertThat(gateway.mock().stats().ofKey("sk-rl30-1")).isEqualTo(1);
    assertThat(gateway.credential(1).state()).isEqualTo(State.COOLING);
    assertThat(gateway.credential(1).cooldowns()).hasSize(1);
  }

  @Test
  void theNumberOfAttemptsIsToldToTheClient() {
    gateway.withKeys("sk-rl-1", "sk-bad-2", "sk-good-1");

    ClientAnswer plain = gateway.ask("acme/mock-1");
    ClientStream stream = gateway.streamOf("acme/mock-1x0ms").awaitEnd();

    assertThat(plain.header("X-Gateway-Attempts")).isEqualTo("3");
    assertThat(stream.header("X-Gateway-Attempts")).isIn("1", "2");
    assertThat(plain.header("X-Gateway-Provider")).isEqualTo("acme");
    assertThat(stream.header("X-Gateway-Provider")).isEqualTo("acme");
  }

  @Test
  void anOverloadedProviderIsGivenAPauseBeforeTheNextCredentialAsksIt() {
    gateway.withKeys("sk-529-1", "sk-good-1");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(gateway.mock().stats().ofStatus(529)).isPositive();
  }

  @Test
  void twoProvidersOfOneGatewayKeepTheirCredentialsApart() {
    gateway.withProvider("acme", "sk-good-acme").withProvider("zeta", "sk-good-zeta");

    gateway.ask("acme/mock-1");
    gateway.ask("zeta/mock-1");
    gateway.ask("zeta/mock-1");

    assertThat(gateway.mock().stats().perKey())
        .isEqualTo(Map.of("sk-good-acme", 1L, "sk-good-zeta", 2L));
    assertThat(gateway.pool("zeta").credentials().getFirst().successes()).isEqualTo(2);
  }

  @Test
  void aProviderWhoseCredentialsAllFailTakesNoneOfAnotherProvider() {
    gateway.withProvider("acme", "sk-bad-1").withProvider("zeta", "sk-good-zeta");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(gateway.mock().stats().perKey()).isEqualTo(Map.of("sk-bad-1", 1L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mock-ctx", "mock-400", "mock-413", "mock-422"})
  void aClientsMistakeComesBackAsItIsAndTouchesNoOtherCredential(String model) {
    gateway.withKeys("sk-good-1", "sk-good-2");

    ClientAnswer plain = gateway.ask("acme/" + model);
    ClientStream stream = gateway.streamOf("acme/" + model).awaitEnd();

    ClientAnswer direct = new Client(gateway.mock().port(), "sk-good-9").ask(model);
    assertThat(plain.status()).isEqualTo(direct.status());
    assertThat(plain.body()).isEqualTo(direct.body());
    assertThat(stream.status()).isEqualTo(direct.status());
    assertThat(String.join("\n", stream.lines())).isEqualTo(direct.body());
    assertThat(gateway.mock().stats().ofKey("sk-good-1")).isEqualTo(2);
    assertThat(gateway.mock().stats().ofKey("sk-good-2")).isZero();
    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
  }

  @Test
  @DisplayName("rotation.md 7.2: a conversation that the client names stays on one credential")
  void aConversationThatTheClientNamesStaysOnOneCredential() {
    gateway.withKeys("sk-good-1", "sk-good-2", "sk-good-3").with("ROTATION_MODE_ACME", "balanced");

    for (int i = 0; i < 12; i++) {
      ClientAnswer answer =
          gateway
              .client()
              .post(
                  HttpRequest.BodyPublishers.ofString(Client.question("acme/mock-1", false)),
                  request -> request.header("X-Session-Id", "conversation 7"));
      assertThat(answer.status()).isEqualTo(200);
    }

    assertThat(gateway.pool("acme").credentials())
        .extracting(PoolView.CredentialView::requests)
        .containsExactlyInAnyOrder(12L, 0L, 0L);
  }
}
