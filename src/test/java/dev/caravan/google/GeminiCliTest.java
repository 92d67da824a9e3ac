package dev.caravan.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.route.QuotaReading;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Google's Code Assist as a provider (providers.md 5; 16, 45 to 52), from clients of each dialect.
 */
class GeminiCliTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Model, effort, and what it becomes. */
  private static final String EFFORTS =
      """
      gemini-3-pro-preview    medium   thinkingLevel   high
      gemini-3-flash-preview  none     thinkingLevel   minimal
      gemini-3-flash-preview  -        thinkingLevel   high
      gemini-3.1-pro-preview  medium   thinkingLevel   medium
      gemini-2.5-pro          high     thinkingBudget  32768
      gemini-2.5-pro          medium   thinkingBudget  16384
      gemini-2.5-pro          none     thinkingBudget  128
      gemini-2.5-flash        low      thinkingBudget  6144
      gemini-2.5-flash        minimal  thinkingBudget  3072
      gemini-2.5-flash        none     thinkingBudget  0
      gemini-2.5-flash-lite   -        thinkingBudget  -1""";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final GoogleProvider google = new GoogleProvider(gateway, "gemini_cli");

  @Test
  void clientsOfEachDialectGetTheirToolCall() throws IOException {
    google.live("sk-good-1");

    for (String dialect : GoogleProvider.DIALECTS) {
      for (boolean stream : new boolean[] {false, true}) {
        ClientAnswer answer = google.callOfATool(dialect, "gemini-3-pro-tool", "ping", stream);
        JsonNode sent = last();

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
            .as(dialect)
            .contains("ping")
            .contains("Paris")
            .doesNotContain("gemini3_")
            .doesNotContain("traceId");
        assertThat(path()).isEqualTo("/v1internal:streamGenerateContent?alt=sse");
        assertThat(sent.path("model").asText()).isEqualTo("gemini-3-pro-tool");
        assertThat(sent.path("user_prompt_id").asText()).matches("[0-9a-f]{14}");
        assertThat(sent.at("/request/session_id").asText())
            .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(sent.at("/request/tools/0/functionDeclarations/0/name").asText())
            .isEqualTo("gemini3_ping");
        assertThat(sent.at("/request/contents/0/parts/0/text").asText()).isEqualTo("hi");
      }
    }
  }

  @Test
  void clientsOfEachDialectGetTextAndThoughtsInStreams() {
    google.live("sk-good-1");

    for (String dialect : GoogleProvider.DIALECTS) {
      ClientAnswer answer = google.question(dialect, "gemini-2.5-flash-think", true);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body())
          .as(dialect)
          .contains("token 1 ")
          .contains("thought 1 ")
          .doesNotContain("traceId");
    }
  }

  @Test
  void anAccountsProjectIsFoundOnceAndNamedInItsCalls() throws IOException {
    google.accounts("ya29.fresh");

    for (String dialect : GoogleProvider.DIALECTS) {
      ClientAnswer answer = google.callOfATool(dialect, "gemini-3-pro-tool", "ping", true);

      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).as(dialect).contains("Paris").doesNotContain("gemini3_");
      assertThat(last().path("project").asText()).isEqualTo("mock-project");
    }
    assertThat(gateway.mock().requests())
        .filteredOn(request -> request.path().endsWith(":loadCodeAssist"))
        .hasSize(1);
    assertThat(gateway.mock().requests())
        .filteredOn(request -> request.path().contains("enerateContent"))
        .allSatisfy(
            request ->
                assertThat(request.header("authorization")).containsExactly("Bearer ya29.fresh"));
  }

  @Test
  void anAccountThatGoogleDoesNotServeMakesWayForOneThatItServes() throws IOException {
    google.accounts("ya29.nojoin", "ya29.paid");

    ClientAnswer answer = google.question("chat", "gemini-2.5-pro", false);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(google.calls())
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.header("authorization")).containsExactly("Bearer ya29.paid"));
    assertThat(gateway.mock().requests())
        .noneMatch(request -> request.path().endsWith(":onboardUser"));
  }

  @Test
  void tokensAreCountedHereSinceGoogleIsAskedInAnotherWay() {
    google.live("sk-good-1");

    ClientAnswer count =
        google.post(
            "/v1beta/models/gemini_cli/gemini-2.5-pro:countTokens",
            "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"one two three\"}]}]}");

    assertThat(count.status()).isEqualTo(200);
    assertThat(count.json().path("totalTokens").asInt()).isBetween(2, 19);
    assertThat(gateway.mock().requests()).noneMatch(r -> r.path().contains("countTokens"));
  }

  @Test
  void whatAClientDoesNotSayIsSaidForIt() throws IOException {
    google.live("sk-good-1");

    google.question("chat", "gemini-2.5-pro", false);
    JsonNode usual = last().path("request");
    gateway.post(
        """
        {"model":"gemini_cli/gemini-2.5-pro","max_tokens":7,"temperature":0.5,"stop":["x"],"seed":3,"messages":[{"role":"user","content":"hi"}]}""");
    JsonNode said = last().path("request");

    assertThat(usual.at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(64_000);
    assertThat(usual.at("/generationConfig/temperature").asInt()).isEqualTo(1);
    assertThat(usual.path("safetySettings")).hasSize(5);
    assertThat(usual.at("/safetySettings/4/threshold").asText()).isEqualTo("BLOCK_NONE");
    assertThat(said.at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(7);
    assertThat(said.at("/generationConfig/temperature").asDouble()).isEqualTo(0.5);
    assertThat(said.at("/generationConfig/stopSequences/0").asText()).isEqualTo("x");
    assertThat(said.at("/generationConfig/seed").asInt()).isEqualTo(3);
  }

  @Test
  void turnsOfOneConversationShareASession() throws IOException {
    google.live("sk-good-1");
    String turns =
        """
        {"model":"gemini_cli/gemini-2.5-pro","messages":[{"role":"user","content":"%s"}%s]}""";

    gateway.post(turns.formatted("first", ""));
    String first = session();
    gateway.post(
        turns.formatted(
            "first",
            ",{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}"));
    String second = session();
    gateway.post(turns.formatted("other", ""));

    assertThat(second).isEqualTo(first);
    assertThat(session()).isNotEqualTo(first);
  }

  private String session() throws IOException {
    return last().at("/request/session_id").asText();
  }

  @Test
  @DisplayName("providers.md 16, 45: an effort is a level or a budget")
  void anEffortIsALevelOrABudget() throws IOException {
    google.live("sk-good-1");

    for (String one : EFFORTS.lines().toList()) {
      String[] words = one.strip().split("\\s+");
      String asked = words[1].equals("-") ? "" : "\"reasoning_effort\":\"" + words[1] + "\",";
      gateway.post(
          """
          {"model":"gemini_cli/%s",%s"messages":[{"role":"user","content":"hi"}]}"""
              .formatted(words[0], asked));

      assertThat(last().at("/request/generationConfig/thinkingConfig").path(words[2]).asText())
          .as(one)
          .isEqualTo(words[3]);
    }
  }

  @Test
  @DisplayName("providers.md 16, 46: a function without parameters is confirmed")
  void aFunctionWithoutParametersIsConfirmedAndTheClientSeesNothingOfIt() throws IOException {
    google.live("sk-good-1");
    String asked =
        """
        {"model":"gemini_cli/gemini-2.5-flash-act","messages":[{"role":"user","content":"call ping %s"}],
         "tools":[{"type":"function","function":{"name":"ping","parameters":{"type":"object","properties":{}}}}]}""";
    String arguments = "/choices/0/message/tool_calls/0/function/arguments";

    ClientAnswer alone = gateway.post(asked.formatted("{\\\"_confirm\\\":\\\"yes\\\"}"));
    JsonNode schema = last().at("/request/tools/0/functionDeclarations/0/parametersJsonSchema");
    ClientAnswer beside =
        gateway.post(asked.formatted("{\\\"_confirm\\\":\\\"yes\\\",\\\"path\\\":\\\"a\\\"}"));

    assertThat(schema.at("/required/0").asText()).isEqualTo("_confirm");
    assertThat(schema.at("/properties/_confirm/type").asText()).isEqualTo("string");
    assertThat(alone.text(arguments)).isEqualTo("{}");
    assertThat(JSON.readTree(beside.text(arguments)))
        .isEqualTo(JSON.readTree("{\"_confirm\":\"yes\",\"path\":\"a\"}"));
  }

  @Test
  @DisplayName("providers.md 16, 47: schemas in Google's way")
  void schemasAreSaidInGooglesWay() throws IOException {
    google.live("sk-good-1");

    gateway.post(
        """
        {"model":"gemini_cli/gemini-3-pro-preview","messages":[{"role":"user","content":"hi"}],
         "tool_choice":{"type":"function","function":{"name":"read"}},
         "tools":[{"type":"function","function":{"name":"read","description":"Reads.","strict":true,"parameters":{"type":"object",
          "properties":{"path":{"type":["string","null"],"strict":true},"at":{"$ref":"#/$defs/place"},"how":{"enum":["a","b"]},"all":{"type":"array","items":{"type":"string"}}},
          "required":["path"],"$defs":{"place":{"type":"object","properties":{"line":{"type":"integer"}}}}}}}]}""");
    JsonNode request = last().path("request");
    JsonNode function = request.at("/tools/0/functionDeclarations/0");
    JsonNode schema = function.path("parametersJsonSchema");

    assertThat(schema.at("/properties/path"))
        .isEqualTo(JSON.readTree("{\"type\":\"string\",\"nullable\":true}"));
    assertThat(schema.at("/properties/at"))
        .isEqualTo(
            JSON.readTree(
                "{\"type\":\"object\",\"properties\":{\"line\":{\"type\":\"integer\"}},\"additionalProperties\":false}"));
    assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    assertThat(schema.has("$defs")).isFalse();
    assertThat(function.path("name").asText()).isEqualTo("gemini3_read");
    assertThat(function.path("description").asText())
        .startsWith("Reads.")
        .contains(
            "path (string, REQUIRED), at (object{line: integer}), how (string ENUM['a', 'b']), all (ARRAY_OF_STRING)");
    assertThat(request.at("/toolConfig/functionCallingConfig/mode").asText()).isEqualTo("ANY");
    assertThat(request.at("/toolConfig/functionCallingConfig/allowedFunctionNames/0").asText())
        .isEqualTo("gemini3_read");
    assertThat(request.at("/systemInstruction/parts/0/text").asText()).contains("schemas");
  }

  @Test
  void whatIsDoneToToolsCanBeSetAndSwitchedOff() throws IOException {
    google.live("sk-good-1");
    gateway
        .with("GEMINI_CLI_GEMINI3_TOOL_PREFIX", "my_")
        .with("GEMINI_CLI_GEMINI3_STRICT_SCHEMA", "false")
        .with("GEMINI_CLI_GEMINI3_SYSTEM_INSTRUCTION", "");

    ClientAnswer answer = google.callOfATool("chat", "gemini-3-pro-tool", "ping", false);
    JsonNode request = last().path("request");

    assertThat(answer.text("/choices/0/message/tool_calls/0/function/name")).isEqualTo("ping");
    assertThat(request.at("/tools/0/functionDeclarations/0/name").asText()).isEqualTo("my_ping");
    assertThat(request.toString()).doesNotContain("additionalProperties");
    assertThat(request.has("systemInstruction")).isFalse();
  }

  @Test
  @DisplayName("providers.md 16, 52: the first of parallel calls without a signature")
  void theFirstOfParallelCallsWithoutASignatureSaysSo() throws IOException {
    google.live("sk-good-1");

    gateway.post(
        history(
            "gemini-3-pro-preview",
            ",{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"1\"},{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"2\"}"));
    JsonNode calls = last().at("/request/contents/1/parts");

    assertThat(calls.at("/0/thoughtSignature").asText())
        .isEqualTo("skip_thought_signature_validator");
    assertThat(calls.path(1).has("thoughtSignature")).isFalse();
    assertThat(calls.at("/0/functionCall/name").asText()).isEqualTo("gemini3_read");
    assertThat(last().at("/request/contents/2/parts/0/functionResponse/name").asText())
        .isEqualTo("gemini3_read");
  }

  @Test
  @DisplayName("providers.md 16, 51: a result under another id")
  void aResultUnderAnotherIdIsThatOfTheCallWithoutOne() throws IOException {
    google.live("sk-good-1");

    gateway.post(
        history(
            "gemini-3-pro-preview",
            ",{\"role\":\"tool\",\"tool_call_id\":\"zzz\",\"content\":\"found\"}"));
    JsonNode results = last().at("/request/contents/2/parts");

    assertThat(results).hasSize(2);
    assertThat(results.at("/0/functionResponse/id").asText()).isEqualTo("c1");
    assertThat(results.at("/0/functionResponse/name").asText()).isEqualTo("gemini3_read");
    assertThat(results.at("/0/functionResponse/response/result").asText()).isEqualTo("found");
    assertThat(results.at("/1/functionResponse/id").asText()).isEqualTo("c2");
    assertThat(results.at("/1/functionResponse/response/recovered").asBoolean()).isTrue();
  }

  private static String history(String model, String results) {
    return """
        {"model":"gemini_cli/%s","messages":[{"role":"user","content":"hi"},
         {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"read","arguments":"{}"}},{"id":"c2","type":"function","function":{"name":"write","arguments":"not json"}}]}%s],
         "tools":[{"type":"function","function":{"name":"read","parameters":{"type":"object","properties":{"p":{"type":"string"}}}}},{"type":"function","function":{"name":"write","parameters":{"type":"object","properties":{"p":{"type":"string"}}}}}]}"""
        .formatted(model, results);
  }

  @Test
  void aLimitSaysInItsDetailsWhenToComeBack() {
    google.live("sk-rl70-1");

    ClientAnswer answer = google.question("chat", "gemini-2.5-pro", true);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(70, 90);
  }

  @Test
  void aNameForAChainOfModelsGoesOnWhereOneIsLimited() throws IOException {
    google.live("sk-good-1");
    gateway.with(
        "MODEL_ALIASES",
        "{\"gemini-pro\":[\"gemini_cli/gemini-3-pro-preview-rl70\",\"gemini_cli/gemini-2.5-pro\"]}");

    assertThat(gateway.ask("gemini-pro").status()).isEqualTo(200);
    assertThat(last().path("model").asText()).isEqualTo("gemini-2.5-pro");
  }

  @Test
  @DisplayName("providers.md 16, 26: a group rests as a whole")
  void aGroupRestsAsAWhole() {
    google.live("sk-rl562476-1");

    assertThat(google.question("chat", "gemini-2.5-pro", true).status()).isEqualTo(429);
    assertThat(google.question("chat", "gemini-3-pro-preview", true).status()).isEqualTo(429);
    assertThat(google.calls()).as("the other model is not asked for").hasSize(1);
    assertThat(gateway.pool("gemini_cli").credentials().getFirst().cooldowns())
        .isNotEmpty()
        .allSatisfy(c -> assertThat(c.cooldown().scope()).contains("pro"));
  }

  @Test
  void aModelWithoutCapacityIsAskedAtAnotherAccount() {
    google.live("sk-503-1", "sk-good-2");

    ClientAnswer answer = google.question("chat", "gemini-2.5-pro", true);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("token 1 ");
  }

  @Test
  void anErrorInsideAStreamAndACutOneAreTold() {
    google.live("sk-err2-1");

    String body = google.question("chat", "gemini-2.5-pro", true).body();

    assertThat(body).contains("token 1 ").contains("\"error\"").doesNotContain("[DONE]");
  }

  @Test
  void aModelWhoseQuotaIsGoneIsNotAskedForAndOthersAre() {
    google.live("ya29.spent");
    QuotaReading reading = gateway.quotaReading();

    reading.readDue();
    Eventually.holds(
        "the model rests", () -> google.question("chat", "gemini-2.5-pro", false).status() == 429);
    int calls = google.calls().size();

    assertThat(google.question("chat", "gemini-3-pro-preview", false).status()).isEqualTo(429);
    assertThat(google.calls()).as("none was sent").hasSize(calls);
    assertThat(google.question("chat", "gemini-2.5-flash", false).status()).isEqualTo(200);
    assertThat(gateway.mock().requests())
        .filteredOn(request -> request.path().endsWith(":retrieveUserQuota"))
        .first()
        .satisfies(request -> assertThat(request.method()).isEqualTo("POST"))
        .satisfies(request -> assertThat(request.text()).isEqualTo("{}"))
        .satisfies(
            request ->
                assertThat(request.header("authorization")).containsExactly("Bearer ya29.spent"))
        .satisfies(
            request ->
                assertThat(request.header("user-agent"))
                    .allMatch(agent -> agent.startsWith("caravan")));
  }

  private JsonNode last() throws IOException {
    List<ReceivedRequest> all = google.calls();
    return JSON.readTree(all.getLast().text());
  }

  private String path() {
    return google.calls().getLast().path();
  }
}
