package dev.caravan.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView;
import dev.caravan.provider.Catalogue;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is tried again at Antigravity before its pool hears of it (providers.md 5.9, 6.5 to 6.8).
 */
class AntigravityMishapsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final GoogleProvider google = new GoogleProvider(gateway, "antigravity");

  @BeforeEach
  void hurry() {
    gateway
        .with("ANTIGRAVITY_ENABLED", "true")
        .with("ANTIGRAVITY_EMPTY_RESPONSE_RETRY_DELAY", "0.01")
        .with("ANTIGRAVITY_503_RETRY_DELAY", "0.01")
        .with("ANTIGRAVITY_MALFORMED_CALL_DELAY", "0.01");
  }

  @Test
  void anAnswerThatSaysNothingIsAskedForAgain() {
    google.live("sk-good-1");

    for (boolean stream : new boolean[] {true, false}) {
      ClientAnswer answer = google.question("chat", "gemini-3-flash-empty-first4", stream);

      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains(stream ? "token 1 " : "content");
    }
    assertThat(google.calls()).hasSize(6);
  }

  @Test
  @DisplayName("providers.md 16, 30: a limit without a time is tried six times, and is no quota")
  void aLimitWithoutATimeIsTriedSixTimesAndIsNoQuota() {
    google.live("sk-rl0-1");

    ClientAnswer answer = google.question("chat", "gemini-3-flash", true);

    assertThat(google.calls()).hasSize(6);
    assertThat(answer.status()).as(answer.body()).isEqualTo(503);
    assertThat(gateway.pool("antigravity").credentials().getFirst().state())
        .isEqualTo(PoolView.State.READY);
  }

  @Test
  void aModelWithoutCapacityIsTriedTenTimes() {
    gateway.with("ANTIGRAVITY_503_MAX_ATTEMPTS", "4");
    google.live("sk-good-1");

    assertThat(google.question("chat", "gemini-3-flash-503-first3", true).status()).isEqualTo(200);
    assertThat(google.calls()).hasSize(4);
  }

  @Test
  void anotherAddressIsAskedWhereOneIsNotThereAndEachRequestBeginsAnew() throws IOException {
    String file =
        Catalogue.bundled()
            .find("antigravity")
            .orElseThrow()
            .yaml()
            .replaceFirst("baseUrl: \\S+", "baseUrl: " + gateway.mockAddress() + "/daily")
            .replaceFirst("moreBaseUrls: \\S+", "moreBaseUrls: " + gateway.mockAddress() + "/prod");
    gateway
        .withRouteFile("providers/antigravity.yaml", file)
        .with("ANTIGRAVITY_API_KEY_1", "sk-good-1")
        .with("ACME_API_BASE", gateway.mock().baseUrl());
    gateway.mock().record(true);

    String model = "gemini-3-flash-500-first1";
    assertThat(google.question("chat", model, true).status()).isEqualTo(200);
    assertThat(google.question("chat", model, true).status()).isEqualTo(200);

    assertThat(google.calls())
        .extracting(call -> call.path().replaceFirst("/v1internal.*", ""))
        .containsExactly("/daily", "/prod", "/daily");
    assertThat(gateway.pool("antigravity").credentials().getFirst().failures()).isZero();
  }

  private ClientAnswer miscalled(String call, boolean stream) {
    return gateway.post(
        """
        {"model":"antigravity/gemini-3-flash-act","stream":%s,"messages":[{"role":"user","content":%s}],
         "tools":[{"type":"function","function":{"name":"read","parameters":{"type":"object","$schema":"s","properties":{"path":{"type":"string"},"lines":{"type":"array","items":{"type":"integer"}}}}}}]}"""
            .formatted(stream, JSON.valueToTree(call)));
  }

  @Test
  @DisplayName("providers.md 16, 54: a call that is nearly JSON is a call")
  void aCallThatIsNearlyJsonIsACall() throws IOException {
    google.live("sk-good-1");

    ClientAnswer answer = miscalled("miscall gemini3_read{path:\"a\",}", false);

    assertThat(answer.text("/choices/0/message/tool_calls/0/function/name")).isEqualTo("read");
    assertThat(answer.text("/choices/0/message/tool_calls/0/function/arguments"))
        .isEqualTo("{\"path\":\"a\"}");
    assertThat(answer.text("/choices/0/finish_reason")).isEqualTo("tool_calls");
    assertThat(google.calls()).hasSize(1);
  }

  @Test
  void aCallThatNobodyCanReadIsToldToTheModel() throws IOException {
    google.live("sk-good-1");

    for (boolean stream : new boolean[] {false, true}) {
      gateway.mock().reset();
      ClientAnswer answer = miscalled("miscall gemini3_read{{path", stream);

      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).doesNotContain("TOOL CALL ERROR");
      assertThat(google.calls()).hasSize(2);
      JsonNode contents = JSON.readTree(google.calls().getLast().text()).at("/request/contents");
      assertThat(contents).hasSize(3);
      assertThat(contents.at("/1/parts/0/text").asText()).contains("read");
      assertThat(contents.at("/2/parts/0/text").asText())
          .contains("{{path")
          .contains("\"lines\"")
          .doesNotContain("$schema");
    }
  }

  @Test
  void aCallThatNobodyCanReadTwiceOverBecomesAText() {
    gateway.with("ANTIGRAVITY_MALFORMED_CALL_RETRIES", "0");
    google.live("sk-good-1");

    ClientAnswer answer = miscalled("miscall gemini3_read{{path", false);

    assertThat(answer.content()).startsWith("[TOOL CALL ERROR]");
    assertThat(answer.text("/choices/0/finish_reason")).isEqualTo("stop");
  }

  @Test
  void argumentsThatAreATextBecomeWhatTheToolTakes() throws IOException {
    google.live("sk-good-1");

    for (boolean stream : new boolean[] {false, true}) {
      ClientAnswer answer =
          miscalled(
              "call read {\"path\":\"[1]\",\"lines\":\"[1, 2] and so on\",\"note\":\"a\\\\nb\"}",
              stream);

      List<String> said =
          stream
              ? List.of(answer.body().replace("\\\"", "\""))
              : List.of(answer.text("/choices/0/message/tool_calls/0/function/arguments"));
      assertThat(said.getFirst())
          .contains("\"path\":\"[1]\"")
          .contains("\"lines\":[1,2]")
          .doesNotContain("and so on");
    }
  }
}
