package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Public names from {@code MODEL_ALIASES}, and bare names with a default provider. */
class AliasTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aBareAliasIsServedByItsTargetUnderItsOwnName() {
    gateway.withKeys("sk-good-1").with("MODEL_ALIASES", "{\"fast\":\"acme/mock-1\"}");

    ClientAnswer answer = gateway.ask("fast");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/model")).isEqualTo("fast");
    assertThat(answer.header("X-Gateway-Provider")).isEqualTo("acme");
    assertThat(gateway.mock().stats().ofModel("mock-1")).isEqualTo(1);
  }

  @Test
  void theNextTargetAnswersWhenTheFirstCannot() {
    gateway
        .withProvider("groq", "sk-bad-1")
        .withProvider("acme", "sk-good-1")
        .with("MODEL_ALIASES", "{\"team/best\":[\"groq/mock-2\",\"acme/mock-3x0ms\"]}");

    ClientStream stream = gateway.streamOf("team/best").awaitEnd();

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.isDone()).isTrue();
    assertThat(gateway.mock().stats().ofKey("sk-good-1")).isEqualTo(1);
  }

  @Test
  void anAliasOfNobodyIsNotFoundWithItsTargets() {
    gateway.withKeys("sk-good-1").with("MODEL_ALIASES", "{\"fast\":\"elsewhere/mock-1\"}");

    ClientAnswer answer = gateway.ask("fast");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).contains("fast").contains("elsewhere/mock-1");
  }

  @Test
  void aliasesAreListedAsModelsAsLongAsATargetIsSetUp() {
    gateway
        .withKeys("sk-good-1")
        .with("MODEL_ALIASES", "{\"fast\":\"acme/mock-1\",\"gone\":\"elsewhere/mock-1\"}");

    ClientAnswer list = gateway.client().get("/v1/models");
    ClientAnswer one = gateway.client().get("/v1/models/fast");

    assertThat(list.body()).contains("\"id\":\"fast\"").doesNotContain("\"id\":\"gone\"");
    assertThat(one.text("/owned_by")).isEqualTo("caravan");
  }

  @Test
  void aBareNameGoesToTheDefaultProviderOfItsSurface() {
    gateway.withKeys("sk-good-1").with("DEFAULT_PROVIDER_OPENAI", "ACME");

    ClientAnswer answer = gateway.ask("mock-1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/model")).isEqualTo("mock-1");
    assertThat(answer.header("X-Gateway-Provider")).isEqualTo("acme");
  }

  @Test
  void aBareNameWithoutDefaultProviderIsNotFound() {
    gateway.withKeys("sk-good-1").with("DEFAULT_PROVIDER_ANTHROPIC", "acme");

    ClientAnswer answer = gateway.ask("mock-1");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).contains("provider/model");
  }
}
