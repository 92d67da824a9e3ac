package dev.caravan.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies that are wrong, odd or large, at the messages surface before a provider of another
 * dialect.
 */
class MessagesBodyTest {
  private static final String SMALL =
      "\"model\":\"acme/mock-1\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1] | must be a JSON object",
        "{\"model\": | not valid JSON (line 1, column",
        "{\"max_tokens\":1,\"messages\":[{}]} | \\\"model\\\" is missing",
        "{\"model\":\"acme/x\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}]} | \\\"max_tokens\\\" is missing",
        "{\"model\":\"acme/x\",\"max_tokens\":1,\"messages\":[]} | \\\"messages\\\" is missing",
        "{\"model\":\"acme/x\",\"max_tokens\":1,\"messages\":[7]} | \\\"messages[0]\\\" must be an object",
        "{\"model\":\"acme/x\",\"max_tokens\":1,\"messages\":[{\"role\":\"king\",\"content\":\"\"}]} | no role that is known",
        "{\"model\":\"acme/x\",\"max_tokens\":\"1\",\"messages\":[{}]} | must be a whole number",
      })
  void whatIsWrongIsSaidInAnthropicsShape(String body, String said) {
    ClientAnswer answer = post(body.getBytes(StandardCharsets.UTF_8));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .startsWith("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\"")
        .contains(said);
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void halfACharacterIsNotJson() {
    byte[] body = ("{" + SMALL.replace("Hi", "\u00fc") + "}").getBytes(StandardCharsets.ISO_8859_1);

    assertThat(post(body).status()).isEqualTo(400);
  }

  @Test
  void whatIsNestedWithoutAnEndIsRefused() {
    String deep = "[".repeat(100_000);

    assertThat(post(("{" + SMALL + ",\"x\":" + deep).getBytes(StandardCharsets.UTF_8)).status())
        .isEqualTo(400);
  }

  @Test
  void blocksAndToolsOfUnknownTypesAreLeftOutAndNamed() {
    String body =
        """
        {"model":"acme/mock-1","max_tokens":10,"messages":[{"role":"user","content":[
         {"type":"text","text":"Hi"},{"type":"hologram","x":{"y":[1,{"z":null}]}}, 7, {"no":"type"}]}],
         "tools":[{"type":"time_machine_20300101","name":"t"}, 3], "tool_choice":"odd", "a_new_field":{"b":[]}}""";
    ClientAnswer answer = post(body.getBytes(StandardCharsets.UTF_8));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Gateway-Dropped"))
        .contains("messages[].content[] of another type")
        .contains("tools[] of another type")
        .contains("a_new_field");
  }

  @Test
  void aStrictCallIsRefusedInstead() {
    ClientAnswer answer =
        Client.send(
            request(("{" + SMALL + ",\"top_k\":3}").getBytes(StandardCharsets.UTF_8))
                .header("X-Gateway-Strict", "true")
                .build());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("translation: ").contains("top_k");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void twoThousandMessagesAndALargeImageAreTranslated() {
    StringBuilder messages = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      messages.append("{\"role\":\"user\",\"content\":\"question %d\"},".formatted(i));
      messages.append(
          "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"answer\"}]},");
    }
    messages.append(
        "{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"%s\"}}]}"
            .formatted("QUJD".repeat(500_000)));
    String body = "{\"model\":\"acme/mock-1\",\"max_tokens\":10,\"messages\":[" + messages + "]}";

    assertThat(post(body.getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mock-html", "mock-503", "mock-garbage", "mock-drop0"})
  void whatAProviderSpoilsIsAnErrorOfThisDialect(String model) {
    ClientAnswer answer =
        post(("{" + SMALL.replace("mock-1", model) + "}").getBytes(StandardCharsets.UTF_8));

    assertThat(answer.status()).isGreaterThanOrEqualTo(500);
    assertThat(answer.body()).startsWith("{\"type\":\"error\",\"error\":{\"type\":\"");
  }

  @Test
  void tokensAreCountedWithoutAProvider() {
    ClientAnswer answer =
        Client.send(
            to("/v1/messages/count_tokens")
                .POST(
                    BodyPublishers.ofString(
                        "{\"model\":\"nobody/x\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                            .formatted("word ".repeat(80))))
                .build());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Gateway-Count")).isEqualTo("estimate");
    assertThat(answer.body()).isEqualTo("{\"input_tokens\":104}");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  private ClientAnswer post(byte[] body) {
    return Client.send(request(body).build());
  }

  private HttpRequest.Builder request(byte[] body) {
    return to("/v1/messages").POST(BodyPublishers.ofByteArray(body));
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
        .header("x-api-key", GatewayFixture.CLIENT_KEY)
        .header("content-type", "application/json");
  }
}
