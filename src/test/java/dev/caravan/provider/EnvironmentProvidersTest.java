package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.caravan.provider.Definition.Source;
import dev.caravan.provider.Finding.Severity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProvidersTest {

  @Test
  @DisplayName("providers.md 16, 76: keys without a number go first")
  void keysTakeTurnsUnnumberedFirstThenByNumber() {
    EnvironmentProviders read =
        read("GEMINI_API_KEY_10", "c", "GEMINI_API_KEY_2", "b", "GEMINI_API_KEY", "a");

    assertThat(one(read).name()).isEqualTo("gemini");
    assertThat(one(read).keys()).extracting(ApiKey::value).containsExactly("a", "b", "c");
    assertThat(read.findings()).isEmpty();
  }

  @Test
  void blanksAndQuotesAroundAKeyAreNotPartOfIt() {
    EnvironmentProviders read = read("GROQ_API_KEY", "  \"gsk_1\" ", "GROQ_API_KEY_1", "'gsk_2'");

    assertThat(one(read).keys()).extracting(ApiKey::value).containsExactly("gsk_1", "gsk_2");
  }

  @Test
  @DisplayName("providers.md 16, 76; operations.md 23, 9: a key counts once")
  void aKeyThatStandsTwiceIsUsedOnceWithAWarning() {
    EnvironmentProviders read = read("GROQ_API_KEY", "same", "GROQ_API_KEY_2", "same");

    assertThat(one(read).keys()).extracting(ApiKey::variable).containsExactly("GROQ_API_KEY");
    assertThat(read.findings())
        .singleElement()
        .hasToString(
            "GROQ_API_KEY_2 holds the same key as GROQ_API_KEY; it is used once; remove one");
  }

  @ParameterizedTest
  @CsvSource({
    "'',is empty",
    "'  ',is empty",
    "YOUR_GROQ_KEY,holds a placeholder",
    "your-key,holds a placeholder",
    "two words,holds a blank or a line break inside"
  })
  void whatIsNoKeyIsPassedOverWithAWarning(String value, String problem) {
    EnvironmentProviders read = read("GROQ_API_KEY", value);

    assertThat(read.definitions()).isEmpty();
    assertThat(read.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.problem()).isEqualTo(problem))
        .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.WARNING));
  }

  @Test
  @DisplayName("providers.md 16, 69: names that vendors use mean their provider")
  void vendorsOwnNamesForAKeyCountLikeOurs() {
    EnvironmentProviders read =
        read("TOGETHERAI_API_KEY", "a", "TOGETHER_AI_API_KEY", "b", "TOGETHER_API_KEY_1", "c");

    assertThat(one(read).name()).isEqualTo("together_ai");
    assertThat(one(read).keys()).extracting(ApiKey::value).containsExactly("b", "a", "c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PROXY_API_KEY", "PROXY_API_KEY_2", "FOO_API_KEY_FILE", "API_KEY", "_API_KEY"})
  void someVariablesThatLookLikeAKeyAreNone(String variable) {
    EnvironmentProviders read = read(variable, "value");

    assertThat(read.definitions()).isEmpty();
    assertThat(read.findings()).isEmpty();
  }

  @Test
  void aKeyOfNobodyIsToldWithNearNames() {
    EnvironmentProviders read = read("GROK_API_KEY", "secret-value");

    assertThat(read.definitions()).isEmpty();
    assertThat(read.findings())
        .singleElement()
        .asString()
        .startsWith("GROK_API_KEY belongs to no known provider; set GROK_API_BASE to define one")
        .contains("groq")
        .doesNotContain("secret-value");
  }

  @Test
  void theKeyThatAnAccountHasFetchedIsNoProvidersOfItsOwn() {
    Map<String, String> environment = Map.of("IFLOW_1_API_KEY", "k", "IFLOW_1_ACCESS_TOKEN", "t");

    EnvironmentProviders read =
        EnvironmentProviders.read(environment, Catalogue.bundled(), List.of(), Set.of("iflow"));

    assertThat(read.findings()).isEmpty();
    assertThat(one(read).name()).isEqualTo("iflow");
    assertThat(one(read).keys()).isEmpty();
  }

  @Test
  void aKeyOfAProviderThatIsNotServedIsToldUntilItHasAnAddress() {
    EnvironmentProviders without = read("STABILITY_API_KEY", "k");
    EnvironmentProviders with =
        read("STABILITY_API_KEY", "k", "STABILITY_API_BASE", "http://stability/v1");

    assertThat(without.definitions()).isEmpty();
    assertThat(without.findings())
        .singleElement()
        .hasToString(
            "STABILITY_API_KEY is a key of stability, which speaks no dialect of ours;"
                + " set STABILITY_API_BASE if it has an OpenAI-like address");
    assertThat(one(with).keys()).hasSize(1);
    assertThat(with.findings()).isEmpty();
  }

  @Test
  void aNumberInTheMiddleIsNoNumberOfAKey() {
    assertThat(read("IFLOW_1_API_KEY", "k").definitions()).isEmpty();
  }

  @Test
  @DisplayName("providers.md 16, 72: the address of a known provider makes no other one")
  void aBaseUrlOfAKnownProviderIsReplaced() {
    EnvironmentProviders read = read("OPENAI_API_KEY", "k", "OPENAI_API_BASE", "http://proxy/v1/");

    assertThat(one(read).source()).isInstanceOf(Source.Listed.class);
    assertThat(one(read).provider().getBaseUrl()).isEqualTo("http://proxy/v1");
    assertThat(one(read).overrides().variables()).containsExactly("OPENAI_API_BASE");
  }

  @Test
  void anAddressOfAnUnknownNameDefinesAProvider() {
    EnvironmentProviders read = read("MYSERVER_API_BASE", "http://localhost:8000/v1/");

    Provider myserver = one(read).provider();
    assertThat(one(read).source()).isEqualTo(new Source.Custom("myserver"));
    assertThat(one(read).isAnonymous()).isTrue();
    assertThat(myserver.chatUrl()).contains("http://localhost:8000/v1/chat/completions");
    assertThat(myserver.requestHeaders(null)).isEmpty();
    assertThat(myserver.complaints()).isEmpty();
  }

  @Test
  void aCustomProviderHasKeysDialectHeadersAndModels() {
    EnvironmentProviders read =
        read(
            "ACME_API_BASE", "https://llm.acme.example",
            "ACME_API_KEY_2", "b",
            "ACME_API_KEY_1", "a",
            "ACME_API_DIALECT", "anthropic",
            "ACME_HEADERS", "{\"X-Team\":\"${TEAM}\"}",
            "TEAM", "blue \"1\"",
            "ACME_QUIRKS", "MT,TH",
            "ACME_MODELS", "{\"fast\":{\"id\":\"llama\"}}");

    Provider acme = one(read).provider();
    assertThat(read.findings()).isEmpty();
    assertThat(one(read).keys()).extracting(ApiKey::value).containsExactly("a", "b");
    assertThat(acme.chatUrl()).contains("https://llm.acme.example/v1/messages");
    assertThat(acme.requestHeaders(null)).containsEntry("X-Team", "blue \"1\"");
    assertThat(acme.model("fast").id()).isEqualTo("llama");
    assertThat(acme.has(Quirk.TH)).isTrue();
  }

  @Test
  void aHeaderCannotBeSmuggledInThroughAVariable() {
    EnvironmentProviders read =
        read(
            "ACME_API_BASE", "http://acme",
            "ACME_HEADERS", "X-Team: ${TEAM}",
            "TEAM", "blue\nX-Admin: yes");

    assertThat(one(read).provider().requestHeaders(null)).isEmpty();
    assertThat(read.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.problem()).contains("control characters"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"m1\"", "{\"a\":1}", "[1]"})
  void modelsThatCannotBeReadAreAnErrorThatNamesTheVariable(String models) {
    EnvironmentProviders read = read("ACME_API_BASE", "http://acme", "ACME_MODELS", models);

    assertThat(one(read).provider().staticModels()).isEmpty();
    assertThat(read.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.variable()).isEqualTo("ACME_MODELS"))
        .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.ERROR))
        .satisfies(f -> assertThat(f.remedy()).startsWith("legal: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"m1, m2", "[\"m1\",\"m2\"]", "{\"m1\":{},\"m2\":\"m2\"}"})
  void modelsAreWrittenInThreeForms(String models) {
    EnvironmentProviders read = read("ACME_API_BASE", "http://acme", "ACME_MODELS", models);

    assertThat(one(read).provider().staticModels())
        .extracting(ModelList.Model::name)
        .containsExactly("m1", "m2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROXY_API_BASE", "OAUTH_API_BASE", "GLOBAL_API_BASE"})
  void reservedNamesAreRefused(String variable) {
    EnvironmentProviders read = read(variable, "http://acme");

    assertThat(read.definitions()).isEmpty();
    assertThat(read.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.ERROR));
  }

  @Test
  void aProviderWithABadAddressIsNotCalledElsewhere() {
    EnvironmentProviders read = read("OPENAI_API_KEY", "k", "OPENAI_API_BASE", "localhost:8000");

    assertThat(read.definitions()).isEmpty();
    assertThat(read.findings())
        .singleElement()
        .asString()
        .isEqualTo(
            "OPENAI_API_BASE is not an http(s) URL with a host; openai is not served until then;"
                + " legal: http(s)://host[:port][/path]");
  }

  @Test
  void anAddressWithAGapIsFilledFromTheEnvironment() {
    EnvironmentProviders filled =
        read("CLOUDFLARE_API_KEY", "k", "CLOUDFLARE_ACCOUNT_ID", "abc123");
    EnvironmentProviders missing = read("CLOUDFLARE_API_KEY", "k");

    assertThat(one(filled).provider().getBaseUrl())
        .isEqualTo("https://api.cloudflare.com/client/v4/accounts/abc123/ai/v1");
    assertThat(missing.definitions()).isEmpty();
    assertThat(missing.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.variable()).isEqualTo("CLOUDFLARE_ACCOUNT_ID"));
  }

  @Test
  void azuresAddressIsTheBeginningOfItsBaseUrl() {
    EnvironmentProviders read =
        read("AZURE_API_KEY", "k", "AZURE_API_BASE", "https://me.openai.azure.com/");

    assertThat(one(read).provider().chatUrl())
        .contains("https://me.openai.azure.com/openai/v1/chat/completions");
  }

  @Test
  void anAddressWithoutAKeyIsToldOfARemoteProvider() {
    EnvironmentProviders read = read("GROQ_API_BASE", "http://proxy/v1");

    assertThat(read.definitions()).isEmpty();
    assertThat(read.findings())
        .singleElement()
        .hasToString(
            "GROQ_API_BASE gives groq an address, but there is no key of it; set GROQ_API_KEY");
  }

  @Test
  void rotationAndLimitsAreReadAndTheLimitOfTheModeBeatsTheOther() {
    EnvironmentProviders read =
        read(
            "GROQ_API_KEY", "k",
            "ROTATION_MODE_GROQ", "Sequential",
            "MAX_CONCURRENT_REQUESTS_PER_KEY_GROQ", "8",
            "MAX_CONCURRENT_REQUESTS_PER_KEY_GROQ_SEQUENTIAL", "1_000",
            "MAX_CONCURRENT_REQUESTS_PER_KEY_GROQ_BALANCED", "5",
            "OPTIMAL_CONCURRENT_REQUESTS_PER_KEY_GROQ", "2",
            "ROTATION_TOLERANCE", "0.5",
            "IGNORE_MODELS_GROQ", "*-preview, whisper*",
            "WHITELIST_MODELS_GROQ", "x-preview",
            "QUOTA_GROUPS_GROQ_BIG_ONES", "llama-70b,gpt-oss-120b");

    Provider groq = one(read).provider();
    assertThat(read.findings()).isEmpty();
    assertThat(groq.getRotation()).isEqualTo("sequential");
    assertThat(groq.getMaxConcurrent()).isEqualTo(1_000);
    assertThat(groq.softLimit()).isEqualTo(2);
    assertThat(groq.getTolerance()).isEqualTo(0.5);
    assertThat(groq.filter().allows("groq", "whisper-large")).isFalse();
    assertThat(groq.filter().allows("groq", "x-preview")).isTrue();
    assertThat(groq.quotaGroupOf("llama-70b")).contains("big_ones");
  }

  @Test
  void anEmptyListRemovesAQuotaGroup() {
    EnvironmentProviders read =
        read("CHUTES_API_KEY", "k", "QUOTA_GROUPS_CHUTES_CHUTES_GLOBAL", "");

    assertThat(one(read).provider().getQuotaGroups()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ROTATION_MODE_GROQ,roundrobin,'known: balanced, sequential'",
    "MAX_CONCURRENT_REQUESTS_PER_KEY_GROQ,lots,'legal: 1 and more, 0 or less for no limit'",
    "ROTATION_TOLERANCE,-1,legal: 0 and more",
    "GROQ_QUIRKS,XX,'known: MT, NP, NS, STR, TH'",
  })
  void aValueThatCannotBeReadIsPassedOverWithItsLegalRange(
      String variable, String value, String remedy) {
    EnvironmentProviders read = read("GROQ_API_KEY", "k", variable, value);

    assertThat(one(read).overrides().changes()).isEmpty();
    assertThat(read.findings())
        .singleElement()
        .satisfies(f -> assertThat(f.variable()).isEqualTo(variable))
        .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.WARNING))
        .satisfies(f -> assertThat(f.remedy()).isEqualTo(remedy));
  }

  @Test
  void aSettingOfNobodyIsTold() {
    EnvironmentProviders read = read("ROTATION_MODE_GROK", "balanced");

    assertThat(read.findings())
        .singleElement()
        .asString()
        .startsWith("ROTATION_MODE_GROK ends in the name of no provider")
        .contains("groq");
  }

  @Test
  void aDeclaredProviderTakesThePlaceOfTheCataloguesAndTheEnvironmentBeatsIt() {
    Provider declared = Provider.named("groq");
    declared.setBaseUrl("http://here/v1");
    declared.setKeyVariables("TEAM_KEY");
    declared.setRotation("sequential");

    EnvironmentProviders read =
        EnvironmentProviders.read(
            Map.of("TEAM_KEY_1", "k", "ROTATION_MODE_GROQ", "balanced"),
            Catalogue.bundled(),
            List.of(declared));

    assertThat(one(read).source()).isEqualTo(new Source.Declared(declared));
    assertThat(one(read).keys()).extracting(ApiKey::variable).containsExactly("TEAM_KEY_1");
    assertThat(one(read).provider()).isSameAs(declared);
    assertThat(declared.getRotation()).isEqualTo("balanced");
  }

  @Test
  void aProviderOfLoginsIsNotMadeACustomOneByItsAddress() {
    assertThat(read("OPENAI_CODEX_API_BASE", "https://chatgpt.example").definitions()).isEmpty();
  }

  @Test
  void noKeyIsPrinted() {
    EnvironmentProviders read =
        read("GROQ_API_KEY", "canary-1", "GROQ_API_KEY_1", "canary-1", "GHOST_API_KEY", "canary-2");

    assertThat(read.toString()).doesNotContain("canary");
  }

  @Property
  void noEnvironmentMakesItThrow(
      @ForAll("names") String name, @ForAll String value, @ForAll("names") String other) {
    Map<String, String> environment = new TreeMap<>();
    environment.put(other, value);
    environment.put(name, value);
    environment.put("ACME_API_BASE", "http://acme");

    assertThatCode(
            () ->
                EnvironmentProviders.read(environment, Catalogue.bundled(), List.of())
                    .definitions()
                    .forEach(d -> d.provider().complaints()))
        .doesNotThrowAnyException();
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(
        "ACME_API_KEY",
        "ACME_API_BASE",
        "ACME_MODELS",
        "ACME_HEADERS",
        "ACME_API_DIALECT",
        "ACME_QUIRKS",
        "ACME_PARAMS_RENAME",
        "ACME_PARAMS_DROP",
        "ACME_PROXY_URL",
        "ROTATION_MODE_ACME",
        "ROTATION_TOLERANCE_ACME",
        "MAX_CONCURRENT_REQUESTS_PER_KEY_ACME",
        "IGNORE_MODELS_ACME",
        "QUOTA_GROUPS_ACME_PRO",
        "_API_KEY_1",
        "_API_BASE",
        "QUOTA_GROUPS_",
        "AZURE_API_BASE",
        "ROTATION_MODE_");
  }

  private static EnvironmentProviders read(String... namesAndValues) {
    Map<String, String> environment = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return EnvironmentProviders.read(environment, Catalogue.bundled(), List.of());
  }

  private static Definition one(EnvironmentProviders read) {
    assertThat(read.definitions()).hasSize(1);
    return read.definitions().getFirst();
  }
}
