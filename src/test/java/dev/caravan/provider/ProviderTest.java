package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Secret;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderTest {

  private static final Secret KEY = new Secret("s3cret", "k3f9a1");

  @Test
  void aNameAndAnAddressAreEnough() {
    Provider acme = acme();

    assertThat(acme.complaints()).isEmpty();
    assertThat(acme.chatUrl()).contains("https://llm.acme.example/v1/chat/completions");
    assertThat(acme.modelsUrl()).contains("https://llm.acme.example/v1/models");
    assertThat(acme.requestHeaders(KEY))
        .containsExactly(Map.entry("Authorization", "Bearer s3cret"));
    assertThat(acme.getRotation()).isEqualTo("balanced");
    assertThat(acme.getDisplayName()).isEqualTo("acme");
  }

  @Test
  void aDialectBringsItsOwnPathsAndHeaders() {
    Provider claude = acme();
    claude.setDialect("anthropic");

    assertThat(claude.chatUrl()).contains("https://llm.acme.example/v1/v1/messages");
    assertThat(claude.embeddingsUrl()).isEmpty();
    assertThat(claude.requestHeaders(KEY))
        .containsOnly(
            Map.entry("anthropic-version", "2023-06-01"), Map.entry("x-api-key", "s3cret"));
    assertThat(claude.routeTemplate()).isEqualTo("anthropic");
  }

  @Test
  void whatADefinitionSaysBeatsItsDialect() {
    Provider claude = acme();
    claude.setDialect("anthropic");
    claude.setAuthHeader("Authorization");
    claude.setAuthScheme("Bearer");
    claude.setHeaders("anthropic-version: 2099-01-01");

    assertThat(claude.requestHeaders(KEY))
        .containsOnly(
            Map.entry("anthropic-version", "2099-01-01"),
            Map.entry("Authorization", "Bearer s3cret"));
  }

  @Test
  void aHeaderMayCarryTheCredentialAndIsLeftOutWithoutOne() {
    Provider acme = acme();
    acme.setHeaders("api-subscription-key: ${credential}\nX-Title: caravan\n");

    assertThat(acme.requestHeaders(KEY)).containsEntry("api-subscription-key", "s3cret");
    assertThat(acme.requestHeaders(null)).containsExactly(Map.entry("X-Title", "caravan"));
  }

  @Test
  void aBaseThatEndsInTheChatPathIsUsedAsItIs() {
    Provider acme = acme();
    acme.setBaseUrl("https://llm.acme.example/v1/chat/completions/");

    assertThat(acme.chatUrl()).contains("https://llm.acme.example/v1/chat/completions");
    assertThat(acme.modelsUrl()).contains("https://llm.acme.example/v1/models");
  }

  @Test
  void anEmptyPathMeansThatThereIsNoSuchThing() {
    Provider acme = acme();
    acme.setModelsPath("");

    assertThat(acme.modelsUrl()).isEmpty();
    assertThat(acme.complaints()).isEmpty();
  }

  @Test
  void modelsHaveIdsAndOptionsOfTheirOwn() {
    Provider acme = acme();
    acme.setModels(
        "{\"fast\":{\"id\":\"llama-3.1-8b\",\"options\":{\"temperature\":0.1}},\"plain\":{}}");

    assertThat(acme.model("fast"))
        .isEqualTo(new ModelList.Model("fast", "llama-3.1-8b", Map.of("temperature", 0.1)));
    assertThat(acme.model("vendor/fast").id()).isEqualTo("llama-3.1-8b");
    assertThat(acme.model("plain").id()).isEqualTo("plain");
    assertThat(acme.model("other/one").id()).isEqualTo("other/one");
  }

  @Test
  void theSoftLimitFollowsTheRotationUnlessItIsSet() {
    Provider acme = acme();

    assertThat(acme.softLimit()).isEqualTo(1);
    acme.setRotation("sequential");
    assertThat(acme.softLimit()).isEqualTo(-1);
    acme.setOptimalConcurrent(4);
    assertThat(acme.softLimit()).isEqualTo(4);
  }

  @Test
  void timesAreReadExactly() {
    Provider acme = acme();
    acme.setConnectTimeout("1500ms");
    acme.setReadTimeout("2m");

    assertThat(acme.connectPatience()).contains(Duration.ofMillis(1500));
    assertThat(acme.readPatience()).contains(Duration.ofMinutes(2));
  }

  @Test
  void everyMistakeIsToldAtOnce() {
    Provider acme = acme();
    acme.setBaseUrl("ftp://acme.example");
    acme.setDialect("openai-chta");
    acme.setRotation("roundrobin");
    acme.setQuirks("MT,XX");
    acme.setModels("[1]");
    acme.setHeaders("no colon here");
    acme.setTolerance(-1);
    acme.setChatPath("chat");
    acme.setConnectTimeout("soon");
    acme.setProxyUrl("gopher://user:s3cret@proxy");

    assertThat(acme.complaints())
        .contains(
            "rotation \"roundrobin\" is not a mode; known: balanced, sequential",
            "dialect \"openai-chta\" is not a dialect; known: openai-chat, openai-responses,"
                + " anthropic, gemini; near: openai-chat",
            "baseUrl \"ftp://acme.example\" is not an http(s) URL with a host",
            "quirk \"XX\" is not known; known: MT, NP, NS, STR, TH",
            "tolerance -1.0 is not 0 or more",
            "chatPath \"chat\" does not start with a slash or holds a blank",
            "connectTimeout \"soon\" is not a duration such as 30, 1500ms or 2m",
            "proxyUrl is not a proxy URL with a host")
        .anySatisfy(c -> assertThat(c).startsWith("models holds something that is not a name"))
        .anySatisfy(c -> assertThat(c).startsWith("headers have no colon in line 1"))
        .hasSize(10)
        .noneSatisfy(c -> assertThat(c).contains("s3cret"));
  }

  @Test
  void aQuotaGroupWithoutModelsIsTakenForAListWithoutQuotes() {
    Provider acme = acme();
    Map<String, String> groups = new java.util.LinkedHashMap<>();
    groups.put("pro", "acme-large");
    groups.put("acme-xl", "");
    acme.setQuotaGroups(groups);

    assertThat(acme.complaints())
        .singleElement()
        .asString()
        .startsWith("quota group \"acme-xl\" names no models; in a YAML flow map quote the list");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8000/v1,true",
    "http://10.0.0.7,true",
    "https://[::1]:8443/v1,true",
    "${ACME_API_BASE}/v1,true",
    "https://${REGION}.acme.example/v1,true",
    "llm.acme.example/v1,false",
    "https://,false",
    "https://user:s3cret@acme.example,false",
    "https://acme.example/v1?key=1,false",
    "https://ac me.example,false",
  })
  void aBaseUrlIsAWebAddressWithoutPasswordAndQuery(String url, boolean good) {
    Provider acme = acme();
    acme.setBaseUrl(url);

    assertThat(acme.complaints().isEmpty()).isEqualTo(good);
    assertThat(acme.complaints()).noneSatisfy(c -> assertThat(c).contains("s3cret"));
  }

  @Test
  void aProviderPrintsItsNameAlone() {
    Provider acme = acme();
    acme.setHeaders("X-Key: s3cret");

    assertThat(acme).hasToString("acme");
  }

  private static Provider acme() {
    Provider acme = Provider.named("acme");
    acme.setBaseUrl("https://llm.acme.example/v1/");
    return acme;
  }
}
