package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A provider that speaks Anthropic messages: its headers, its errors, its keys. */
class AnthropicProviderTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void provider() {
    gateway
        .withProvider("claude", "sk-rl90-1", "sk-good-2")
        .with("CLAUDE_API_BASE", gateway.mockAddress())
        .with("CLAUDE_API_DIALECT", "anthropic");
    gateway.mock().record(true);
  }

  @Test
  void aClientOfTheSameDialectIsHandedOnWithItsBetas() {
    ClientAnswer answer = post("claude/mock-1", false, "some-beta-2026-01-01");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"model\":\"claude/mock-1\"");
    var sent = gateway.mock().requests().getLast();
    assertThat(sent.path()).isEqualTo("/v1/messages");
    assertThat(sent.header("x-api-key")).containsExactly("sk-good-2");
    assertThat(sent.header("anthropic-version")).containsExactly("2023-06-01");
    assertThat(sent.header("anthropic-beta")).containsExactly("some-beta-2026-01-01");
    assertThat(sent.text()).contains("\"model\":\"mock-1\"").contains("\"a_field\" : [ 1,2 ]");
  }

  @Test
  void aKeyThatIsLimitedHandsOverToTheNext() {
    assertThat(post("claude/mock-1", true, "b").body())
        .contains("\"model\":\"claude/mock-1\"")
        .contains("event: message_stop");
    assertThat(gateway.mock().requests()).hasSize(2);
  }

  @Test
  void anOverloadThatDoesNotEndIsWhatAnthropicsClientsKnow() {
    gateway.with("CLAUDE_API_KEY_1", "sk-good-1");

    ClientAnswer answer = post("claude/mock-529", false, "b");

    assertThat(answer.status()).isEqualTo(529);
    assertThat(answer.body()).contains("\"type\":\"overloaded_error\"");
  }

  @Test
  void aStreamThatBreaksEndsWithAnErrorEventAndNothingElse() {
    String stream = post("claude/mock-err3", true, "b").body();

    assertThat(stream).contains("event: error").doesNotContain("message_stop");
  }

  @Test
  void aChatClientSeesABrokenStreamOfItAsItsOwn() {
    String stream =
        gateway
            .client()
            .post(
                "{\"model\":\"claude/mock-err3\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
            .body();

    assertThat(stream)
        .contains("\"content\":\"token 1 \"")
        .contains("data: {\"error\":{")
        .doesNotContain("[DONE]")
        .doesNotContain("event:");
  }

  private ClientAnswer post(String model, boolean stream, String beta) {
    String body =
        "{\"model\":\"%s\",\"max_tokens\":10,\"stream\":%s,\"a_field\" : [ 1,2 ],\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
            .formatted(model, stream);
    return Client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/messages"))
            .header("x-api-key", GatewayFixture.CLIENT_KEY)
            .header("anthropic-beta", beta)
            .POST(BodyPublishers.ofString(body))
            .build());
  }
}
