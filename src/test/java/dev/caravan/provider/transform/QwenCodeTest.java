package dev.caravan.provider.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and streams of Qwen Code (providers.md 7; 16, 59 and 61). */
class QwenCodeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Transforms QWEN = Transforms.of(List.of("qwen-code"));

  @Test
  void onlyWhatThePortalKnowsIsSent() throws IOException {
    assertThat(
            request(
                "coder-model",
                """
                {"model":"coder-model","messages":[],"max_completion_tokens":5,"user":"u","logprobs":true,"metadata":{},"stream":false,
                 "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","additionalProperties":false,
                  "properties":{"strict":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"array","items":{"strict":true}}}}}}}}]}"""))
        .isEqualTo(
            JSON.readTree(
                """
                {"model":"coder-model","messages":[],"max_tokens":5,"stream":true,"stream_options":{"include_usage":true},
                 "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",
                  "properties":{"strict":{"type":"object","properties":{"a":{"type":"array","items":{}}}}}}}}]}"""));
  }

  @Test
  void aCoderWithoutToolsGetsOneThatNobodySees() throws IOException {
    JsonNode sent = request("qwen3-coder-plus", "{\"messages\":[]}");

    assertThat(sent.at("/tools/0/function/name").asText()).isEqualTo("do_not_call_me");
    assertThat(request("coder-model", "{\"messages\":[]}").has("tools")).isFalse();
    assertThat(
            stream(
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"do_not_call_me\"}}]},\"finish_reason\":null}]}",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]},\"finish_reason\":null}]}",
                "{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}"))
        .noneMatch(event -> event.toString().contains("\"tool_calls\":["))
        .last()
        .extracting(event -> event.at("/choices/0/finish_reason").asText())
        .isEqualTo("stop");
  }

  @Test
  @DisplayName("providers.md 16, 61: reason and usage, one after the other")
  void reasonAndUsageAreToldOneAfterTheOther() throws IOException {
    String reason = "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";
    String usage = "{\"choices\":[],\"usage\":{\"total_tokens\":3}}";
    String both =
        "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"total_tokens\":3}}";

    assertThat(stream(both)).containsExactly(JSON.readTree(reason), JSON.readTree(usage));
    assertThat(stream(reason, usage)).containsExactly(JSON.readTree(reason), JSON.readTree(usage));
    assertThat(stream(usage)).containsExactly(JSON.readTree(usage));
    assertThat(stream(reason)).containsExactly(JSON.readTree(reason));
  }

  @Test
  @DisplayName("providers.md 16, 61: a call that was seen is the reason")
  void aCallThatWasSeenIsTheReason() throws IOException {
    assertThat(
            stream(
                    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\"}}]},\"finish_reason\":null}]}",
                    "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
                    "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}")
                .getLast()
                .at("/choices/0/finish_reason")
                .asText())
        .isEqualTo("tool_calls");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://portal.qwen.ai/v1",
        "portal.qwen.ai",
        "https://portal.qwen.ai",
        "https://portal.qwen.ai/v1/",
        "portal.qwen.ai/v1"
      })
  @DisplayName("providers.md 16, 59: an address may end in the version or not")
  void anAddressMayEndInTheVersionOrNot(String base) {
    Provider provider = Catalogue.bundled().find("qwen_code").orElseThrow().provider();

    String usual = provider.chatUrl().orElseThrow();

    assertThat(usual).isEqualTo("https://portal.qwen.ai/v1/chat/completions");
    assertThat(provider.urlAt(usual, base)).isEqualTo(usual);
    assertThat(provider.urlAt(usual, base.replace("portal", "other")))
        .isEqualTo("https://other.qwen.ai/v1/chat/completions");
    provider.setBaseUrl("https://portal.qwen.ai/v1/");
    assertThat(provider.modelsUrl()).contains("https://portal.qwen.ai/v1/models");
  }

  private static JsonNode request(String model, String body) throws IOException {
    return JSON.readTree(QWEN.request(body.getBytes(StandardCharsets.UTF_8), model));
  }

  private static List<JsonNode> stream(String... events) throws IOException {
    ChangedStream stream = Objects.requireNonNull(QWEN.ofStream());
    List<JsonNode> seen = new ArrayList<>();
    for (String event : events) {
      byte[] json = event.getBytes(StandardCharsets.UTF_8);
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
}
