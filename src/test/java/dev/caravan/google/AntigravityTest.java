package dev.caravan.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Antigravity as a provider (providers.md 6; 16, 48 to 54), from clients of each dialect. */
class AntigravityTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final GoogleProvider google = new GoogleProvider(gateway, "antigravity");

  @BeforeEach
  void wantItKnowingly() {
    gateway.with("ANTIGRAVITY_ENABLED", "true");
  }

  @Test
  void clientsOfEachDialectGetTheirToolCallFromEachFamily() throws IOException {
    google.live("sk-good-1");

    for (String model : new String[] {"gemini-3-flash-tool", "claude-opus-4.5-tool"}) {
      for (String dialect : GoogleProvider.DIALECTS) {
        for (boolean stream : new boolean[] {false, true}) {
          ClientAnswer answer = google.callOfATool(dialect, model, "ping", stream);
          JsonNode sent = last();

          assertThat(answer.status()).as(answer.body()).isEqualTo(200);
          assertThat(answer.body())
              .as("%s of %s", dialect, model)
              .contains("ping")
              .contains("Paris")
              .doesNotContain("gemini3_")
              .doesNotContain("traceId");
          assertThat(sent.path("requestType").asText()).isEqualTo("agent");
          assertThat(sent.at("/request/tools/0/functionDeclarations/0").has("parameters")).isTrue();
          assertThat(sent.at("/request/toolConfig/functionCallingConfig/mode").asText())
              .isEqualTo("AUTO");
          assertThat(sent.at("/request").has("safetySettings")).isFalse();
        }
      }
    }
  }

  @Test
  void itIsServedOnlyToWhoeverWantsItKnowingly() throws IOException {
    google.accounts("ya29.paid");
    gateway.withProvider("acme", "sk-good-1").with("ANTIGRAVITY_ENABLED", "false");

    assertThat(google.question("chat", "gemini-3-flash", false).status()).isNotEqualTo(200);
    assertThat(google.calls()).isEmpty();
    gateway.restart();
    gateway.with("ANTIGRAVITY_ENABLED", "true");
    ClientAnswer answer = google.question("chat", "gemini-3-flash", false);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(last().path("project").asText()).isEqualTo("mock-project");
  }

  @Test
  void anEffortOfClaudeIsABudgetAndMakesRoomForIt() throws IOException {
    google.live("sk-good-1");

    gateway.post(
        """
        {"model":"antigravity/claude-opus-4.5","max_tokens":8000,"reasoning_effort":"high","messages":[{"role":"user","content":"hi"}]}""");
    JsonNode sent = last();

    assertThat(sent.path("model").asText()).isEqualTo("claude-opus-4-5-thinking");
    assertThat(sent.at("/request/generationConfig/thinkingConfig/thinkingBudget").asInt())
        .isEqualTo(31_999);
    assertThat(sent.at("/request/generationConfig/maxOutputTokens").asInt()).isEqualTo(33_023);
  }

  @Test
  void signedThoughtsOfATurnGoBackToClaude() throws IOException {
    google.live("sk-good-1");
    String tools =
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"ping\",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}]";

    JsonNode first =
        gateway
            .post(
                "{\"model\":\"antigravity/claude-opus-4.5-think-tool\",%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                    .formatted(tools))
            .json()
            .at("/choices/0/message/tool_calls");
    String id = first.at("/0/id").asText();
    gateway.post(
        "{\"model\":\"antigravity/claude-opus-4.5-think-tool\",%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"tool_calls\":%s},{\"role\":\"tool\",\"tool_call_id\":\"%s\",\"content\":\"ok\"}]}"
            .formatted(tools, first, id));
    JsonNode thought = last().at("/request/contents/1/parts/0");

    assertThat(thought.path("thought").asBoolean()).isTrue();
    assertThat(thought.path("thoughtSignature").asText()).isNotEmpty();
    assertThat(last().at("/request/contents/1/parts/1/functionCall/id").asText()).isEqualTo(id);
    assertThat(last().path("request").path("contents")).hasSize(3);
  }

  @Test
  void aLimitIsToldToTheClient() {
    google.live("sk-rl70-1");

    assertThat(google.question("chat", "claude-opus-4.5", true).status()).isEqualTo(429);
  }

  @Test
  void aGroupWhoseQuotaIsGoneIsNotAskedForAndOthersAre() throws IOException {
    google.live("ya29.spent");
    gateway.quotaReading().readDue();

    Eventually.holds(
        "the model rests", () -> google.question("chat", "claude-opus-4.5", false).status() == 429);

    assertThat(google.question("chat", "claude-sonnet-4.5", false).status()).isEqualTo(429);
    assertThat(google.question("chat", "gemini-3-flash", false).status()).isEqualTo(200);
    assertThat(gateway.mock().requests())
        .anyMatch(request -> request.path().endsWith(":fetchAvailableModels"));
  }

  private JsonNode last() throws IOException {
    return JSON.readTree(google.calls().getLast().text());
  }
}
