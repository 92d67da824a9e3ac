package dev.caravan.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.Access;
import dev.caravan.call.Secret;
import dev.caravan.provider.transform.Transforms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of requests and answers, without a wire (providers.md 5, 6; 16, 46 to 54). */
class GoogleTransformsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Access ACCOUNT =
      new Access(
          new Secret("ya29.token", "fp-1"),
          Map.of(),
          null,
          Map.of("project", "p-9", "tier", "PRO"));
  private static final String ASKED =
      "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";

  @Test
  void theEnvelopeNamesTheProjectOfTheAccount() throws IOException {
    JsonNode sent = request("code-assist-envelope", "gemini-2.5-pro", ASKED, Map.of());

    assertThat(sent.path("project").asText()).isEqualTo("p-9");
    assertThat(sent.path("model").asText()).isEqualTo("gemini-2.5-pro");
    assertThat(sent.at("/request/contents")).isEqualTo(JSON.readTree(ASKED).path("contents"));
    assertThat(sent.fieldNames())
        .toIterable()
        .containsExactly("model", "project", "user_prompt_id", "request");
  }

  @Test
  void theEnvelopeOfAntigravityIsItsOwn() throws IOException {
    JsonNode sent = request("antigravity-envelope", "claude-opus-4.5", ASKED, Map.of());
    JsonNode picture =
        request("antigravity-envelope", "gemini-3-pro-image-preview", ASKED, Map.of());

    assertThat(sent.path("project").asText()).isEqualTo("p-9");
    assertThat(sent.path("model").asText()).isEqualTo("claude-opus-4-5-thinking");
    assertThat(sent.path("requestType").asText()).isEqualTo("agent");
    assertThat(sent.path("requestId").asText()).startsWith("agent-");
    assertThat(sent.at("/request/sessionId").asText()).matches("-\\d+");
    assertThat(sent.at("/request/safetySettings").isMissingNode()).isTrue();
    assertThat(picture.path("requestType").asText()).isEqualTo("image_gen");
    assertThat(picture.path("model").asText()).isEqualTo("gemini-3-pro-image");
    assertThat(picture.at("/request").has("sessionId")).isFalse();
    assertThat(sent.has("enabledCreditTypes")).as("nothing is spent unasked").isFalse();
    assertThat(
            request("antigravity-envelope", "claude-opus-4.5", ASKED, Map.of("useCredits", "true"))
                .at("/enabledCreditTypes/0")
                .asText())
        .isEqualTo("GOOGLE_ONE_AI");
  }

  @Test
  void anAnswerIsTakenOutOfItsEnvelopeAndOthersAreLeftAlone() {
    Transforms transforms = Transforms.of(List.of("code-assist", "code-assist-envelope"));

    assertThat(answer(transforms, "{\"traceId\":\"t\", \"response\" : {\"a\":[1 ]} }"))
        .isEqualTo("{\"a\":[1 ]}");
    assertThat(answer(transforms, "{\"candidates\":[]}")).isNull();
    assertThat(answer(transforms, "{\"error\":{\"code\":429}}")).isNull();
    assertThat(answer(transforms, "{\"response\":{\"candi")).isNull();
    assertThat(answer(transforms, "[]")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gemini-3-pro-preview | {"thinkingLevel":"low"}  | gemini-3-pro-low
          gemini-3-pro-preview | {"thinkingLevel":"high"} | gemini-3-pro-high
          gemini-2.5-flash     | {"thinkingBudget":3072}  | gemini-2.5-flash-thinking
          gemini-2.5-flash     | {"thinkingBudget":-1}    | gemini-2.5-flash
          claude-sonnet-4.5    | {"thinkingBudget":8192}  | claude-sonnet-4-5-thinking
          claude-sonnet-4-5    | {"thinkingBudget":0}     | claude-sonnet-4-5
          claude-opus-4-6      | {"thinkingBudget":0}     | claude-opus-4-6-thinking
          gpt-oss-120b-medium  | {}                       | gpt-oss-120b-medium
          """)
  void aModelOfAntigravityHasANameForEachWayToThink(String model, String thinking, String wanted)
      throws IOException {
    String asked =
        ASKED.replaceFirst("\\{", "{\"generationConfig\":{\"thinkingConfig\":" + thinking + "},");

    assertThat(request("antigravity-envelope", model, asked, Map.of()).path("model").asText())
        .isEqualTo(wanted);
  }

  @Test
  @DisplayName("providers.md 16, 53: thinking makes an answer longer or is cut")
  void thinkingMakesAnAnswerLongerOrIsCut() throws IOException {
    String asked =
        "{\"generationConfig\":{\"maxOutputTokens\":8000,\"thinkingConfig\":{\"thinkingBudget\":31999}}}";

    JsonNode longer = request("antigravity", "claude-opus-4.5", asked, Map.of());
    JsonNode cut =
        request("antigravity", "claude-opus-4.5", asked, Map.of("clampThinking", "true"));

    assertThat(longer.at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(33_023);
    assertThat(longer.at("/generationConfig/thinkingConfig/thinkingBudget").asInt())
        .isEqualTo(31_999);
    assertThat(cut.at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(8_000);
    assertThat(cut.at("/generationConfig/thinkingConfig/thinkingBudget").asInt()).isEqualTo(7_999);
    assertThat(
            request("antigravity", "claude-sonnet-4.5", "{}", Map.of())
                .at("/generationConfig/maxOutputTokens")
                .asInt())
        .isEqualTo(32_000);
    assertThat(
            request("antigravity", "gemini-3-flash", "{}", Map.of())
                .at("/generationConfig/temperature")
                .asDouble())
        .isEqualTo(1.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          claude-opus-4.5 ; {"anyOf":[{"const":"a"},{"const":"b"}],"description":"d"} ; {"type":"string","enum":["a","b"],"description":"d"}
          claude-opus-4.5 ; {"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]} ; {"type":"array","items":{"type":"string"},"description":"Accepts: string | array"}
          claude-opus-4.5 ; {"type":"object","properties":{"format":{"type":"string","format":"date","minLength":3}}} ; {"type":"object","properties":{"format":{"type":"string"}}}
          gemini-3-flash  ; {"type":"object","properties":{"format":{"type":"string","format":"date","title":"t"}}} ; {"type":"object","properties":{"format":{"type":"string","format":"date"}}}
          claude-opus-4.5 ; {"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"const":3}},"required":["b"]}]} ; {"type":"object","properties":{"a":{"type":"string"},"b":{"enum":[3],"type":"integer"}},"required":["a","b"]}
          claude-opus-4.5 ; {"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}} ; {"type":"object","properties":{"a":{"type":"string"}}}
          claude-opus-4.5 ; {"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{}} ; {"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true}
          gemini-3-flash  ; {"type":"object","properties":{"a":{"type":"integer","exclusiveMinimum":0,"minimum":0}},"$schema":"x"} ; {"type":"object","properties":{"a":{"type":"integer","minimum":0}}}
          """)
  @DisplayName("providers.md 16, 48, 49 and 50: schemas by family")
  void schemasAreWhatAntigravityTakesForTheFamily(String model, String schema, String wanted)
      throws IOException {
    String asked =
        "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{\"title\":\"x\",\"default\":1}}}]}],\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"parametersJsonSchema\":%s}]}]}"
            .formatted(schema);

    JsonNode sent = request("antigravity-tools", model, asked, Map.of());
    JsonNode function = sent.at("/tools/0/functionDeclarations/0");

    assertThat(function.path("parameters")).isEqualTo(JSON.readTree(wanted));
    assertThat(function.has("parametersJsonSchema")).isFalse();
    assertThat(sent.path("contents"))
        .as("arguments of the history are no schema")
        .isEqualTo(JSON.readTree(asked).path("contents"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          call:default_api:gemini3_read{path:"a",}               | read  | {"path":"a"}
          call:read{"path": 'it', "deep": {n: 3, ok: true}}      | read  | {"path":"it","deep":{"n":3,"ok":true}}
          call:default_api:write{path: notes.txt, mode: append}  | write | {"path":"notes.txt","mode":"append"}
          """)
  @DisplayName("providers.md 16, 54: a call that is nearly JSON")
  void aCallThatIsNearlyJsonIsACall(String said, String tool, String arguments) throws IOException {
    String event =
        "{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\",\"finishMessage\":%s}]}"
            .formatted(JSON.writeValueAsString("Malformed function call: " + said));

    JsonNode answer =
        JSON.readTree(
            Objects.requireNonNull(
                answer(Transforms.of(List.of("malformed-calls", "gemini3-tools")), event)));

    assertThat(answer.at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
    assertThat(answer.at("/candidates/0/content/parts/0/functionCall/name").asText())
        .isEqualTo(tool);
    assertThat(answer.at("/candidates/0/content/parts/0/functionCall/args"))
        .isEqualTo(JSON.readTree(arguments));
  }

  @Test
  void aCallThatNobodyCanReadStaysWhatItIs() {
    String event =
        "{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\",\"finishMessage\":\"Malformed function call: call:read{{{\"}]}";

    assertThat(answer(Transforms.of(List.of("malformed-calls")), event)).isNull();
  }

  @Test
  void aTurnOfClaudeWhoseThoughtsAreLostIsClosedAndOneThatHasThemGoesOn() throws IOException {
    String call =
        "{\"role\":\"model\",\"parts\":[%s{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{}}}]}";
    String asked = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]},%s]}";
    String thought = "{\"thought\":true,\"text\":\"t\",\"thoughtSignature\":\"s\"},";

    JsonNode lost =
        request("claude-turns", "claude-opus-4.5", asked.formatted(call.formatted("")), Map.of())
            .path("contents");
    JsonNode kept =
        request(
                "claude-turns",
                "claude-opus-4.5",
                asked.formatted(call.formatted(thought)),
                Map.of())
            .path("contents");
    JsonNode off =
        request(
                "claude-turns",
                "claude-sonnet-4.5",
                asked.formatted(call.formatted(thought)),
                Map.of())
            .path("contents");

    assertThat(lost).hasSize(5);
    assertThat(lost.at("/3/parts/0/text").asText()).isEqualTo("[Tool execution completed.]");
    assertThat(lost.at("/4/parts/0/text").asText()).isEqualTo("[Continue]");
    assertThat(kept).hasSize(3);
    assertThat(kept.at("/1/parts/0/thought").asBoolean()).isTrue();
    assertThat(off.at("/1/parts")).hasSize(1);
  }

  @Test
  void modelsAreToldToCallToolsSideBySideUnlessItIsSwitchedOff() throws IOException {
    String asked =
        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}]}";

    JsonNode told = request("tool-hints", "claude-opus-4.5", asked, Map.of());
    JsonNode off =
        request(
            "tool-hints",
            "claude-opus-4.5",
            asked,
            Map.of("parallelToolsClaude", "false", "interleavedThinking", "false"));

    assertThat(told.at("/systemInstruction/parts")).hasSize(2);
    assertThat(told.at("/contents/0/parts")).hasSize(2);
    assertThat(off).isEqualTo(JSON.readTree(asked));
  }

  private static JsonNode request(
      String transform, String model, String body, Map<String, String> options) throws IOException {
    byte[] before = body.getBytes(StandardCharsets.UTF_8);
    return JSON.readTree(
        Transforms.of(List.of(transform), options).request(before, model, ACCOUNT));
  }

  private static @org.jspecify.annotations.Nullable String answer(
      Transforms transforms, String body) {
    byte[] before = ("  " + body + " ").getBytes(StandardCharsets.UTF_8);
    byte[] after = transforms.answer(before, 2, before.length - 1);
    return after == null ? null : new String(after, StandardCharsets.UTF_8);
  }
}
