package dev.caravan.observe.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class AssemblyTest {

  private static JsonNode assembled(String... events) throws JsonProcessingException {
    Assembly assembly = Assembly.beginningWith(tree(events[0]));
    for (String event : events) {
      assembly.add(tree(event));
    }
    return tree(assembly.result().toString());
  }

  private static JsonNode tree(String json) throws JsonProcessingException {
    return MaskedJson.TREES.readTree(json);
  }

  @Test
  void chunksOfAChatBecomeAChatCompletion() throws Exception {
    JsonNode answer =
        assembled(
            """
            {"id":"c1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""",
            """
            {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"reasoning_content":"hm, "}}]}""",
            """
            {"choices":[{"index":0,"delta":{"reasoning_content":"yes","content":"Hel"}}]}""",
            """
            {"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}""",
            """
            {"choices":[],"usage":{"total_tokens":7}}""");

    assertThat(answer)
        .isEqualTo(
            tree(
                """
                {"id":"c1","object":"chat.completion","model":"m","usage":{"total_tokens":7},
                 "choices":[{"index":0,"finish_reason":"stop","message":
                   {"role":"assistant","content":"Hello","reasoning_content":"hm, yes"}}]}"""));
    assertThat(AnswerSummary.of(answer)).isEqualTo(new AnswerSummary("stop", "hm, yes"));
  }

  @Test
  void callsOfToolsAreMergedByTheirIndexAndGiveTheFinishReason() throws Exception {
    JsonNode answer =
        assembled(
            """
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}}]}""",
            """
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\\"x\\":"}}]}}]}""",
            """
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}}]}""",
            """
            {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]},"finish_reason":"stop"}]}""");

    JsonNode calls = answer.at("/choices/0/message/tool_calls");
    assertThat(calls).hasSize(2);
    assertThat(calls.at("/0/function/arguments").asText()).isEqualTo("{\"x\":1}");
    assertThat(calls.at("/0/function/name").asText()).isEqualTo("f");
    assertThat(calls.at("/0/id").asText()).isEqualTo("a");
    assertThat(calls.at("/1/function/name").asText()).isEqualTo("g");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
  }

  @Test
  void eventsOfMessagesBecomeAMessage() throws Exception {
    JsonNode answer =
        assembled(
            """
            {"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","content":[],"usage":{"input_tokens":5,"output_tokens":1}}}""",
            """
            {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}""",
            """
            {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}""",
            """
            {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}""",
            """
            {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}""",
            """
            {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":"}}""",
            """
            {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"2}"}}""",
            """
            {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}""",
            """
            {"type":"message_stop"}""");

    assertThat(answer)
        .isEqualTo(
            tree(
                """
                {"id":"m1","type":"message","role":"assistant","stop_reason":"tool_use",
                 "usage":{"input_tokens":5,"output_tokens":9},
                 "content":[{"type":"thinking","thinking":"hm","signature":"sig"},
                            {"type":"tool_use","id":"t","name":"f","input":{"a":2}}]}"""));
    assertThat(AnswerSummary.of(answer)).isEqualTo(new AnswerSummary("tool_use", "hm"));
  }

  @Test
  void ofResponsesTheLastStateIsTheAnswer() throws Exception {
    JsonNode answer =
        assembled(
            """
            {"type":"response.created","response":{"id":"r","object":"response","status":"in_progress","output":[]}}""",
            """
            {"type":"response.output_text.delta","delta":"x"}""",
            """
            {"type":"response.completed","response":{"id":"r","object":"response","status":"completed","output":[{"type":"reasoning","summary":[{"text":"hm"}]}]}}""");

    assertThat(answer.get("status").asText()).isEqualTo("completed");
    assertThat(AnswerSummary.of(answer)).isEqualTo(new AnswerSummary("completed", "hm"));
  }

  @Test
  void piecesOfGeminiAreJoinedByTheirKind() throws Exception {
    JsonNode answer =
        assembled(
            """
            {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"hm","thought":true}]}}]}""",
            """
            {"candidates":[{"index":0,"content":{"parts":[{"text":"Hel"}]}}]}""",
            """
            {"candidates":[{"index":0,"content":{"parts":[{"text":"lo"},{"functionCall":{"name":"f"}}]},"finishReason":"STOP"}],"usageMetadata":{"totalTokenCount":3}}""");

    assertThat(answer.at("/candidates/0/content/parts"))
        .isEqualTo(
            tree(
                """
                [{"text":"hm","thought":true},{"text":"Hello"},{"functionCall":{"name":"f"}}]"""));
    assertThat(answer.at("/usageMetadata/totalTokenCount").asInt()).isEqualTo(3);
    assertThat(AnswerSummary.of(answer)).isEqualTo(new AnswerSummary("STOP", "hm"));
  }

  @Test
  void eventsThatNobodyKnowsAreListed() throws Exception {
    assertThat(assembled("{\"a\":1}", "{\"b\":2}")).isEqualTo(tree("[{\"a\":1},{\"b\":2}]"));
  }
}
