package dev.caravan.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.upstream.FakeUpstream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers of one's own under a name of one's own: what they are, and what follows from it. */
class LocalServersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String THOUGHTFUL =
      """
      {"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"<think>hm</think>Hello.","reasoning":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final AtomicReference<String> asked = new AtomicReference<>("{}");
  private @Nullable FakeUpstream server;

  @AfterEach
  void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private void serving(String list) {
    FakeUpstream program =
        FakeUpstream.that(
            visit -> {
              for (var request = visit.request(); request != null; request = visit.request()) {
                boolean ofModels = request.line().contains("/models");
                if (!ofModels) {
                  asked.set(request.body());
                }
                visit.send(json(ofModels ? list : THOUGHTFUL));
              }
            });
    server = program;
    gateway.with("HOME_API_BASE", program.baseUrl());
  }

  private static String json(String body) {
    return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(body.getBytes(UTF_8).length, body);
  }

  private ClientAnswer ask() {
    return gateway.post(
        "{\"model\":\"home/m\",\"max_completion_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
  }

  private JsonNode home() {
    for (JsonNode provider : gateway.client().get("/v1/providers?detail=true").json()) {
      if (provider.path("name").asText().equals("home")) {
        return provider;
      }
    }
    throw new AssertionError("no provider home");
  }

  @ParameterizedTest
  @CsvSource({
    "library, Ollama, max_tokens",
    "organization_owner, LM Studio, max_tokens",
    "llamacpp, llama.cpp, max_tokens",
    "vllm, vLLM, max_completion_tokens"
  })
  void whatItIsStandsInItsListAndItsQuirksFollow(String owner, String title, String limit)
      throws IOException {
    serving("{\"data\":[{\"id\":\"m\",\"object\":\"model\",\"owned_by\":\"" + owner + "\"}]}");

    assertThat(home().path("server").asText()).isEqualTo(title);
    ClientAnswer answer = ask();

    assertThat(answer.content()).isEqualTo("Hello.");
    assertThat(answer.text("/choices/0/message/reasoning_content")).isEqualTo("hm");
    assertThat(JSON.readTree(asked.get()).path(limit).asInt()).isEqualTo(5);
  }

  @Test
  void whatTheOperatorSaysOfQuirksHolds() throws IOException {
    serving("{\"data\":[{\"id\":\"m\",\"owned_by\":\"library\"}]}");
    gateway.with("HOME_QUIRKS", "NP");

    assertThat(home().path("server").asText()).isEqualTo("Ollama");
    assertThat(ask().content()).isEqualTo("<think>hm</think>Hello.");
    assertThat(JSON.readTree(asked.get()).path("max_completion_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void anyOtherServerIsTakenAtItsWord() {
    serving("{\"data\":[{\"id\":\"m\",\"owned_by\":\"somebody\"}]}");

    assertThat(home().has("server")).isFalse();
    assertThat(ask().content()).isEqualTo("<think>hm</think>Hello.");
  }

  @Test
  void itIsKnownFromTheFirstCallAfterARestart() {
    serving("{\"data\":[{\"id\":\"m\",\"owned_by\":\"library\"}]}");
    assertThat(home().path("server").asText()).isEqualTo("Ollama");

    gateway.restart();

    assertThat(ask().content()).isEqualTo("Hello.");
  }

  @Test
  void theContextIsTheOneThatTheServerRunsWith() {
    serving(
        "{\"data\":[{\"id\":\"m\",\"owned_by\":\"vllm\",\"max_model_len\":8192},"
            + "{\"id\":\"llama-3.1-8b-instruct\",\"owned_by\":\"vllm\",\"max_model_len\":4096},"
            + "{\"id\":\"g\",\"owned_by\":\"llamacpp\",\"meta\":{\"n_ctx\":2048,\"n_ctx_train\":131072}}]}");

    JsonNode models = gateway.client().get("/v1/models").json().path("data");

    assertThat(contextOf(models, "home/m")).isEqualTo(8192);
    assertThat(contextOf(models, "home/llama-3.1-8b-instruct"))
        .as("not what the model could hold")
        .isEqualTo(4096);
    assertThat(contextOf(models, "home/g")).isEqualTo(2048);
  }

  private static int contextOf(JsonNode models, String id) {
    for (JsonNode model : models) {
      if (model.path("id").asText().equals(id)) {
        return model.path("context_length").asInt();
      }
    }
    throw new AssertionError("no " + id);
  }
}
