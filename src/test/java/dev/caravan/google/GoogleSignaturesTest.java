package dev.caravan.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.GatewayFixture;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signatures for clients that keep none, over a restart (providers.md 5.7, 6.7). */
class GoogleSignaturesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOOLS =
      "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"ping\",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}]";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private String call(String model) {
    return gateway
        .post(
            "{\"model\":\"%s\",%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(model, TOOLS))
        .text("/choices/0/message/tool_calls/0/id");
  }

  /** A client that has kept no more than the id. */
  private JsonNode goneOn(GoogleProvider google, String model, String id) throws IOException {
    gateway.post(
        """
        {"model":"%s",%s,"messages":[{"role":"user","content":"hi"},
         {"role":"assistant","tool_calls":[{"id":"%s","type":"function","function":{"name":"ping","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"%s","content":"ok"}]}"""
            .formatted(model, TOOLS, id, id));
    return JSON.readTree(google.calls().getLast().text()).at("/request/contents/1/parts");
  }

  @Test
  void aCallOfGeminiKeepsItsSignatureOverARestart() throws IOException {
    GoogleProvider google = new GoogleProvider(gateway, "gemini_cli");
    google.live("sk-good-1");
    String model = "gemini_cli/gemini-3-pro-think-tool";

    String id = call(model);
    JsonNode before = goneOn(google, model, id);
    gateway.restart();
    JsonNode after = goneOn(google, model, id);
    JsonNode another = goneOn(google, model, "call_unknown");

    assertThat(before.at("/0/thoughtSignature").asText()).isEqualTo("c2lnbmVkIGJ5IHRoZSBtb2Nr");
    assertThat(after.at("/0/thoughtSignature").asText()).isEqualTo("c2lnbmVkIGJ5IHRoZSBtb2Nr");
    assertThat(another.at("/0/thoughtSignature").asText())
        .isEqualTo("skip_thought_signature_validator");
  }

  @Test
  void whatClaudeThoughtBeforeACallGoesBackWithItOverARestart() throws IOException {
    gateway.with("ANTIGRAVITY_ENABLED", "true");
    GoogleProvider google = new GoogleProvider(gateway, "antigravity");
    google.live("sk-good-1");
    String model = "antigravity/claude-opus-4.5-think2-tool";

    String id = call(model);
    gateway.restart();
    JsonNode parts = goneOn(google, model, id);

    assertThat(parts.at("/0/thought").asBoolean()).isTrue();
    assertThat(parts.at("/0/text").asText()).isEqualTo("thought 1 thought 2 ");
    assertThat(parts.at("/0/thoughtSignature").asText()).isEqualTo("c2lnbmVkIGJ5IHRoZSBtb2Nr");
    assertThat(parts.at("/1/functionCall/id").asText()).isEqualTo(id);
  }

  @Test
  void whatIsNotToBeKeptIsNotKept() throws IOException {
    GoogleProvider google = new GoogleProvider(gateway, "gemini_cli");
    google.live("sk-good-1");
    gateway.with("GEMINI_CLI_ENABLE_SIGNATURE_CACHE", "false");
    String model = "gemini_cli/gemini-3-pro-think-tool";

    String id = call(model);
    gateway.restart();

    assertThat(goneOn(google, model, id).at("/0/thoughtSignature").asText())
        .isEqualTo("skip_thought_signature_validator");
  }
}
