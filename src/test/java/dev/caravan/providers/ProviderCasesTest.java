package dev.caravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.pool.Cooldown;
import dev.caravan.pool.PoolView.State;
import dev.caravan.provider.Catalogue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cases of providers.md 16 about providers with keys that only a call over HTTP can show. */
class ProviderCasesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private JsonNode sent() throws IOException {
    return JSON.readTree(last().text());
  }

  private ReceivedRequest last() {
    List<ReceivedRequest> posts =
        gateway.mock().requests().stream().filter(r -> r.method().equals("POST")).toList();
    return posts.getLast();
  }

  private ClientAnswer post(String path, String json) {
    return Client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
            .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  private static String asking(String model, String members) {
    return "{\"model\":\"%s\",%s\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"hi\"}]}"
        .formatted(model, members);
  }

  @Test
  @DisplayName(
      "providers.md 16, 39: no money rests the key for an hour, a short limit is waited for")
  void noMoneyIsALongRestAndAShortLimitIsNone() {
    gateway.withKeys("sk-broke-1").withProvider("other", "sk-rl1-first1-1", "sk-good-2");

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(429);
    ClientAnswer waited = gateway.ask("other/mock-1");

    Cooldown rest = gateway.credential(1).cooldowns().getFirst().cooldown();
    assertThat(Duration.between(rest.since(), rest.until())).isEqualTo(Duration.ofHours(1));
    assertThat(waited.status()).isEqualTo(200);
    assertThat(waited.header("X-Gateway-Attempts")).isEqualTo("2");
    assertThat(gateway.mock().stats().perKey()).doesNotContainKey("sk-good-2");
  }

  @Test
  @DisplayName("providers.md 16, 40: what is wrong with the request turns no key")
  void aContextThatIsTooLongTurnsNoKey() {
    gateway.withKeys("sk-good-1", "sk-good-2");

    assertThat(gateway.ask("acme/mock-ctx").status()).isEqualTo(400);
    assertThat(gateway.ask("acme/mock-400").status()).isEqualTo(400);

    assertThat(gateway.mock().stats().perKey()).hasSize(1);
    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
  }

  @Test
  @DisplayName("providers.md 16, 61: one reason and one usage, whatever comes apart")
  void aReasonAndAUsageThatComeApartAreOneEnd() {
    gateway.withKeys("sk-good-1");

    String messages =
        post(
                "/v1/messages",
                "{\"model\":\"acme/mock-2x0ms\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
            .body();
    String tool =
        post(
                "/v1/messages",
                "{\"model\":\"acme/mock-tool\",\"max_tokens\":9,\"stream\":true,\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
            .body();

    assertThat(messages.split("event: message_delta\n", -1)).hasSize(2);
    assertThat(messages).contains("\"stop_reason\":\"end_turn\"", "\"output_tokens\":2");
    assertThat(tool.split("event: message_delta\n", -1)).hasSize(2);
    assertThat(tool).contains("\"stop_reason\":\"tool_use\"");

    // a client of the provider's own dialect gets its bytes: one reason, one usage
    ClientAnswer chat =
        gateway.post(
            "{\"model\":\"acme/mock-2x0ms\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    assertThat(chat.body().split("\"finish_reason\":\"stop\"", -1)).hasSize(2);
    assertThat(chat.body().split("\"completion_tokens\"", -1)).hasSize(2);
  }

  @Test
  @DisplayName("providers.md 16, 70: an address alone is a provider without a key")
  void anAddressAloneIsAProviderWithoutAKey() {
    gateway.with("MYSERVER_API_BASE", gateway.mock().baseUrl() + "/");
    gateway.mock().record(true);

    assertThat(gateway.ask("myserver/mock-1").status()).isEqualTo(200);

    assertThat(last().path()).isEqualTo("/v1/chat/completions");
    assertThat(last().header("authorization")).isEmpty();
  }

  @Test
  @DisplayName("providers.md 16, 71: a model of one's own has its name and options")
  void aModelOfOnesOwnHasItsNameAndOptions() throws IOException {
    gateway
        .with("MYSERVER_API_BASE", gateway.mock().baseUrl())
        .with(
            "MYSERVER_MODELS",
            "{\"fast\":{\"id\":\"llama-3.1-8b\",\"options\":{\"reasoning_effort\":\"low\",\"temperature\":0.1}}}");
    gateway.mock().record(true);

    gateway.post(asking("myserver/fast", "\"temperature\":0.7,\"reasoning_effort\":\"high\","));

    assertThat(sent().path("model").asText()).isEqualTo("llama-3.1-8b");
    assertThat(sent().path("temperature").asDouble()).isEqualTo(0.7);
    assertThat(sent().path("reasoning_effort").asText()).isEqualTo("low");

    gateway.post(asking("myserver/fast", ""));

    assertThat(sent().path("temperature").asDouble()).as("where nothing is said").isEqualTo(0.1);
  }

  @Test
  @DisplayName("providers.md 16, 73 and 74: only the first slash divides, and Gemma has no system")
  void onlyTheFirstSlashDividesAndGemmaHasNoSystem() throws IOException {
    gateway.withProvider("openrouter", "sk-good-1");
    gateway.mock().record(true);

    gateway.post(asking("openrouter/anthropic/claude-3-opus", ""));
    assertThat(sent().path("model").asText()).isEqualTo("anthropic/claude-3-opus");
    assertThat(sent().at("/messages/0/role").asText()).isEqualTo("system");

    gateway.post(asking("openrouter/google/gemma-3-27b-it", ""));
    assertThat(sent().at("/messages/0/role").asText()).isEqualTo("user");
    assertThat(sent().at("/messages/0/content").asText()).isEqualTo("s");

    gateway.post(asking("openrouter/google/gemma-2-27b-it", ""));
    assertThat(sent().at("/messages/0/role").asText()).isEqualTo("system");
  }

  @Test
  @DisplayName("providers.md 16, 75: dimensions go where they are known")
  void dimensionsGoWhereTheyAreKnown() throws IOException {
    gateway.withProvider("openai", "sk-good-1").withProvider("mistral", "sk-good-2");
    gateway.mock().record(true);
    String body = "{\"model\":\"%s\",\"input\":\"a\",\"dimensions\":256}";

    post("/v1/embeddings", body.formatted("openai/text-embedding-3-small"));
    assertThat(sent().path("dimensions").asInt()).isEqualTo(256);

    post("/v1/embeddings", body.formatted("mistral/mistral-embed"));
    assertThat(sent().has("dimensions")).isFalse();
    assertThat(sent().has("output_dimension")).isFalse();
  }

  @Test
  @DisplayName("providers.md 16, 77: a provider that is no more says so")
  void aProviderThatIsNoMoreSaysSo() {
    gateway
        .withKeys("sk-good-1")
        .withRouteFile(
            "providers/iflow.yaml",
            Catalogue.bundled()
                .find("iflow")
                .orElseThrow()
                .yaml()
                .replace("https://apis.iflow.cn/v1", "http://127.0.0.1:1/v1"))
        .with("MAX_RETRIES", "1")
        .with("IFLOW_API_KEY", "sk-iflow-1");

    assertThat(gateway.client().get("/v1/models").body()).contains("iflow/kimi-k2");
    ClientAnswer answer = gateway.ask("iflow/kimi-k2");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.message()).endsWith("The vendor closed the service on 2026-04-17.");
  }

  @Test
  @DisplayName("providers.md 16, 77: without a credential nobody hears of it")
  void withoutACredentialNobodyHearsOfIt() {
    gateway.withKeys("sk-good-1");

    assertThat(gateway.client().get("/v1/models").body()).doesNotContain("iflow/", "qwen_code/");
  }

  @Test
  @DisplayName(
      "providers.md 16, 78; operations.md 23, 34: a key that a provider repeats is told to nobody")
  void aKeyThatAProviderRepeatsIsToldToNobody() {
    gateway.withKeys("sk-leak-0123456789abcdef");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.body()).doesNotContain("sk-leak-0123456789abcdef");
    assertThat(gateway.logged()).noneMatch(line -> line.contains("sk-leak-0123456789abcdef"));
  }

  @Test
  void codeIsFilledInWhereAProviderDoesSo() throws IOException {
    gateway.withProvider("codestral", "sk-good-1").withKeys("sk-good-2");
    gateway.mock().record(true);
    String body =
        "{\"model\":\"%s\",\"prompt\":\"def f(\",\"suffix\":\"return a\",\"stream\":%s,\"seed\":7}";

    ClientAnswer whole = post("/v1/fim/completions", body.formatted("codestral/mock-2x0ms", false));
    assertThat(whole.content()).isNotEmpty();
    assertThat(whole.text("/model")).isEqualTo("codestral/mock-2x0ms");
    assertThat(last().path()).isEqualTo("/v1/fim/completions");
    assertThat(sent().path("suffix").asText()).isEqualTo("return a");
    assertThat(sent().path("random_seed").asInt()).isEqualTo(7);

    ClientAnswer stream = post("/v1/fim/completions", body.formatted("codestral/mock-2x0ms", true));
    assertThat(stream.body()).contains("token 2").endsWith("data: [DONE]\n\n");
    assertThat(sent().has("stream_options")).isFalse();

    ClientAnswer cannot = post("/v1/fim/completions", body.formatted("acme/mock-1", false));
    assertThat(cannot.status()).isEqualTo(400);
    assertThat(cannot.message()).contains("acme does not fill in code", "codestral");
    ClientAnswer nothing =
        post("/v1/fim/completions", "{\"model\":\"codestral/mock-1\",\"messages\":[]}");
    assertThat(nothing.status()).isEqualTo(400);
    assertThat(nothing.text("/error/param")).isEqualTo("prompt");
  }

  @Test
  void aRefusedKeyTurnsForCodeToo() {
    gateway.withProvider("codestral", "sk-bad-1", "sk-good-2");

    ClientAnswer answer =
        post("/v1/fim/completions", "{\"model\":\"codestral/mock-1\",\"prompt\":\"def f(\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Gateway-Attempts")).isEqualTo("2");
  }
}
