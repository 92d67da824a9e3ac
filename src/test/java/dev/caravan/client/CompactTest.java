package dev.caravan.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code POST /v1/responses/compact} (http-api.md 7.4). */
class CompactTest {
  private static final String BODY =
      "{\"model\":\"acme/gpt-x\",\"stream\":false,\"input\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aProviderOfTheDialectCompactsAndIsNotToldAboutStreams() {
    gateway.withKeys("sk-rl40-1", "sk-good-1").with("ACME_API_DIALECT", "openai-responses");
    gateway.mock().record(true);

    ClientAnswer answer = compact(BODY);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.text("/object")).isEqualTo("response.compaction");
    assertThat(answer.text("/output/0/encrypted_content")).isEqualTo("gAAAAcmp_0");
    assertThat(answer.header("X-Gateway-Provider")).isEqualTo("acme");
    assertThat(answer.header("X-Gateway-Attempts")).isEqualTo("2");
    var last = gateway.mock().requests().getLast();
    assertThat(last.path()).isEqualTo("/v1/responses/compact");
    assertThat(last.text())
        .isEqualTo("{\"model\":\"gpt-x\",\"input\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
    assertThat(gateway.credential(2).totals().requests()).isEqualTo(1);
  }

  @Test
  void aProviderOfAnotherDialectCannot() {
    gateway.withKeys("sk-good-1");

    ClientAnswer answer = compact(BODY);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("/error/code")).isEqualTo("unsupported_parameter");
    assertThat(answer.message()).contains("acme speaks openai-chat").contains("compact");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void itIsNeverStreamed() {
    gateway.withKeys("sk-good-1").with("ACME_API_DIALECT", "openai-responses");

    ClientAnswer answer = compact(BODY.replace("false", "true"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("streaming is not supported");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  private ClientAnswer compact(String body) {
    return Client.send(
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + gateway.gateway().port() + "/v1/responses/compact"))
            .timeout(GatewayFixture.PATIENCE)
            .header("Authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
