package dev.caravan.dialect.openai;

import static dev.caravan.dialect.StreamWatch.Sight.CONTENT;
import static dev.caravan.dialect.StreamWatch.Sight.END;
import static dev.caravan.dialect.StreamWatch.Sight.ERROR;
import static dev.caravan.dialect.StreamWatch.Sight.LIFE;
import static dev.caravan.dialect.StreamWatch.Sight.USAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Usage;
import dev.caravan.dialect.StreamWatch.Sight;
import dev.caravan.dialect.sse.EventScanner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chunks as providers really send them. */
class ChatWatchTest {
  private static final String HELLO =
      "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}]}";

  private final ChatWatch watch = new ChatWatch(false);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          role alone                  | HANDSHAKE | {"choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":null}]}
          role and empty text         | HANDSHAKE | {"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}
          empty delta                 | HANDSHAKE | {"choices":[{"index":0,"delta":{}}]}
          null delta                  | HANDSHAKE | {"choices":[{"index":0,"delta":null}]}
          empty tool list             | HANDSHAKE | {"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[],"function_call":{}}}]}
          Azure prompt filter         | HANDSHAKE | {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false}}}]}
          Azure async filter          | HANDSHAKE | {"choices":[{"content_filter_offsets":{"check_offset":44},"content_filter_results":{"hate":{"filtered":false}},"finish_reason":null,"index":0,"delta":{}}]}
          stop without a word         | HANDSHAKE | {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
          stop and usage, no word     | HANDSHAKE | {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":5}}
          usage null                  | HANDSHAKE | {"choices":[{"index":0,"delta":{"role":"assistant"}}],"usage":null}
          error null                  | HANDSHAKE | {"choices":[{"index":0,"delta":{"role":"assistant"}}],"error":null}
          error empty                 | HANDSHAKE | {"choices":[{"index":0,"delta":{"role":"assistant"},"error":""}],"error":{}}
          usage alone                 | USAGE     | {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}
          text                        | CONTENT   | {"choices":[{"index":0,"delta":{"content":"Hi"}}]}
          text of the second choice   | CONTENT   | {"choices":[{"index":0,"delta":{}},{"index":1,"delta":{"content":"Hi"}}]}
          text that says error        | CONTENT   | {"choices":[{"index":0,"delta":{"content":"\\"error\\": {\\"usage\\": 1}"}}]}
          text parts                  | CONTENT   | {"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Hi"}]}}]}
          reasoning_content           | CONTENT   | {"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"Hm"}}]}
          reasoning                   | CONTENT   | {"choices":[{"index":0,"delta":{"content":"","reasoning":"Hm","reasoning_details":[{"type":"x"}]}}]}
          refusal                     | CONTENT   | {"choices":[{"index":0,"delta":{"refusal":"No"}}]}
          tool call                   | CONTENT   | {"choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]}}]}
          legacy text                 | CONTENT   | {"choices":[{"index":0,"text":"Hi"}]}
          whole message               | CONTENT   | {"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}
          length without a word       | CONTENT   | {"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}
          content filter              | CONTENT   | {"choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}
          unknown object              | CONTENT   | {"type":"something","x":1}
          no object                   | CONTENT   | "Hi"
          not JSON                    | CONTENT   | Hi
          half JSON                   | CONTENT   | {"choices":[{"index":0,
          text and usage              | CONTENT   | {"choices":[{"index":0,"delta":{"content":"Hi"}}],"usage":{"prompt_tokens":5}}
          error object                | ERROR     | {"error":{"message":"overloaded","code":529}}
          error text                  | ERROR     | {"error":"overloaded"}
          error after choices         | ERROR     | {"id":"x","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"code":502,"message":"x"}}
          error of a choice           | ERROR     | {"id":"x","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":502,"message":"x"}}]}
          end mark                    | END       | [DONE]
          """)
  void theFirstEventIsKnownByWhatItHolds(String name, Sight sight, String data) {
    assertThat(look(data)).isEqualTo(sight);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          more text                   | CONTENT | {"choices":[{"index":0,"delta":{"content":"Hi"}}]}
          empty delta                 | CONTENT | {"choices":[{"index":0,"delta":{}}]}
          stop and usage              | CONTENT | {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":5}}
          usage alone                 | USAGE   | {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}
          usage alone, with blanks    | USAGE   | { "choices" : [ ] , "usage" : { "prompt_tokens" : 5 } }
          error                       | ERROR   | {"error":{"message":"overloaded"}}
          end mark                    | END     | [DONE]
          """)
  void afterTheFirstContentToo(String name, Sight sight, String data) {
    look(HELLO);

    assertThat(look(data)).isEqualTo(sight);
  }

  @Test
  void theReasonTogetherWithUsageIsNotHidden() {
    look(HELLO);

    Sight last =
        look(
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1}}");

    assertThat(last).isEqualTo(CONTENT);
    assertThat(watch.usage()).isEqualTo(new Usage(5, 0, 0, 1, 0, false));
    assertThat(watch.isComplete()).isTrue();
  }

  @Test
  void anEventFieldThatSaysErrorIsOneWhateverItsData() {
    assertThat(lookAtEvent("event: error\ndata: {\"message\":\"overloaded\",\"code\":529}\n\n"))
        .isEqualTo(ERROR);
    assertThat(lookAtEvent("event: error\ndata: it broke\n\n")).isEqualTo(ERROR);
    assertThat(lookAtEvent("event: error\n\n")).isEqualTo(ERROR);
  }

  @Test
  void signsOfLifeAreNothingMore() {
    assertThat(lookAtEvent(": OPENROUTER PROCESSING\n\n")).isEqualTo(LIFE);
    assertThat(lookAtEvent("event: ping\n\n")).isEqualTo(LIFE);
    assertThat(lookAtEvent("id: 4\nretry: 100\n\n")).isEqualTo(LIFE);
    assertThat(lookAtEvent("data:\n\n")).isEqualTo(LIFE);
  }

  @Test
  void aChunkOverSeveralDataLinesIsOneChunk() {
    assertThat(lookAtEvent("data: {\ndata:  \"error\": {\ndata:   \"message\":\"x\"}\ndata: }\n\n"))
        .isEqualTo(ERROR);
    assertThat(
            lookAtEvent(
                "data: {\"choices\":\r\ndata: [], \"usage\":\r\ndata: {\"prompt_tokens\":3}}\r\n\r\n"))
        .isEqualTo(USAGE);
    assertThat(watch.usage().input()).isEqualTo(3);
  }

  @Test
  void otherFieldsDoNotDisturb() {
    assertThat(lookAtEvent("id: 1\nevent: message\ndata: " + HELLO + "\nretry: 5\n\n"))
        .isEqualTo(CONTENT);
    assertThat(lookAtEvent(": life\ndata: [DONE]\n\n")).isEqualTo(END);
  }

  @Test
  void theLastUsageCounts() {
    look("{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"completion_tokens\":1}}");
    look("{\"choices\":[{\"delta\":{\"content\":\"b\"}}],\"usage\":{\"completion_tokens\":2}}");
    look("{\"choices\":[{\"delta\":{\"content\":\"c\"}}],\"usage\":null}");

    assertThat(watch.usage().output()).isEqualTo(2);
  }

  @Test
  void usageInEachChunkDoesNotMeanTheEnd() {
    look("{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"completion_tokens\":1}}");

    assertThat(watch.isComplete()).isFalse();
  }

  @Test
  void aReasonAnEndMarkOrTheUsageMeansTheEnd() {
    for (String last :
        List.of(
            "{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}",
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}",
            "[DONE]")) {
      ChatWatch one = new ChatWatch(false);
      lookAt(one, "data: " + HELLO + "\n\n");
      boolean before = one.isComplete();

      lookAt(one, "data: " + last + "\n\n");

      assertThat(before).isFalse();
      assertThat(one.isComplete()).as(last).isTrue();
    }
  }

  @Test
  void aReasonThatIsNullIsNone() {
    look("{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}");
    look("{\"choices\":[{\"delta\":{\"content\":\"say \\\"finish_reason\\\":\\\"stop\\\"\"}}]}");

    assertThat(watch.isComplete()).isFalse();
  }

  private Sight look(String data) {
    return lookAtEvent("data: " + data + "\n\n");
  }

  private Sight lookAtEvent(String event) {
    return lookAt(watch, event);
  }

  private static Sight lookAt(ChatWatch watch, String event) {
    List<Sight> sights = new ArrayList<>();
    byte[] bytes = event.getBytes(UTF_8);
    new EventScanner()
        .feed(
            bytes,
            0,
            bytes.length,
            new EventScanner.Events() {
              @Override
              public void event(byte[] array, int start, int end, int hints) {
                sights.add(watch.look(array, start, end, hints));
              }

              @Override
              public void part(byte[] array, int start, int end) {}

              @Override
              public void torn(byte[] array, int start, int end, int hints) {}
            });
    assertThat(sights).hasSize(1);
    return sights.getFirst();
  }
}
