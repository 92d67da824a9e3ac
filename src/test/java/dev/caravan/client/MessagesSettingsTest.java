package dev.caravan.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.GatewayFixture;
import dev.caravan.transcript.StreamRules;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that change what clients of Anthropic's see, and what is told of them. */
class MessagesSettingsTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @CsvSource({
    "anthropic, mock-9x0ms",
    "anthropic, mock-think4-9x0ms",
    "openai-chat, mock-9x0ms",
    "openai-chat, mock-think4-9x0ms",
    "gemini, mock-9x0ms"
  })
  void aBrokenStreamCanBeToldOfInWords(String upstream, String model) {
    gateway.with("ANTHROPIC_STREAM_ERROR_STYLE", "visible");

    String stream = broken(upstream, model);

    assertThat(stream)
        .contains("Error: upstream acme: the answer broke off")
        .doesNotContain("event: error")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    StreamRules.of("anthropic").check(stream, "acme/" + model);
  }

  @Test
  void byItselfItIsAnEventThatEndsNothing() {
    assertThat(broken("anthropic", "mock-9x0ms"))
        .contains("event: error")
        .doesNotContain("message_stop");
  }

  @Test
  void theTokensOfThePromptAreEstimatedAtTheStart() {
    gateway.withKeys("sk-good-1");

    assertThat(stream("mock-2x0ms"))
        .contains("\"usage\":{\"input_tokens\":5,")
        .contains("\"usage\":{\"input_tokens\":20,");
  }

  @Test
  void unlessThatIsSwitchedOff() {
    gateway.withKeys("sk-good-1").with("STREAM_ESTIMATE_INPUT", "false");

    assertThat(stream("mock-2x0ms"))
        .contains("\"usage\":{\"input_tokens\":0,")
        .contains("\"usage\":{\"input_tokens\":20,");
  }

  @ParameterizedTest
  @CsvSource({
    "openai-chat, false, false",
    "openai-chat, true, true",
    "openai-responses, false, false",
    "openai-responses, true, true",
    "gemini, true, false"
  })
  void whoAsksIsToldWhereThatIsWanted(String upstream, boolean wanted, boolean told) {
    gateway
        .withKeys("sk-good-1")
        .with("ACME_API_DIALECT", upstream)
        .with("FORWARD_USER_ID", Boolean.toString(wanted));
    gateway.mock().record(true);

    stream("mock-2x0ms");

    String asked = gateway.mock().requests().getLast().text();
    if (told) {
      assertThat(asked).contains("\"user\":\"user-7\"");
    } else {
      assertThat(asked).doesNotContain("user-7");
    }
  }

  private String broken(String upstream, String model) {
    gateway.withKeys("sk-drop6-1").with("ACME_API_DIALECT", upstream);
    if (upstream.equals("anthropic")) {
      gateway.with("ACME_API_BASE", gateway.mockAddress());
    }
    return stream(model);
  }

  private String stream(String model) {
    String body =
        "{\"model\":\"acme/%s\",\"max_tokens\":99,\"stream\":true,\"metadata\":{\"user_id\":\"user-7\"},\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model);
    URI messages = URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/messages");
    return String.join(
            "\n",
            gateway.client().stream(body, request -> request.uri(messages)).awaitEnd().lines())
        + "\n";
  }
}
