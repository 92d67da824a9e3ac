package dev.caravan.provider.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and streams of ChatGPT plans (providers.md 9.1 to 9.3; 16, 62). */
class CodexTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Transforms CODEX = Transforms.of(List.of("codex"));

  @Test
  void limitsAndSamplingAreLeftOutAndWhatMustBeThereIs() throws IOException {
    JsonNode sent =
        request(
            """
            {"model":"gpt-5.5","input":"hi","temperature":0.2,"top_p":1,"max_output_tokens":100,"user":"u",
             "metadata":{"a":"b"},"previous_response_id":"resp_1","service_tier":"auto","stream_options":{"include_obfuscation":false}}""");

    assertThat(sent)
        .isEqualTo(
            JSON.readTree(
                """
                {"model":"gpt-5.5","stream":true,"store":false,"instructions":"","reasoning":{"effort":"medium"},
                 "include":["reasoning.encrypted_content"],"prompt_cache_key":"%s",
                 "input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}]}"""
                    .formatted(sent.path("prompt_cache_key").asText())));
  }

  @Test
  void whatTheClientSaysOfItsOwnStays() throws IOException {
    JsonNode sent =
        request(
            """
            {"model":"gpt-5.5","instructions":"Be kind.","input":[],"service_tier":"flex","prompt_cache_key":"mine",
             "reasoning":{"effort":"xhigh","summary":"auto"},"include":["reasoning.encrypted_content"],"text":{"verbosity":"low"},
             "parallel_tool_calls":false,"tools":[{"type":"function","name":"f"}],
             "stream_options":{"reasoning_summary_delivery":"x","include_usage":true}}""");

    assertThat(sent.path("instructions").asText()).isEqualTo("Be kind.");
    assertThat(sent.path("service_tier").asText()).isEqualTo("flex");
    assertThat(sent.path("prompt_cache_key").asText()).isEqualTo("mine");
    assertThat(sent.path("reasoning").toString())
        .isEqualTo("{\"effort\":\"xhigh\",\"summary\":\"auto\"}");
    assertThat(sent.path("include")).hasSize(1);
    assertThat(sent.path("parallel_tool_calls").asBoolean(true)).isFalse();
    assertThat(sent.path("stream_options").toString())
        .isEqualTo("{\"reasoning_summary_delivery\":\"x\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-5.5-high,        gpt-5.5,           high",
    "gpt-5.5(xhigh),      gpt-5.5,           xhigh",
    "GPT-5.4-mini-low,    gpt-5.4-mini,      low",
    "gpt-5.1-codex-max,   gpt-5.1-codex-max, medium",
    "gpt-5.1-codex-max-high, gpt-5.1-codex-max, high",
    "gpt-9-high,          gpt-9-high,        medium",
    "gpt-5.5(loud),       gpt-5.5(loud),     medium",
    "gpt-5.5,             gpt-5.5,           medium"
  })
  void anEffortBehindAKnownNameIsOne(String asked, String model, String effort) throws IOException {
    JsonNode sent =
        JSON.readTree(
            CODEX.request(bytes("{\"model\":\"%s\",\"input\":[]}".formatted(asked)), asked));

    assertThat(sent.path("model").asText()).isEqualTo(model);
    assertThat(sent.path("reasoning").path("effort").asText()).isEqualTo(effort);
  }

  @Test
  void toolsMayBeCalledInParallelOnlyWhereThereAreSome() throws IOException {
    assertThat(
            request("{\"input\":[],\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}")
                .path("parallel_tool_calls")
                .asBoolean())
        .isTrue();
    assertThat(request("{\"input\":[],\"parallel_tool_calls\":true}").has("parallel_tool_calls"))
        .isFalse();
  }

  @Test
  void callsAndTheirResultsAreInOrder() throws IOException {
    JsonNode input =
        request(
                """
                {"input":[
                 {"type":"message","role":"system","id":"msg_1","content":"s"},
                 {"type":"message","role":"user","id":"x1","content":"u"},
                 {"type":"function_call","id":"fc_%s","call_id":"c1","name":"f","arguments":"{}"},
                 {"type":"function_call","name":"g","arguments":"{}"},
                 {"type":"function_call_output","call_id":"c1","output":"1"},
                 {"type":"function_call_output","call_id":"nobody","output":"2"},
                 {"type":"function_call","call_id":"twin","name":"h","arguments":"{}"},
                 {"type":"function_call","call_id":"twin","name":"h","arguments":"{}"},
                 {"type":"function_call_output","call_id":"twin","output":"3"}]}"""
                    .formatted("0".repeat(70)))
            .path("input");

    assertThat(input)
        .extracting(item -> item.path("type").asText() + " " + item.path("call_id").asText(""))
        .containsExactly(
            "message ",
            "message ",
            "function_call c1",
            "function_call call_missing_3",
            "function_call_output c1");
    assertThat(input.get(0).path("role").asText()).isEqualTo("developer");
    assertThat(input.get(0).path("id").asText()).isEqualTo("msg_1");
    assertThat(input.get(1).has("id")).isFalse();
    assertThat(input.get(2).has("id")).isFalse();
  }

  @Test
  void theConversationKeepsItsNameFromTurnToTurn() throws IOException {
    String first = "{\"instructions\":\"i\",\"input\":[{\"role\":\"user\",\"content\":\"a\"}%s]}";

    String before = request(first.formatted("")).path("prompt_cache_key").asText();
    String after =
        request(first.formatted(",{\"role\":\"assistant\",\"content\":\"b\"}"))
            .path("prompt_cache_key")
            .asText();
    String other =
        request(first.replace("\"a\"", "\"z\"").formatted("")).path("prompt_cache_key").asText();

    assertThat(after).isEqualTo(before).isNotEqualTo(other).hasSize(36);
    assertThat(before.charAt(14)).as("version of the UUID").isEqualTo('5');
  }

  @Test
  void whatIsCompactedStaysAsItIs() {
    byte[] body = bytes("{\"model\":\"gpt-5.5\",\"input\":[]}");

    assertThat(CODEX.ofErrands().request(body, "gpt-5.5")).isSameAs(body);
  }

  @Test
  void theLastEventGetsTheOutputBeforeIt() throws IOException {
    List<JsonNode> seen =
        stream(
            "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"id\":\"fc_1\",\"type\":\"function_call\"}}",
            "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"id\":\"msg_9\"}}",
            "{\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"call_id\":\"c\"}}",
            "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":\"rs_0\"}}",
            "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"output\":[]}}");

    assertThat(seen.getLast().path("response").path("output").toString())
        .isEqualTo(
            "[{\"type\":\"reasoning\",\"id\":\"rs_0\"},"
                + "{\"type\":\"function_call\",\"call_id\":\"c\",\"id\":\"fc_1\"},"
                + "{\"type\":\"message\",\"id\":\"msg_9\"}]");
  }

  @Test
  void anOutputThatIsThereStays() throws IOException {
    String last =
        "{\"type\":\"response.completed\",\"response\":{\"output\":[{\"type\":\"message\",\"id\":\"m\"}]}}";

    assertThat(stream(last).getLast()).isEqualTo(JSON.readTree(last));
  }

  private static JsonNode request(String body) throws IOException {
    return JSON.readTree(CODEX.request(bytes(body), "gpt-5.5"));
  }

  private static List<JsonNode> stream(String... events) throws IOException {
    ChangedStream stream = Objects.requireNonNull(CODEX.ofStream());
    List<JsonNode> seen = new ArrayList<>();
    for (String event : events) {
      byte[] json = bytes(event);
      List<byte[]> made = stream.event(json, 0, json.length);
      for (byte[] one : made == null ? List.of(json) : made) {
        seen.add(JSON.readTree(one));
      }
    }
    for (byte[] one : stream.end()) {
      seen.add(JSON.readTree(one));
    }
    return seen;
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
