package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people read of {@code caravan models} and {@code caravan providers}. */
class ModelsPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODELS =
      """
      [{"id":"groq/llama-3.1-8b-instant","owned_by":"groq","context_length":131072,"max_completion_tokens":8192,"mode":"chat",
        "pricing":{"prompt":0.00000005,"completion":0.00000008},"capabilities":{"function_calling":true,"vision":false}},
       {"id":"openai/gpt-4o","owned_by":"openai","context_length":128000,"max_completion_tokens":16384,"mode":"chat",
        "pricing":{"prompt":0.0000025,"completion":0.00001,"cached_input":0.00000125},"capabilities":{"function_calling":true,"vision":true}},
       {"id":"openrouter/x:free","owned_by":"openrouter","pricing":{"prompt":0,"completion":0}},
       {"id":"mock/mock-1","owned_by":"mock"},
       {"id":"openai/text-embedding-3-small","owned_by":"openai","mode":"embedding","pricing":{"prompt":0.00000002,"completion":0}}]
      """;
  private static final String PROVIDERS =
      """
      [{"name":"acme","dialects":["openai-chat"],"configured":true,"credentials":2,"available":1,"models":0,"models_hidden":7,"source":"env","key_variable":"ACME_API_KEY"},
       {"name":"down","dialects":["anthropic"],"configured":true,"credentials":1,"available":0,"models":3,"models_error":"it was refused with 401","source":"template"},
       {"name":"groq","dialects":["openai-chat"],"configured":false,"credentials":0,"available":0,"models":0,"source":"builtin","key_variable":"GROQ_API_KEY"}]
      """;

  private static JsonNode tree(String json) throws Exception {
    return JSON.readTree(json);
  }

  @Test
  void aModelIsALineWithPricesForAMillionTokens() throws Exception {
    List<JsonNode> models = new ArrayList<>();
    tree(MODELS).forEach(models::add);

    assertThat(new ModelsPage(false).lines(models, 9))
        .containsExactly(
            "model                          context  output  $ in/M  $ out/M  $ cached/M  can",
            "groq/llama-3.1-8b-instant         131k    8.2k    0.05     0.08           -  tools",
            "openai/gpt-4o                     128k     16k    2.50    10.00        1.25  tools sees",
            "openrouter/x:free                                 free     free           -",
            "mock/mock-1                                          -        -           -",
            "openai/text-embedding-3-small                     0.02     free           -  embedding",
            "",
            "5 of 9 models");
  }

  @Test
  void aFilterIsAPartOfTheNameOrAPattern() {
    assertThat(ModelsCommand.fits("gpt", "openai/GPT-4o")).isTrue();
    assertThat(ModelsCommand.fits("groq/*", "groq/llama")).isTrue();
    assertThat(ModelsCommand.fits("llama*", "groq/llama")).isTrue();
    assertThat(ModelsCommand.fits("gpt-?", "openai/gpt-4o")).isFalse();
  }

  @Test
  void aProviderIsALineWithWhatIsWrong() throws Exception {
    List<String> lines = new ProvidersPage(false).lines(tree(PROVIDERS), false);

    assertThat(lines)
        .containsExactly(
            "provider  dialect      keys  usable  models  from",
            "acme      openai-chat     2       1       0  env       7 hidden by filters",
            "down      anthropic       1       0       3  template  its model list: it was refused with 401",
            "",
            "1 more need but a key: caravan providers list --all");
    assertThat(new ProvidersPage(false).lines(tree(PROVIDERS), true))
        .contains("groq             GROQ_API_KEY");
  }

  @Test
  void theCheapestChatModelIsAsked() throws Exception {
    assertThat(ProviderVerdict.cheapest(tree(MODELS))).isEqualTo("openrouter/x:free");
    assertThat(ProviderVerdict.cheapest(tree("[{\"id\":\"a/embed-1\"},{\"id\":\"a/m\"}]")))
        .isEqualTo("a/m");
    assertThat(ProviderVerdict.cheapest(tree("[]"))).isNull();
  }

  @Test
  void aVerdictSaysWhatToDo() throws Exception {
    assertThat(verdict(200, "{}", "1").line(false))
        .isEqualTo("good  acme: acme/m answers in 12 ms");
    assertThat(verdict(200, "{}", "2").line(false))
        .contains("after 2 attempts")
        .contains("caravan quota acme");
    assertThat(
            verdict(
                    502,
                    "{\"error\":{\"code\":\"upstream_credentials_rejected\",\"message\":\"no\"}}",
                    "1")
                .line(false))
        .startsWith("BAD   acme: acme/m refuses its keys: no\n      put a good one");
    assertThat(
            verdict(
                    429,
                    "{\"error\":{\"code\":\"all_credentials_limited\",\"message\":\"m\"}}",
                    "1")
                .line(false))
        .contains("limited")
        .contains("in 7 s");
    assertThat(verdict(418, "tea", "1").line(false)).contains("answered 418: tea");
    assertThat(tree(verdict(418, "tea", "1").json()).path("good").asBoolean()).isFalse();
  }

  @Test
  void aProviderWithoutModelsSaysWhyInItsVerdict() throws Exception {
    String form =
        "{\"key_variable\":\"ACME_API_KEY\",\"models_hidden\":%d,\"models_error\":\"%s\"}";

    assertThat(without(form.formatted(0, "it was refused with 401")))
        .contains("refuses its keys")
        .contains("ACME_API_KEY");
    assertThat(without(form.formatted(0, "it was refused with 429"))).contains("limited");
    assertThat(without(form.formatted(0, "the connection is refused")))
        .contains("cannot be reached");
    assertThat(without(form.formatted(4, ""))).contains("hide all of its 4 models");
    assertThat(without(form.formatted(0, ""))).contains("lists no model");
  }

  private static String without(String provider) throws Exception {
    return ProviderVerdict.withoutModel(tree(provider), "acme").line(false);
  }

  private static ProviderVerdict verdict(int status, String body, String attempts)
      throws Exception {
    JsonNode json = body.startsWith("{") ? tree(body) : JSON.missingNode();
    return ProviderVerdict.of(
        "acme",
        "acme/m",
        12,
        new GatewayClient.Answer(status, Optional.of("7"), Optional.of(attempts), json, body));
  }
}
