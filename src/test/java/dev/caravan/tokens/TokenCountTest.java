package dev.caravan.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code POST /v1/token-count} (http-api.md 14). */
class TokenCountTest {
  private static final String PNG_1024 = "iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAIAAADwf7zU";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aTextIsCountedAsThePublishedTableSays() {
    ClientAnswer answer =
        count("{\"model\":\"openai/gpt-4o\",\"text\":\"hello world <|endoftext|>\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(tokens("{\"model\":\"openai/gpt-4o\",\"text\":\"hello world\"}")).isEqualTo(2);
    assertThat(tokens("{\"model\":\"openai/gpt-4\",\"text\":\"hello world\"}")).isEqualTo(2);
    assertThat(answer.header("X-Gateway-Count")).isEqualTo("exact");
    assertThat(answer.json().at("/token_count").asInt()).as("no special token").isGreaterThan(5);
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void messagesHaveAFrame() {
    String one =
        "{\"model\":\"openai/gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hello world\"}]}";

    assertThat(tokens(one)).isEqualTo(3 + 1 + 2 + 3);
    assertThat(count(one).header("X-Gateway-Count")).isEqualTo("estimate");
  }

  @Test
  void toolsAndCallsAreCounted() {
    String plain =
        "{\"model\":\"m/gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";
    String tools =
        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]";

    assertThat(tokens(plain.formatted(tools)) - tokens(plain.formatted("")))
        .isBetween(8 + 9 + 3, 8 + 9 + 12);
  }

  @Test
  void othersAreEstimatedByTheNearestTable() {
    String text =
        "\"text\":\"" + "one two three four five six seven eight nine ten ".repeat(10) + "\"";
    int openAi = tokens("{\"model\":\"openai/gpt-4o\"," + text + "}");

    assertThat(tokens("{\"model\":\"anthropic/claude-sonnet-4\"," + text + "}"))
        .isEqualTo((int) Math.ceil(openAi * 1.15));
    assertThat(tokens("{\"model\":\"groq/llama-3.1-8b\"," + text + "}"))
        .isEqualTo((int) Math.ceil(openAi * 1.05));
    assertThat(tokens("{\"model\":\"x/whatever\"," + text + "}")).isEqualTo(openAi);
    assertThat(count("{\"model\":\"x/whatever\"," + text + "}").header("X-Gateway-Count"))
        .isEqualTo("estimate");
  }

  @Test
  void aPictureIsCountedByItsSize() {
    String asked =
        """
        {"model":"openai/gpt-4o","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,%s"%s}}]}]}""";

    assertThat(tokens(asked.formatted(PNG_1024, ""))).isEqualTo(3 + 1 + 3 + 85 + 170 * 4);
    assertThat(tokens(asked.formatted(PNG_1024, ",\"detail\":\"low\""))).isEqualTo(3 + 1 + 3 + 85);
    assertThat(tokens(asked.formatted("AAAA", ""))).isEqualTo(3 + 1 + 3 + 765);
  }

  @Test
  void whatIsTooLongIsEstimatedBeyondABound() {
    String text = "abcd ".repeat(600_000);

    assertThat(tokens("{\"model\":\"openai/gpt-4o\",\"text\":\"" + text + "\"}"))
        .isBetween(600_000, 1_300_000);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(count("{\"text\":\"a\"}").text("/error/param")).isEqualTo("model");
    assertThat(count("{\"model\":\"x/y\"}").text("/error/param")).isEqualTo("messages");
    assertThat(count("{\"model\":\"x/y\",\"messages\":[]}").status()).isEqualTo(400);
    assertThat(count("{\"model\":\"x/y\",\"messages\":7}").code()).isEqualTo("invalid_type");
    assertThat(count("{\"model\":\"x/y\",\"text\":7}").code()).isEqualTo("invalid_type");
    assertThat(count("[]").code()).isEqualTo("invalid_type");
    assertThat(count("").code()).isEqualTo("invalid_json");
  }

  private int tokens(String json) {
    return count(json).json().at("/token_count").asInt();
  }

  private ClientAnswer count(String json) {
    return Client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/token-count"))
            .timeout(GatewayFixture.PATIENCE)
            .header("Authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }
}
