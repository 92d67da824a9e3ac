package dev.caravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.pool.PoolView;
import dev.caravan.route.QuotaReading;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * ChatGPT plans from a client's request to the wire and back (providers.md 9; 16, 31 to 33, 62).
 */
class CodexTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private void plans(String... tokens) {
    gateway
        .withProvider("openai_codex", tokens)
        .with("OPENAI_CODEX_API_BASE", gateway.mockAddress() + "/backend-api/codex/");
    gateway.mock().record(true);
  }

  @Test
  @DisplayName("providers.md 16, 62: a whole answer of a stream, without limits and sampling")
  void aWholeAnswerIsPutTogetherOfAStream() throws IOException {
    plans("sk-good-1");

    ClientAnswer answer =
        gateway.post(
            "{\"model\":\"openai_codex/mock-2x0ms-bare\",\"temperature\":0.2,\"max_tokens\":100,\"stream\":false,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.content()).isEqualTo("token 1 token 2 ");
    assertThat(answer.text("/model")).isEqualTo("openai_codex/mock-2x0ms-bare");
    JsonNode sent = lastRequest();
    assertThat(sent.path("stream").asBoolean()).isTrue();
    assertThat(sent.path("store").asBoolean(true)).isFalse();
    assertThat(sent.path("instructions").asText("none")).isEmpty();
    assertThat(sent.has("temperature") || sent.has("max_output_tokens")).isFalse();
    ReceivedRequest request = last();
    assertThat(request.path()).isEqualTo("/backend-api/codex/responses");
    assertThat(request.header("accept")).containsExactly("text/event-stream");
    assertThat(request.header("originator")).containsExactly("caravan");
    assertThat(request.header("user-agent")).singleElement().asString().startsWith("caravan/");
  }

  @Test
  void aResponseIsPutTogetherWithTheOutputThatItsEndLacks() {
    plans("sk-good-1");

    ClientAnswer answer =
        sent("/v1/responses", "{\"model\":\"openai_codex/mock-2x0ms-bare\",\"input\":\"hi\"}");

    assertThat(answer.text("/object")).isEqualTo("response");
    assertThat(answer.text("/output/0/content/0/text")).isEqualTo("token 1 token 2 ");
    assertThat(answer.text("/usage/output_tokens")).isEqualTo("2");
    assertThat(answer.text("/model")).isEqualTo("openai_codex/mock-2x0ms-bare");
  }

  @Test
  void theLastEventOfAStreamHoldsTheOutputToo() {
    plans("sk-good-1");

    String body =
        sent(
                "/v1/responses",
                "{\"model\":\"openai_codex/mock-2x0ms-bare\",\"input\":\"hi\",\"stream\":true}")
            .body();
    String last = body.substring(body.lastIndexOf("event: "));

    assertThat(last).startsWith("event: response.completed\n").contains("token 1 token 2 ");
  }

  @Test
  @DisplayName("providers.md 16, 31: a spent plan rests for all models")
  void aSpentPlanRestsForAllModelsAndAnotherOneAnswers() {
    plans("sk-plan3600-1", "sk-good-2");

    assertThat(gateway.ask("openai_codex/mock-1").status()).isEqualTo(200);
    assertThat(gateway.ask("openai_codex/mock-echo").status()).isEqualTo(200);

    PoolView.CredentialView spent = gateway.pool("openai_codex").credentials().getFirst();
    assertThat(spent.toString()).contains("codex");
    assertThat(
            gateway.mock().requests().stream()
                .filter(r -> r.method().equals("POST"))
                .filter(r -> r.header("authorization").contains("Bearer sk-plan3600-1")))
        .as("the spent plan was asked once, for whichever model")
        .hasSize(1);
  }

  @Test
  void headersOfAnAnswerTellThatThePlanIsSpent() {
    plans("sk-used100-1", "sk-good-2");

    for (int i = 0; i < 3; i++) {
      assertThat(gateway.ask("openai_codex/mock-1").status()).isEqualTo(200);
    }

    assertThat(
            gateway.mock().requests().stream()
                .filter(r -> r.method().equals("POST"))
                .filter(r -> r.header("authorization").contains("Bearer sk-used100-1")))
        .hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void thePageOfThePlanIsReadAndASpentOneRests() {
    plans("sk-used100-1");

    QuotaReading reading = gateway.quotaReading();
    reading.readDue();
    Eventually.holds(
        "the plan rests",
        () ->
            gateway.pool("openai_codex").credentials().getFirst().state()
                == PoolView.State.COOLING);

    assertThat(gateway.mock().requests())
        .extracting(ReceivedRequest::path)
        .contains("/backend-api/wham/usage");
    assertThat(gateway.ask("openai_codex/mock-1").status()).isEqualTo(429);
  }

  @Test
  void theQuotaViewShowsWhichShareOfEachWindowOfThePlanIsLeft() {
    plans("sk-used42-1");

    gateway.quotaReading().readDue();

    Eventually.holds("the page is read", () -> left("5h") == 58 && left("168h") == 93);
  }

  private double left(String window) {
    JsonNode plan =
        gateway.client().get("/v1/quota-stats").json().at("/providers/openai_codex/credentials");
    return plan.path(plan.fieldNames().next())
        .at("/group_usage/codex/windows/" + window + "/remaining_pct")
        .asDouble(-1);
  }

  @Test
  void theModelsOfThePlanAreListed() {
    plans("sk-good-1");

    Eventually.holds(
        "the list is read",
        () -> gateway.client().get("/v1/models").body().contains("openai_codex/mock-50x20ms"));
  }

  @Test
  @DisplayName("providers.md 16, 32: an overload that comes first is taken elsewhere")
  void anOverloadThatComesFirstIsTakenElsewhere() {
    plans("sk-503-err0-role-1", "sk-good-2");

    ClientAnswer answer =
        sent(
            "/v1/responses",
            "{\"model\":\"openai_codex/mock-2x0ms\",\"input\":\"hi\",\"stream\":true}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("token 2").doesNotContain("response.failed");
  }

  @Test
  @DisplayName("providers.md 16, 32: limits before an overload are taken, and nobody sees either")
  void limitsThatComeBeforeAnOverloadAreTakenAndNobodySeesThem() {
    plans("sk-limits-used100-503-err0-role-1", "sk-good-2");

    ClientAnswer answer =
        sent(
            "/v1/responses",
            "{\"model\":\"openai_codex/mock-2x0ms\",\"input\":\"hi\",\"stream\":true}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .contains("token 2", "response.completed")
        .doesNotContain("response.failed", "codex.rate_limits", "server_is_overloaded");
    assertThat(answer.body().split("\"type\":\"response.created\"", -1)).hasSize(2);
    assertThat(isSpentForTwoHours()).isTrue();
  }

  @Test
  @DisplayName("providers.md 16, 32: limits that a stream tells count like those of headers")
  void limitsThatAStreamTellsCountLikeThoseOfHeaders() {
    plans("sk-limits-used100-1", "sk-good-2");

    assertThat(gateway.ask("openai_codex/mock-2x0ms").content()).isEqualTo("token 1 token 2 ");
    assertThat(isSpentForTwoHours()).isTrue();
    assertThat(gateway.ask("openai_codex/mock-2x0ms").status()).isEqualTo(200);

    assertThat(last().header("authorization")).containsExactly("Bearer sk-good-2");
  }

  /** Only the event speaks of two hours. */
  private boolean isSpentForTwoHours() {
    java.time.Instant late = java.time.Instant.now().plusSeconds(5400);
    return gateway.pool("openai_codex").credentials().getFirst().cooldowns().stream()
        .anyMatch(one -> one.cooldown().until().isAfter(late));
  }

  @Test
  @DisplayName("providers.md 16, 33: a broken stream is an error and no end")
  void aBrokenStreamIsAnErrorAndNoEnd() {
    plans("sk-good-1");

    String streamed =
        sent(
                "/v1/responses",
                "{\"model\":\"openai_codex/mock-9x0ms-drop2\",\"input\":\"hi\",\"stream\":true}")
            .body();
    ClientAnswer whole = gateway.ask("openai_codex/mock-9x0ms-drop2");

    assertThat(streamed).contains("token 1").doesNotContain("response.completed").contains("error");
    assertThat(whole.status()).as("nothing was told before").isGreaterThanOrEqualTo(500);
  }

  @Test
  @DisplayName("providers.md 16, 33: a stream that broke before its first word is asked for again")
  void aStreamThatBrokeBeforeItsFirstWordIsAskedForAgain() {
    plans("sk-drop0-role-first1-1");

    String streamed =
        sent(
                "/v1/responses",
                "{\"model\":\"openai_codex/mock-2x0ms\",\"input\":\"hi\",\"stream\":true}")
            .body();

    assertThat(streamed).contains("token 2").contains("response.completed");
  }

  @Test
  void whatIsCompactedIsNotStreamed() throws IOException {
    plans("sk-good-1");

    ClientAnswer answer =
        sent(
            "/v1/responses/compact",
            "{\"model\":\"openai_codex/mock-1\",\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"hi\"}]}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(lastRequest().has("stream")).isFalse();
    assertThat(last().path()).isEqualTo("/backend-api/codex/responses/compact");
  }

  @Test
  @DisplayName("providers.md 16, 63: long names of tools come back")
  void longNamesOfToolsComeBackAsTheClientKnowsThem() {
    plans("sk-good-1");
    String name = "mcp__server__" + "x".repeat(70);

    ClientAnswer answer =
        gateway.post(
            ("{\"model\":\"openai_codex/mock-tool\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":["
                    + "{\"type\":\"function\",\"function\":{\"name\":\"%1$sa\",\"parameters\":{\"type\":\"object\"}}},"
                    + "{\"type\":\"function\",\"function\":{\"name\":\"%1$sb\",\"parameters\":{\"type\":\"object\"}}}]}")
                .formatted(name));

    assertThat(answer.text("/choices/0/message/tool_calls/0/function/name")).isEqualTo(name + "a");
  }

  private ClientAnswer sent(String path, String json) {
    return Client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
            .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  private ReceivedRequest last() {
    List<ReceivedRequest> posts =
        gateway.mock().requests().stream().filter(r -> r.method().equals("POST")).toList();
    return posts.getLast();
  }

  private JsonNode lastRequest() throws IOException {
    return JSON.readTree(last().text());
  }
}
