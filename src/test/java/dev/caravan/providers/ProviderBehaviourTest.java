package dev.caravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Providers with behaviour of their own (providers.md 4), from their key in the environment to
 * their end of the wire and back.
 */
class ProviderBehaviourTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> PROVIDERS =
      List.of(
          "openai",
          "openrouter",
          "groq",
          "mistral",
          "nvidia_nim",
          "cohere",
          "chutes",
          "nanogpt",
          "firmware",
          "deepseek",
          "xai",
          "moonshot",
          "zai",
          "minimax",
          "cerebras",
          "fireworks_ai",
          "together_ai",
          "sambanova",
          "perplexity");

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final List<FakeUpstream> providers = new ArrayList<>();

  @AfterEach
  void closeProviders() throws IOException {
    for (FakeUpstream provider : providers) {
      provider.close();
    }
  }

  @Test
  void eachProviderIsAskedInItsOwnWayAndAnswersPlainlyAndInStreams() throws IOException {
    for (String provider : PROVIDERS) {
      live(provider, gateway.mock().baseUrl(), "sk-good-1");
    }
    gateway.mock().record(true);

    asked("openai/o3-mini", "\"max_tokens\":9,\"temperature\":0.2", "/max_completion_tokens", "9");
    asked(
        "openrouter/anthropic/claude-3-opus",
        "\"reasoning_effort\":\"low\",\"provider\":{\"sort\":\"price\"}",
        "/reasoning/effort",
        "\"low\"");
    asked(
        "openrouter/anthropic/claude-3-opus",
        "\"provider\":{\"sort\":\"price\"}",
        "/provider/sort",
        "\"price\"");
    asked(
        "groq/qwen/qwen3-32b", "\"reasoning_effort\":\"high\"", "/reasoning_format", "\"parsed\"");
    asked("mistral/mistral-small-latest", "\"seed\":7", "/random_seed", "7");
    asked("mistral/mistral-small-latest", "\"seed\":7", "/reasoning_effort", "\"high\"");
    asked(
        "nvidia_nim/deepseek-ai/deepseek-v4-pro",
        "\"reasoning_effort\":\"low\"",
        "/chat_template_kwargs/reasoning_effort",
        "\"high\"");
    asked("cohere/command-a", "\"temperature\":0.5", "/model", "\"command-a\"");
    asked("chutes/deepseek-ai/DeepSeek-V3", "\"max_completion_tokens\":5", "/max_tokens", "5");
    asked("nanogpt/gpt-4o", "\"max_completion_tokens\":5", "/max_tokens", "5");
    asked("firmware/gpt-5", "\"seed\":1", "/seed", "1");
    asked(
        "deepseek/deepseek-v4-pro",
        "\"user\":\"u\",\"reasoning_effort\":\"low\"",
        "/reasoning_effort",
        "\"high\"");
    asked("xai/grok-4", "\"seed\":1,\"stop\":[\"a\"]", "/seed", "1");
    asked("moonshot/kimi-k2", "\"temperature\":1.7", "/temperature", "1");
    asked("zai/glm-4.6", "\"reasoning_effort\":\"none\"", "/thinking/type", "\"disabled\"");
    asked("minimax/MiniMax-M2", "\"seed\":1", "/reasoning_split", "true");
    asked("cerebras/llama-3.3-70b", "\"presence_penalty\":1,\"seed\":1", "/seed", "1");
    asked(
        "fireworks_ai/deepseek-v3",
        "\"seed\":1",
        "/model",
        "\"accounts/fireworks/models/deepseek-v3\"");
    asked("together_ai/meta-llama/Llama-3-8b", "\"seed\":1", "/model", "\"meta-llama/Llama-3-8b\"");
    asked("sambanova/Meta-Llama-3.1-8B", "\"seed\":1", "/seed", "1");
    asked("perplexity/sonar", "\"tools\":[]", "/messages/0/content", "\"hi\"");
  }

  /** Members of a request, and what of it arrives. */
  private void asked(String model, String members, String pointer, String wanted)
      throws IOException {
    String body =
        "{\"model\":\"%s\",%s,\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    ClientAnswer plain = gateway.post(body.formatted(model, members, false));
    ClientAnswer stream = gateway.post(body.formatted(model, members, true));

    assertThat(plain.content()).as("a plain answer of %s", model).isNotEmpty();
    assertThat(stream.body()).as("a stream").contains("\"delta\"").endsWith("data: [DONE]\n\n");
    for (ReceivedRequest request : last(2)) {
      assertThat(JSON.readTree(request.text()).at(pointer))
          .as("%s of %s", pointer, request.text())
          .isEqualTo(JSON.readTree(wanted));
    }
  }

  private List<ReceivedRequest> last(int count) {
    // quotas are asked for by the clock
    List<ReceivedRequest> all =
        gateway.mock().requests().stream().filter(r -> r.method().equals("POST")).toList();
    return all.subList(all.size() - count, all.size());
  }

  @Test
  void anErrorOfEachIsOneOfItsPool() {
    for (String provider : PROVIDERS) {
      live(provider, gateway.mock().baseUrl(), "sk-rl70-1");
    }

    for (String provider : PROVIDERS) {
      assertThat(gateway.ask(provider + "/mock-1").status()).as(provider).isEqualTo(429);
      assertThat(gateway.streamOf(provider + "/mock-1").status()).as(provider).isEqualTo(429);
    }
  }

  @Test
  void thoughtsOfOpenRouterAndGroqAreSaidWhereClientsLook() {
    String said =
        """
        {"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a","reasoning":"r"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
    live("openrouter", answering(said), "sk-or-1");

    ClientAnswer answer = gateway.ask("openrouter/a/b");

    assertThat(answer.text("/choices/0/message/reasoning_content")).isEqualTo("r");
    assertThat(answer.text("/choices/0/message/reasoning")).isEqualTo("r");
    assertThat(answer.text("/model")).isEqualTo("openrouter/a/b");
  }

  @Test
  void theUsageOfAStreamOfGroqIsCounted() {
    live(
        "groq",
        streaming(
            "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"reasoning\":\"r\"},\"finish_reason\":null}]}",
            "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}",
            "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"x_groq\":{\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}}}"),
        "gsk-1");

    String body =
        gateway
            .post(
                "{\"model\":\"groq/qwen/qwen3-32b\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
            .body();

    assertThat(body).contains("\"reasoning_content\":\"r\"").contains("\"content\":\"a\"");
    assertThat(gateway.pool("groq").credentials().getFirst().totals().completion()).isEqualTo(7);
  }

  @Test
  void thoughtsInTheContentOfMistralAreTakenApart() {
    live(
        "mistral",
        streaming(
            "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"t\"}]}]},\"finish_reason\":null}]}",
            "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}}"),
        "mi-1");

    String body =
        gateway
            .post(
                "{\"model\":\"mistral/magistral\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
            .body();

    assertThat(body).contains("\"reasoning_content\":\"t\"").contains("\"content\":\"a\"");
  }

  @Test
  @DisplayName("providers.md 16, 41: an error inside a stream of OpenRouter is like any other")
  void anErrorInsideAStreamOfOpenRouterIsAnErrorLikeAnyOther() {
    live(
        "openrouter",
        streaming("{\"error\":{\"code\":502,\"message\":\"Upstream error\"}}"),
        "sk-or-1");

    assertThat(gateway.streamOf("openrouter/a/b").status()).isBetween(502, 503);
  }

  @Test
  void whatDeepSeekThoughtBeforeACallGoesBackToItForTheSameClient() throws IOException {
    String thought =
        """
        {"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"reasoning_content":"I need it.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
    live("deepseek", answering(thought), "sk-ds-1");
    FakeUpstream deepSeek = providers.getFirst();
    gateway.ask("deepseek/deepseek-reasoner");
    chatAt(deepSeek);

    gateway.post(
        """
        {"model":"deepseek/deepseek-reasoner","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"call_1","content":"r"}]}""");

    assertThat(chatAt(deepSeek).at("/messages/1/reasoning_content").asText())
        .isEqualTo("I need it.");
  }

  /** The next chat that it got; quotas and models are asked for by the clock. */
  private static JsonNode chatAt(FakeUpstream provider) throws IOException {
    FakeUpstream.Received request = provider.received();
    while (request.line().startsWith("GET ")) {
      request = provider.received();
    }
    return JSON.readTree(request.body());
  }

  @Test
  @DisplayName("providers.md 16, 42: a temperature of 0 is removed where the operator wants it")
  void aTemperatureOfZeroIsRemovedOnEveryWayWhereTheOperatorWantsIt() throws IOException {
    gateway.with("OVERRIDE_TEMPERATURE_ZERO", "remove").withKeys("sk-good-1");
    gateway
        .with("CLAUDE_API_BASE", gateway.mockAddress())
        .with("CLAUDE_API_KEY", "sk-good-2")
        .with("CLAUDE_API_DIALECT", "anthropic");
    gateway.mock().record(true);

    for (String model : List.of("acme/mock-1", "claude/mock-1")) {
      gateway.post(
          "{\"model\":\"%s\",\"temperature\":0.0,\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .formatted(model));
    }

    assertThat(last(2))
        .allSatisfy(
            request -> assertThat(JSON.readTree(request.text()).has("temperature")).isFalse())
        .allSatisfy(request -> assertThat(request.text()).contains("max_tokens"));
  }

  @Test
  void aTransformOfAProvidersOwnFileIsDone() throws IOException {
    gateway
        .with("ACME_API_KEY_1", "sk-good-1")
        .withRouteFile(
            "providers/acme.yaml",
            """
            - beans:
                - name: acme
                  type: dev.caravan.provider.Provider
                  properties:
                    baseUrl: %s
                    transforms: zai-thinking,string-content
            - templatedRoute:
                routeTemplateRef: openai-compatible
                parameters:
                  - {name: provider, value: acme}
            """
                .formatted(gateway.mock().baseUrl()));
    gateway.with("ACME_API_BASE", gateway.mock().baseUrl());
    gateway.mock().record(true);

    gateway.post(
        "{\"model\":\"acme/m\",\"reasoning_effort\":\"off\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]}");
    JsonNode seen = JSON.readTree(gateway.mock().requests().getFirst().text());

    assertThat(seen.at("/thinking/type").asText()).isEqualTo("disabled");
    assertThat(seen.at("/messages/0/content").asText()).isEqualTo("hi");
  }

  private void live(String provider, String address, String key) {
    String name = provider.toUpperCase(Locale.ROOT);
    gateway.with(name + "_API_BASE", address).with(name + "_API_KEY", key);
  }

  private String answering(String json) {
    return provider(
        visit -> {
          while (visit.request() != null) {
            visit.send(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                    + json.getBytes(StandardCharsets.UTF_8).length
                    + "\r\n\r\n"
                    + json);
          }
        });
  }

  private String streaming(String... events) {
    return provider(
        visit -> {
          while (visit.request() != null) {
            visit.stream();
            for (String event : events) {
              visit.chunk("data: " + event + "\n\n");
            }
            visit.chunk("data: [DONE]\n\n").endOfBody();
          }
        });
  }

  private String provider(FakeUpstream.Script script) {
    FakeUpstream provider = FakeUpstream.that(script);
    providers.add(provider);
    return provider.baseUrl();
  }
}
