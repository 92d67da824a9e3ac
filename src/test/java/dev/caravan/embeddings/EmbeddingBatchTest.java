package dev.caravan.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests for embeddings that come at the same time (http-api.md 10.1; 19, 61 to 63). */
class EmbeddingBatchTest {
  @RegisterExtension
  final GatewayFixture gateway = new GatewayFixture().with("EMBEDDING_BATCH_ENABLED", "true");

  @Test
  @DisplayName("http-api.md 19, 61: five callers are one call, and each has its own vectors")
  void fiveCallersAreOneUpstreamCallAndEachGetsItsOwn() throws Exception {
    gateway.withKeys("sk-good-1").with("EMBEDDING_BATCH_SIZE", "5").with(PATIENT, "5000");

    List<ClientAnswer> answers = all(5, i -> embedding("acme/e", "\"text number " + i + "\""));

    assertThat(gateway.mock().stats().total()).isEqualTo(1);
    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.json().at("/data")).hasSize(1))
        .allSatisfy(answer -> assertThat(answer.json().at("/data/0/index").asInt()).isZero());
    assertThat(answers.stream().map(a -> a.json().at("/data/0/embedding")).distinct()).hasSize(5);
    assertThat(answers.stream().mapToInt(a -> a.json().at("/usage/total_tokens").asInt()).sum())
        .isEqualTo(20); // four each, as the mock counts
    assertThat(answers.getFirst().header("X-Gateway-Batched")).isEqualTo("5");
    assertThat(answers.getFirst().header("X-Gateway-Attempts")).isEqualTo("1");
  }

  @Test
  void aVectorIsTheSameAlone() throws Exception {
    gateway.withKeys("sk-good-1").with("EMBEDDING_BATCH_SIZE", "3").with(PATIENT, "50");

    ClientAnswer alone = embedding("acme/e", "\"text 1\"");
    List<ClientAnswer> together = all(3, i -> embedding("acme/e", "\"text " + i + "\""));

    assertThat(together.get(1).json().at("/data/0/embedding"))
        .isEqualTo(alone.json().at("/data/0/embedding"));
  }

  @Test
  void sixtyFourAtOnceAreAFifthOfTheCallsAtMost() throws Exception {
    gateway.withKeys("sk-good-1");

    List<ClientAnswer> answers = all(192, i -> embedding("acme/e", "\"text " + i + "\""));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(gateway.mock().stats().total()).isLessThanOrEqualTo(192 / 5);
  }

  @Test
  @DisplayName("http-api.md 19, 62: two models are two calls")
  void twoModelsAreTwoCalls() throws Exception {
    gateway.withKeys("sk-good-1").with(PATIENT, "300");

    all(6, i -> embedding("acme/e-" + i % 2, "\"text\""));

    assertThat(gateway.mock().stats().total()).isEqualTo(2);
  }

  @Test
  @DisplayName("http-api.md 19, 63: one refused input harms its owner alone")
  void oneRefusedInputHarmsOnlyItsOwner() throws Exception {
    gateway.withKeys("sk-good-1").with("EMBEDDING_BATCH_SIZE", "5").with(PATIENT, "5000");

    List<ClientAnswer> answers =
        all(5, i -> embedding("acme/e", i == 2 ? "\"refuse-me\"" : "\"fine\""));

    assertThat(answers.stream().map(ClientAnswer::status)).containsExactly(200, 200, 400, 200, 200);
    assertThat(gateway.mock().stats().total()).isEqualTo(6);
  }

  @Test
  void anotherKeyTakesTheWholeBatch() throws Exception {
    gateway
        .withKeys("sk-rl70-1", "sk-good-1")
        .with("EMBEDDING_BATCH_SIZE", "4")
        .with(PATIENT, "5000");

    List<ClientAnswer> answers = all(4, i -> embedding("acme/e", "\"text\""));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(answers.getFirst().header("X-Gateway-Attempts")).isEqualTo("2");
    assertThat(gateway.mock().stats().total()).isEqualTo(2);
  }

  @Test
  void allAreToldWhenAllKeysAreLimited() throws Exception {
    gateway.withKeys("sk-rl70-1").with("EMBEDDING_BATCH_SIZE", "3").with(PATIENT, "5000");

    List<ClientAnswer> answers = all(3, i -> embedding("acme/e", "\"text\""));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(429));
    assertThat(answers).allSatisfy(answer -> assertThat(answer.header("Retry-After")).isNotEmpty());
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void aLargeRequestGoesAloneAndAnUnknownModelIsStill404() throws Exception {
    gateway.withKeys("sk-good-1").with("EMBEDDING_BATCH_SIZE", "2").with(PATIENT, "5000");

    assertThat(embedding("acme/e", "[\"a\",\"b\"]").json().at("/data")).hasSize(2);
    List<ClientAnswer> lost = all(2, i -> embedding("nobody/e", "\"a\""));

    assertThat(lost).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(404));
  }

  @Test
  void isolatedClientsAreNotJoined() throws Exception {
    gateway.withKeys("sk-good-1").with("EMBEDDING_BATCH_ISOLATE", "true").with(PATIENT, "200");

    all(4, i -> embedding("acme/e", "\"text\",\"user\":\"u" + i + "\""));

    assertThat(gateway.mock().stats().total()).isEqualTo(4);
  }

  private static final String PATIENT = "EMBEDDING_BATCH_WAIT_MS";

  private List<ClientAnswer> all(int count, IntFunction<ClientAnswer> ask) throws Exception {
    gateway.gateway();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ClientAnswer>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        running.add(threads.submit(() -> ask.apply(number)));
      }
      List<ClientAnswer> answers = new ArrayList<>();
      for (Future<ClientAnswer> one : running) {
        answers.add(one.get());
      }
      return answers;
    }
  }

  private ClientAnswer embedding(String model, String input) {
    return Client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/embeddings"))
            .timeout(GatewayFixture.PATIENCE)
            .header("Authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"%s\",\"input\":%s}".formatted(model, input)))
            .build());
  }
}
