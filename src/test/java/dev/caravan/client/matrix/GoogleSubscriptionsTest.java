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

/** Google's subscriptions with accounts, through all four surfaces with the vendors' SDKs. */
class GoogleSubscriptionsTest extends AtSubscriptions {
  private static final List<String> MODELS =
      List.of(
          "gemini_cli/gemini-2.5-pro",
          "gemini_cli/gemini-3-pro",
          "antigravity/gemini-3-flash",
          "antigravity/claude-opus-4.5");

  @Override
  void provide(GatewayFixture gateway) {
    gateway.with("ANTIGRAVITY_ENABLED", "true");
    for (String stem : List.of("GEMINI_CLI", "ANTIGRAVITY")) {
      gateway
          .with(stem + "_API_BASE", gateway.mockAddress())
          .with(stem + "_1_ACCESS_TOKEN", "ya29.paid-" + stem)
          .with(stem + "_1_REFRESH_TOKEN", "1//refresh")
          .with(stem + "_1_EXPIRY_DATE", "4102444800000")
          .with(stem + "_1_EMAIL", "ann@example.org");
    }
  }

  static Stream<Arguments> cells() {
    return cells(MODELS);
  }

  @ParameterizedTest(name = "{0} at {1}, streamed {2}")
  @MethodSource("cells")
  void aQuestionIsAnswered(Sdk.Row client, String model, boolean stream) throws IOException {
    Said said = sdk(client).ask(Ask.of(model + "-3x0ms", "Hello"), stream);

    assertThat(said.text()).isEqualTo("token 1 token 2 token 3 ");
    assertThat(said.stop()).isIn("stop", "end_turn", "completed", "STOP");
    assertThat(lastRequest().path("project").asText()).isEqualTo("mock-project");
    assertThat(lastRequest().toString()).contains("Be brief.").contains("Hello");
  }

  @ParameterizedTest(name = "{0} at {1}, streamed {2}")
  @MethodSource("cells")
  void aToolIsCalledAndItsResultIsTakenUp(Sdk.Row client, String model, boolean stream)
      throws IOException {
    // a Claude that thinks may only go on with what it has thought
    String thinks = model.contains("claude") ? "-think" : "";
    Ask ask = Ask.of(model + thinks + "-tool-2x0ms", "Weather?").withTool();

    Said called = sdk(client).ask(ask, stream);
    Said told = sdk(client).answerTools(ask, called, "sunny", stream);

    assertThat(called.calls())
        .extracting(Call::name, Call::arguments)
        .containsExactly(tuple("lookup_weather", "{\"city\":\"Paris\"}"));
    assertThat(told.text()).isEqualTo("token 1 token 2 ");
    assertThat(lastRequest().toString()).contains("sunny");
  }

  private JsonNode lastRequest() throws IOException {
    return lastRequest(r -> r.path().contains("enerateContent"));
  }
}
