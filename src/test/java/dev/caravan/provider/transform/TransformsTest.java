package dev.caravan.provider.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and answers before and after (providers.md 3.3, 4, 11; 16, 55 to 57 and 74). */
class TransformsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          openai-reasoning | o3-mini | {"max_tokens":9,"temperature":0.2,"top_p":1,"n":2,"logit_bias":{}} | {"top_p":1,"max_completion_tokens":9}
          openai-reasoning | gpt-5.1 | {"temperature":1,"reasoning_effort":"HIGH"} | {"temperature":1,"reasoning_effort":"HIGH"}
          openai-reasoning | gpt-5.1 | {"reasoning_effort":"enormous"} | {}
          openai-reasoning | o1      | {"messages":[{"role":"system","content":"s"}]} | {"messages":[{"role":"developer","content":"s"}]}
          openai-reasoning | gpt-4o  | {"max_tokens":9,"temperature":0.2} | {"max_tokens":9,"temperature":0.2}
          openai-reasoning | gpt-5-chat-latest | {"temperature":0.2} | {"temperature":0.2}
          openrouter-reasoning | a/b | {"reasoning_effort":"low"} | {"reasoning":{"effort":"low"}}
          openrouter-reasoning | a/b | {"reasoning_effort":"low","reasoning":{"max_tokens":5}} | {"reasoning":{"max_tokens":5}}
          groq | qwen/qwen3-32b     | {"reasoning_effort":"high"} | {"reasoning_effort":"default","reasoning_format":"parsed"}
          groq | qwen/qwen3-32b     | {"reasoning_effort":"off"}  | {"reasoning_effort":"none","reasoning_format":"parsed"}
          groq | openai/gpt-oss-20b | {"reasoning_effort":"minimal"} | {"reasoning_effort":"low","reasoning_format":"parsed"}
          groq | openai/gpt-oss-20b | {"reasoning_effort":"none"} | {"reasoning_format":"parsed"}
          groq | llama-3.1-8b       | {"reasoning_effort":"low","messages":[{"role":"user","name":"x","content":"a"}]} | {"messages":[{"role":"user","content":"a"}]}
          mistral | mistral-small-latest | {} | {"reasoning_effort":"high"}
          mistral | mistral-small-latest | {"reasoning_effort":"none"} | {}
          mistral | mistral-large-latest | {"tool_choice":"required"} | {"tool_choice":"any"}
          nvidia-thinking | deepseek-ai/deepseek-v4-pro | {"reasoning_effort":"low"} | {"chat_template_kwargs":{"thinking":true,"reasoning_effort":"high"}}
          nvidia-thinking | deepseek-ai/deepseek-v4-pro | {"reasoning_effort":"off"} | {"chat_template_kwargs":{"thinking":false}}
          nvidia-thinking | deepseek-ai/deepseek-v3.1-terminus | {"chat_template_kwargs":{"a":1}} | {"chat_template_kwargs":{"a":1,"thinking":true}}
          nvidia-thinking | moonshotai/kimi-k2.5 | {"reasoning_effort":"none"} | {"chat_template_kwargs":{"thinking":false}}
          nvidia-thinking | mistralai/mistral-small-4 | {} | {"reasoning_effort":"high"}
          nvidia-thinking | meta/llama-3.1-8b | {"reasoning_effort":"low"} | {"reasoning_effort":"low"}
          deepseek | deepseek-chat   | {"max_completion_tokens":5,"user":"u","stream_options":{}} | {"max_tokens":5}
          deepseek | deepseek-v4-pro | {"reasoning_effort":"medium"} | {"reasoning_effort":"high","thinking":{"type":"enabled"}}
          deepseek | deepseek-v4-pro | {"reasoning_effort":"xhigh"} | {"reasoning_effort":"max","thinking":{"type":"enabled"}}
          deepseek | deepseek-v4-pro | {} | {"reasoning_effort":"max","thinking":{"type":"enabled"}}
          deepseek | deepseek-chat   | {"reasoning_effort":"none"} | {"thinking":{"type":"disabled"}}
          deepseek | deepseek-chat   | {"messages":[{"role":"assistant","tool_calls":[{"id":"call_1"}]}]} | {"messages":[{"role":"assistant","tool_calls":[{"id":"call_1"}],"reasoning_content":"Reasoning content unavailable."}]}
          xai-reasoning | grok-4 | {"stop":["a"],"presence_penalty":1} | {}
          xai-reasoning | grok-4-fast-non-reasoning | {"stop":["a"]} | {"stop":["a"]}
          moonshot | kimi-k2 | {"temperature":1.4,"tool_choice":"required"} | {"temperature":1}
          zai-thinking | glm-4.6 | {"reasoning_effort":"none"} | {"thinking":{"type":"disabled"}}
          zai-thinking | glm-4.6 | {"reasoning_effort":"low"} | {"thinking":{"type":"enabled"}}
          minimax-thinking | m2 | {} | {"reasoning_split":true}
          fireworks-names | deepseek-v3 | {"model":"deepseek-v3"} | {"model":"accounts/fireworks/models/deepseek-v3"}
          fireworks-names | accounts/a/models/b | {"model":"accounts/a/models/b"} | {"model":"accounts/a/models/b"}
          alternate-roles | sonar | {"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"c"}]} | {"messages":[{"role":"user","content":"a\\nb"},{"role":"assistant","content":"c"}]}
          string-content | any | {"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]} | {"messages":[{"role":"user","content":"a\\nb"}]}
          dedaluslabs-tool-choice | any | {"tool_choice":"auto"} | {}
          string-content | gemma-3-27b-it | {"messages":[{"role":"system","content":"s"}]} | {"messages":[{"role":"user","content":"s"}]}
          string-content | gemma-2-9b | {"messages":[{"role":"system","content":"s"}]} | {"messages":[{"role":"system","content":"s"}]}
          """)
  @DisplayName("providers.md 16, 55 and 56: a request is changed as its provider needs it")
  void aRequestIsChangedAsTheProviderNeedsIt(
      String transform, String model, String before, String after) throws IOException {
    byte[] changed = Transforms.of(List.of(transform)).request(bytes(before), model);

    assertThat(JSON.readTree(changed)).isEqualTo(JSON.readTree(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          reasoning-content | {"choices":[{"message":{"reasoning":"r"}}]} | {"choices":[{"message":{"reasoning":"r","reasoning_content":"r"}}]}
          reasoning-content | {"choices":[{"delta":{"reasoning":"r"}}]} | {"choices":[{"delta":{"reasoning":"r","reasoning_content":"r"}}]}
          groq | {"choices":[],"x_groq":{"usage":{"total_tokens":3}}} | {"choices":[],"x_groq":{"usage":{"total_tokens":3}},"usage":{"total_tokens":3}}
          mistral | {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},{"type":"text","text":"a"}]}}]} | {"choices":[{"delta":{"content":"a","reasoning_content":"t"}}]}
          minimax-thinking | {"choices":[{"delta":{"reasoning_details":[{"text":"t"}]}}]} | {"choices":[{"delta":{"reasoning_details":[{"text":"t"}],"reasoning_content":"t"}}]}
          """)
  void anAnswerIsChangedAsOthersGiveIt(String transform, String before, String after)
      throws IOException {
    byte[] answer = bytes(before);

    byte[] changed = Transforms.of(List.of(transform)).answer(answer, 0, answer.length);

    assertThat(JSON.readTree(Objects.requireNonNull(changed))).isEqualTo(JSON.readTree(after));
  }

  @Test
  void whatHasNothingToChangeStaysTheSameBytes() {
    byte[] body = bytes("{ \"model\" : \"gpt-4o\", \"max_tokens\":1.50 }");

    assertThat(Transforms.of(List.of("openai-reasoning")).request(body, "gpt-4o")).isSameAs(body);
    assertThat(Transforms.of(List.of("openrouter-reasoning")).request(body, "x")).isSameAs(body);
    assertThat(Transforms.of(List.of()).concern("gpt-4o")).isFalse();
    assertThat(Transforms.of(List.of("mistral")).answer(body, 0, body.length)).isNull();
  }

  @Test
  void whatIsNoObjectIsLeftAlone() {
    for (String odd : List.of("[]", "7", "", "{\"messages\":7}", "{\"messages\":[7,null]}")) {
      for (BodyTransform transform : Transforms.all()) {
        Transforms.of(List.of(transform.name())).request(bytes(odd), "gemma-3-mistral-small");
        Transforms.of(List.of(transform.name())).answer(bytes(odd), 0, odd.length());
      }
    }
  }

  @Test
  void idsOfMistralAreTheSameEachTime() {
    assertThat(Mistral.ownId("call_abc"))
        .matches("[a-zA-Z0-9]{9}")
        .isEqualTo(Mistral.ownId("call_abc"));
    assertThat(Mistral.ownId("call_abd")).isNotEqualTo(Mistral.ownId("call_abc"));
    assertThat(Mistral.ownId("D681PevKs")).isEqualTo("D681PevKs");
  }

  @Test
  void aCallAndItsResultKeepTheirTieAndTheResultGetsAName() throws IOException {
    byte[] changed =
        Transforms.of(List.of("mistral"))
            .request(
                bytes(
                    """
                    {"messages":[{"role":"assistant","tool_calls":[{"id":"call_1","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"call_1","content":"r"}]}"""),
                "mistral-large");
    var tree = JSON.readTree(changed);

    assertThat(tree.at("/messages/0/tool_calls/0/id"))
        .isEqualTo(tree.at("/messages/1/tool_call_id"));
    assertThat(tree.at("/messages/1/name").asText()).isEqualTo("f");
  }

  @Test
  void anUnknownNameIsComplainedOfWithNearOnes() {
    Provider provider = Provider.named("acme");
    provider.setBaseUrl("https://acme.example/v1");
    provider.setTransforms("mistrall");

    assertThat(provider.complaints())
        .singleElement()
        .asString()
        .contains("mistrall", "mistral", "openai-reasoning");
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
