package dev.caravan.provider.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.Access;
import dev.caravan.call.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests of iFlow (providers.md 8; 16, 58). */
class IFlowTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Transforms IFLOW = Transforms.of(List.of("iflow"));

  @Test
  @DisplayName("providers.md 16, 58: a request is signed with its key")
  void aRequestIsSignedWithItsKey() {
    assertThat(IFlow.signed("sk-1", "session-a", 1_700_000_000_000L))
        .isEqualTo(
            Map.of(
                "User-Agent", "iFlow-Cli",
                "session-id", "session-a",
                "x-iflow-timestamp", "1700000000000",
                "x-iflow-signature",
                    "83a4ce56528a6ddef093fb746dab15b8b3c857b727c8defcfa294625c2b6b1db"));
    assertThat(IFlow.signed("", "session-a", 1)).doesNotContainKey("x-iflow-signature");
  }

  @Test
  void eachRequestIsASessionOfItsOwn() {
    Access key = Access.by(new Secret("sk-1", "f"));

    assertThat(IFLOW.askForAccess()).isTrue();
    assertThat(IFLOW.headers("glm-4.6", key).get("session-id"))
        .startsWith("session-")
        .isNotEqualTo(IFLOW.headers("glm-4.6", key).get("session-id"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          glm-4.6       | {"reasoning_effort":"high"}   | {"stream":true,"chat_template_kwargs":{"enable_thinking":true,"clear_thinking":false}}
          glm-4.7       | {"reasoning_effort":"none"}   | {"stream":true,"chat_template_kwargs":{"enable_thinking":false}}
          deepseek-v3.2 | {"extra_body":{"thinking":{"type":"enabled"}}} | {"stream":true,"chat_template_kwargs":{"enable_thinking":true}}
          deepseek-v3.1 | {"extra_body":{"thinking":{"budget_tokens":0}}} | {"stream":true,"chat_template_kwargs":{"enable_thinking":false}}
          qwen3-max-preview | {"extra_body":{"thinking":false}} | {"stream":true,"chat_template_kwargs":{"enable_thinking":false}}
          minimax-m2.1  | {"reasoning_effort":"low"}    | {"stream":true,"reasoning_split":true}
          kimi-k2       | {"reasoning_effort":"low"}    | {"stream":true}
          glm-4.6       | {"max_completion_tokens":5,"user":"u","stream_options":{}} | {"max_tokens":5,"stream":true}
          glm-4.6       | {"tools":[]} | {"stream":true,"tools":[{"type":"function","function":{"name":"noop","description":"Does nothing.","parameters":{"type":"object","properties":{}}}}]}
          """)
  void aRequestIsPutIntoItsWords(String model, String before, String after) throws IOException {
    assertThat(JSON.readTree(IFLOW.request(before.getBytes(StandardCharsets.UTF_8), model)))
        .isEqualTo(JSON.readTree(after));
  }

  @Test
  void countsThatAreAllZeroAreNone() {
    ChangedStream stream = Objects.requireNonNull(IFLOW.ofStream());

    assertThat(event(stream, "{\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"total_tokens\":0}}"))
        .isEmpty();
    assertThat(
            event(
                stream,
                "{\"choices\":[{\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":0}}"))
        .containsExactly("{\"choices\":[{\"finish_reason\":\"stop\"}]}");
    assertThat(event(stream, "{\"choices\":[],\"usage\":{\"total_tokens\":2}}"))
        .containsExactly("{\"choices\":[],\"usage\":{\"total_tokens\":2}}");
  }

  private static List<String> event(ChangedStream stream, String event) {
    byte[] json = event.getBytes(StandardCharsets.UTF_8);
    return Objects.requireNonNull(stream.event(json, 0, json.length)).stream()
        .map(one -> new String(one, StandardCharsets.UTF_8))
        .toList();
  }
}
