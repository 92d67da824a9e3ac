package dev.caravan.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What calls cost, beforehand and afterwards (http-api.md 15). */
class CostTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void prices() throws IOException {
    Files.writeString(
        gateway.home().resolve("model-info.yaml"),
        """
        acme/mock-1: {input: 3, output: 15, cache_read: 0.3}
        acme/mock-20x0ms: {input: 3, output: 15}
        acme/plain: {input: 2, output: 8}
        """);
    gateway.withKeys("sk-good-1");
  }

  private ClientAnswer estimate(String json) {
    return Client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/cost-estimate"))
            .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  @Test
  @DisplayName("http-api.md 19, 69")
  void anEstimateAddsCachedTokens() {
    ClientAnswer answer =
        estimate(
            "{\"model\":\"acme/mock-1\",\"prompt_tokens\":1000,\"completion_tokens\":500,\"cache_read_tokens\":2000}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"cost\":0.0111,");
    assertThat(answer.json().at("/pricing/input_cost_per_token").decimalValue())
        .isEqualByComparingTo("0.000003");
    assertThat(answer.text("/currency")).isEqualTo("USD");
    assertThat(answer.text("/source")).isEqualTo("user_file");
  }

  @Test
  @DisplayName("http-api.md 19, 68")
  void aModelWithoutPriceHasNoCostAndIsNoError() {
    ClientAnswer answer = estimate("{\"model\":\"x/y\",\"prompt_tokens\":10}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("cost").isNull()).isTrue();
    assertThat(answer.text("/source")).isEqualTo("unknown");
    assertThat(answer.text("/error")).isEqualTo("Pricing data not available for this model");
  }

  @Test
  void aProviderNeedNotBeSetUpToKnowItsPrices() {
    ClientAnswer answer =
        estimate("{\"model\":\"openai/gpt-4o\",\"prompt_tokens\":1000000,\"completion_tokens\":0}");

    assertThat(answer.body()).contains("\"cost\":2.5,");
    assertThat(answer.text("/source")).isEqualTo("snapshot");
  }

  @Test
  void anUnknownCacheRateIsTheInputRateAndSaidSo() {
    ClientAnswer answer =
        estimate("{\"model\":\"acme/plain\",\"prompt_tokens\":0,\"cache_read_tokens\":1000}");

    assertThat(answer.body()).contains("\"cost\":0.002,");
    assertThat(answer.text("/assumptions/0")).isEqualTo("cache_read_rate=input_rate");
  }

  @Test
  void messagesAreCountedWhereNobodyHasCountedThem() {
    ClientAnswer answer =
        estimate(
            "{\"model\":\"acme/plain\",\"completion_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\"Hello there\"}]}");
    ClientAnswer told =
        estimate(
            "{\"model\":\"acme/plain\",\"prompt_tokens\":0,\"completion_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\"Hello there\"}]}");

    assertThat(answer.text("/assumptions/0")).matches("prompt_tokens=\\d+, counted from messages");
    assertThat(answer.json().path("cost").asDouble()).isGreaterThan(10 * 8 / 1e6);
    assertThat(told.json().path("cost").asDouble()).isCloseTo(10 * 8 / 1e6, within(1e-12));
  }

  @Test
  void messagesThatAreNoneAreTheClientsMistake() {
    assertThat(estimate("{\"model\":\"acme/plain\",\"messages\":7}").status()).isEqualTo(400);
    assertThat(estimate("{\"model\":\"acme/plain\",\"messages\":[]}").status()).isEqualTo(400);
  }

  @Test
  void badQuestionsAreTheClientsMistake() {
    for (String body :
        new String[] {
          "",
          "[]",
          "{",
          "{}",
          "{\"model\":7}",
          "{\"model\":\"a/b\",\"prompt_tokens\":-1}",
          "{\"model\":\"a/b\",\"prompt_tokens\":1.5}",
          "{\"model\":\"a/b\",\"prompt_tokens\":\"7\"}",
          "{\"model\":\"a/b\",\"completion_tokens\":1e99}",
          "{\"model\":\"a/b\",\"completion_tokens\":99999999999999999999999}"
        }) {
      assertThat(estimate(body).status()).as(body).isEqualTo(400);
    }
    assertThat(estimate("{\"model\":\"a/b\",\"prompt_tokens\":-1}").text("/error/param"))
        .isEqualTo("prompt_tokens");
  }

  @Test
  void theCostOfAPlainAnswerIsInItsRecordAndInTheCountsOfItsKey() {
    gateway.withAdmin();

    JsonNode usage = gateway.ask("acme/mock-1").json().path("usage");

    double expected =
        (usage.path("prompt_tokens").asLong() * 3 + usage.path("completion_tokens").asLong() * 15)
            / 1e6;
    assertThat(expected).isPositive();
    assertThat(lastCost()).isCloseTo(expected, within(1e-12));
    JsonNode acme = gateway.client().get("/v1/quota-stats").json().path("providers").path("acme");
    assertThat(acme.path("approx_cost").asDouble()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void soIsTheCostOfAStream() {
    gateway.withAdmin();

    gateway.streamOf("acme/mock-20x0ms").awaitEnd();

    Eventually.holds("the stream's cost is known", () -> lastCost() > 0);
    assertThat(lastCost()).isGreaterThanOrEqualTo(20 * 15 / 1e6);
  }

  @Test
  void aServerOfOnesOwnCostsNothingThatTablesKnow() {
    gateway.withAdmin().with("ACME_MODELS", "{\"mine\":{\"id\":\"mock-2\"}}");

    gateway.ask("acme/mock-2");

    String record = gateway.admin().get("/admin/why/" + lastCall()).body();
    assertThat(record).doesNotContain("cost_usd");
  }

  private String lastCall() {
    return gateway.admin().get("/admin/why").text("/calls/0/id");
  }

  private double lastCost() {
    return gateway.admin().get("/admin/why/" + lastCall()).json().path("cost_usd").asDouble();
  }
}
