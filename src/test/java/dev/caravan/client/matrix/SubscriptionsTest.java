package dev.caravan.client.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.GatewayFixture;
import dev.caravan.client.matrix.Sdk.Ask;
import dev.caravan.client.matrix.Sdk.Call;
import dev.caravan.client.matrix.Sdk.Said;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Providers of subscriptions, which stream whether they are asked to or not, through all four
 * surfaces with the vendors' SDKs: texts, thoughts and tools, streamed and whole.
 */
class SubscriptionsTest extends AtSubscriptions {
  private static final List<String> PROVIDERS = List.of("openai_codex", "qwen_code", "iflow");

  @Override
  void provide(GatewayFixture gateway) {
    gateway
        .withProvider("openai_codex", "sk-good-1")
        .with("OPENAI_CODEX_API_BASE", gateway.mockAddress() + "/backend-api")
        .withProvider("qwen_code", "sk-good-2")
        .withProvider("iflow", "sk-good-3");
  }

  static Stream<Arguments> cells() {
    return cells(PROVIDERS);
  }

  @ParameterizedTest(name = "{0} at {1}, streamed {2}")
  @MethodSource("cells")
  void aQuestionIsAnswered(Sdk.Row client, String provider, boolean stream) throws IOException {
    Said said = sdk(client).ask(Ask.of(provider + "/mock-3x0ms-bare", "Hello"), stream);

    assertThat(said.text()).isEqualTo("token 1 token 2 token 3 ");
    assertThat(said.stop()).isIn("stop", "end_turn", "completed", "STOP");
    JsonNode sent = lastRequest();
    assertThat(sent.path("stream").asBoolean()).as("asked for a stream").isTrue();
    assertThat(sent.path("model").asText()).isEqualTo("mock-3x0ms-bare");
    assertThat(sent.toString())
        .contains("Be brief.")
        .contains("Hello")
        .doesNotContain("max_output");
  }

  @ParameterizedTest(name = "{0} at {1}, streamed {2}")
  @MethodSource("cells")
  void aToolIsCalledAndItsResultIsTakenUp(Sdk.Row client, String provider, boolean stream)
      throws IOException {
    Ask ask = Ask.of(provider + "/mock-tool-2x0ms", "Weather?").withTool();

    Said called = sdk(client).ask(ask, stream);
    Said told = sdk(client).answerTools(ask, called, "sunny", stream);

    assertThat(called.calls())
        .extracting(Call::name, Call::arguments)
        .containsExactly(tuple("lookup_weather", "{\"city\":\"Paris\"}"));
    assertThat(called.stop()).isIn("tool_calls", "tool_use", "completed", "STOP");
    assertThat(told.text()).isEqualTo("token 1 token 2 ");
    assertThat(lastRequest().toString()).contains("sunny").contains("lookup_weather");
  }

  @ParameterizedTest(name = "{0} at {1}, streamed {2}")
  @MethodSource("cells")
  void thoughtsAndUsageAreTold(Sdk.Row client, String provider, boolean stream) {
    Said said = sdk(client).ask(Ask.of(provider + "/mock-think2-2x0ms", "Why?").thinking(), stream);

    assertThat(said.thinking()).isEqualTo("thought 1 thought 2 ");
    assertThat(said.text()).isEqualTo("token 1 token 2 ");
    if (!provider.equals("iflow")) { // which is not asked to count
      // Google counts thoughts apart
      assertThat(said.output()).isEqualTo(sdk(client) instanceof GoogleSdk ? 2 : 4);
    }
  }

  static Stream<Arguments> cellsWithTags() {
    return cells(List.of("qwen_code"));
  }

  @ParameterizedTest(name = "{0} at {1}, streamed {2}")
  @MethodSource("cellsWithTags")
  void thoughtsBetweenTornTagsAreTakenApart(Sdk.Row client, String provider, boolean stream) {
    Said said = sdk(client).ask(Ask.of(provider + "/mock-tags", "Why?").thinking(), stream);

    assertThat(said.thinking()).isEqualTo("plan");
    assertThat(said.text()).isEqualTo("answer <b");
  }

  private JsonNode lastRequest() throws IOException {
    return lastRequest(r -> r.method().equals("POST"));
  }
}
