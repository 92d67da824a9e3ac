package dev.caravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was thought goes back to Codex and iFlow for clients that keep nothing of it. */
class ThoughtsOfSubscriptionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private JsonNode last() throws IOException {
    return JSON.readTree(gateway.mock().requests().getLast().text());
  }

  @Test
  void sealedReasoningOfCodexGoesBackBeforeItsCall() throws IOException {
    gateway
        .withProvider("openai_codex", "sk-good-1")
        .with("OPENAI_CODEX_API_BASE", gateway.mockAddress() + "/backend-api");
    gateway.mock().record(true);
    String tools =
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"ping\",\"parameters\":{\"type\":\"object\"}}}]";
    String id =
        gateway
            .post(
                "{\"model\":\"openai_codex/mock-think2-tool\",%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                    .formatted(tools))
            .text("/choices/0/message/tool_calls/0/id");
    gateway.restart();

    gateway.post(
        """
        {"model":"openai_codex/mock-think2-tool",%s,"messages":[{"role":"user","content":"hi"},
         {"role":"assistant","tool_calls":[{"id":"%s","type":"function","function":{"name":"ping","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"%s","content":"ok"}]}"""
            .formatted(tools, id, id));

    JsonNode input = last().path("input");
    assertThat(input.at("/1/type").asText()).as(input.toString()).isEqualTo("reasoning");
    assertThat(input.at("/1/encrypted_content").asText()).startsWith("gAAAA");
    assertThat(input.at("/2/call_id").asText()).isEqualTo(id);
  }

  @Test
  void whatCodexCannotOpenIsLeftOutOnce() throws IOException {
    gateway
        .withProvider("openai_codex", "sk-good-1")
        .with("OPENAI_CODEX_API_BASE", gateway.mockAddress() + "/backend-api");
    gateway.mock().record(true);

    ClientAnswer answer =
        Client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/responses"))
                .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        """
                        {"model":"openai_codex/mock-2x0ms","stream":true,"input":[{"role":"user","content":"hi"},
                         {"type":"reasoning","summary":[],"encrypted_content":"broken"},
                         {"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]},{"role":"user","content":"more"}]}"""))
                .build());

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(gateway.mock().requests()).filteredOn(r -> r.method().equals("POST")).hasSize(2);
    assertThat(last().path("input").toString()).doesNotContain("broken").contains("more");
  }

  @Test
  void thoughtsOfIFlowGoBackWhereItsModelsWantThem() throws IOException {
    gateway.withProvider("iflow", "sk-good-1");
    gateway.mock().record(true);

    for (String model : new String[] {"glm-4.6-think2-2x0ms", "kimi-k2-think2-2x0ms"}) {
      String said =
          gateway
              .post(
                  "{\"model\":\"iflow/%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                      .formatted(model))
              .content();
      gateway.post(
          """
          {"model":"iflow/%s","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"%s"},{"role":"user","content":"more"}]}"""
              .formatted(model, said));

      assertThat(last().at("/messages/1/reasoning_content").asText())
          .as(model)
          .isEqualTo(model.startsWith("glm") ? "thought 1 thought 2 " : "");
    }
  }
}
