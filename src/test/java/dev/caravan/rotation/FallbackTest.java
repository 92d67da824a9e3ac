package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alias with fallbacks that comes in {@code routes/dispatch.yaml}. */
class FallbackTest {
  private static final String FIRST = "llama-3.1-8b-instant";
  private static final String SECOND = "llama3.1-8b";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void providersThatAreNotSetUpArePassedOver() {
    gateway.withProvider("mock", "sk-good-1");

    ClientAnswer answer = gateway.ask("caravan/fast");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/model")).isEqualTo("caravan/fast");
    assertThat(answer.header("X-Gateway-Provider")).isEqualTo("mock");
    assertThat(gateway.mock().stats().ofModel("mock-1")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-rl60-1", "sk-bad-1", "sk-500-1"})
  void theNextOneAnswersWhenTheFirstCannot(String failing) {
    gateway
        .withProvider("groq", failing)
        .withProvider("cerebras", "sk-good-2")
        .withProvider("mock", "sk-good-3")
        .with("GLOBAL_TIMEOUT", "5");

    ClientAnswer plain = gateway.ask("caravan/fast");
    ClientStream stream = gateway.streamOf("caravan/fast").awaitEnd();

    assertThat(plain.status()).isEqualTo(200);
    assertThat(plain.header("X-Gateway-Provider")).isEqualTo("cerebras");
    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.isDone()).isTrue();
    assertThat(gateway.mock().stats().ofModel(FIRST)).isPositive();
    assertThat(gateway.mock().stats().ofModel(SECOND)).isEqualTo(2);
    assertThat(gateway.mock().stats().ofKey("sk-good-3")).isZero();
  }

  @Test
  void aClientsMistakeIsNotTriedElsewhere() {
    gateway.withProvider("groq", "sk-ctx-1").withProvider("cerebras", "sk-good-2");

    ClientAnswer answer = gateway.ask("caravan/fast");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void theLastFailureIsToldWhenNobodyAnswers() {
    gateway
        .withProvider("groq", "sk-bad-1")
        .withProvider("cerebras", "sk-rl60-1")
        .with("GLOBAL_TIMEOUT", "5");

    ClientAnswer answer = gateway.ask("caravan/fast");

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("X-Gateway-Provider")).isEqualTo("cerebras");
  }

  @Test
  void anAliasWithoutAnyOfItsProvidersIsNotFound() {
    gateway.withKeys("sk-good-1");

    ClientAnswer answer = gateway.ask("caravan/fast");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).contains("caravan/fast").contains("groq");
  }

  @Test
  void everyStreamThatFailsOverKeepsTheBodyOfTheClient() {
    gateway.withProvider("groq", "sk-500-1").withProvider("cerebras", "sk-good-2");
    gateway.mock().record(true);

    gateway.post(
        "{\"model\":\"caravan/fast\",\"seed\":7,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

    assertThat(gateway.mock().requests().getLast().text())
        .isEqualTo(
            "{\"model\":\"llama3.1-8b\",\"seed\":7,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
  }
}
