package dev.caravan.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.upstream.FakeUpstream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code GET /v1/models} in its forms, filters, and what providers do to it (http-api.md 11). */
class ModelsSurfaceTest {
  private static final String TABLED =
      "{\"gpt-4o\":{\"id\":\"gpt-4o\"},\"fast\":{\"id\":\"gpt-4o-mini\"}}";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private static String json(String body) {
    return page("200 OK", "application/json", body);
  }

  private static String page(String status, String type, String body) {
    return "HTTP/1.1 %s\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(status, type, body.getBytes(UTF_8).length, body);
  }

  private static List<String> ids(ClientAnswer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    answer.json().path("data").forEach(model -> ids.add(model.path("id").asText()));
    return ids;
  }

  private ClientAnswer get(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
            .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return Client.send(request.build());
  }

  @Test
  void modelsComeWithPricesContextAndAbilities() {
    gateway.withKeys("sk-good-1").with("ACME_MODELS", TABLED).with("ACME_COST", "table");

    JsonNode card = get("/v1/models/acme/fast").json();

    assertThat(card.path("id").asText()).isEqualTo("acme/fast");
    assertThat(card.path("owned_by").asText()).isEqualTo("acme");
    assertThat(card.path("context_length").asInt()).isEqualTo(128_000);
    assertThat(card.at("/pricing/prompt").decimalValue()).isEqualByComparingTo("0.00000015");
    assertThat(card.path("input_cost_per_token").decimalValue()).isEqualByComparingTo("0.00000015");
    assertThat(card.at("/capabilities/function_calling").asBoolean()).isTrue();
    assertThat(card.at("/architecture/input_modalities/0").asText()).isEqualTo("text");
    assertThat(card.path("_match_type").asText()).isEqualTo("fuzzy");
    assertThat(card.at("/_sources/0").asText()).isEqualTo("snapshot:fuzzy:openai/gpt-4o-mini");
  }

  @Test
  @DisplayName("http-api.md 19, 65: a card is found under the vendor's name in the tables")
  void aCardIsFoundUnderTheVendorsNameInTheTables() {
    gateway
        .withProvider("gemini", "AIza-good-1")
        .with("GEMINI_API_BASE", gateway.mockAddress())
        .with("GEMINI_MODELS", "gemini-2.5-pro");

    JsonNode card = get("/v1/models/gemini/gemini-2.5-pro").json();

    assertThat(card.path("owned_by").asText()).isEqualTo("gemini");
    assertThat(card.path("_match_type").asText()).isEqualTo("alias");
    assertThat(card.at("/_sources/0").asText()).isEqualTo("snapshot:alias:google/gemini-2.5-pro");
  }

  @Test
  @DisplayName("http-api.md 19, 64: before anything was fetched the snapshot tells")
  void beforeAnythingWasFetchedTheSnapshotTells() {
    gateway
        .withKeys("sk-good-1")
        .with("ACME_MODELS", "{\"fast\":{\"id\":\"gpt-4o-mini\"},\"nobodys-model-0\":{}}");

    JsonNode models = get("/v1/models").json().path("data");

    assertThat(get("/v1/model-info/stats").json().path("openrouter_count").asInt()).isZero();
    assertThat(models.path(0).path("context_length").asInt()).isEqualTo(128_000);
    assertThat(models)
        .filteredOn(model -> model.path("id").asText().equals("acme/nobodys-model-0"))
        .as("a model that nobody knows has a card too")
        .hasSize(1);
  }

  @Test
  @DisplayName("http-api.md 19, 9: the list is only read")
  void theListIsOnlyRead() {
    ClientAnswer answer = gateway.client().call("POST", "/v1/models");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void aPlainListHasFourFieldsThatStayTheSameBetweenCalls() {
    gateway.withKeys("sk-good-1").with("ACME_MODELS", TABLED);

    ClientAnswer first = get("/v1/models?enriched=false");
    ClientAnswer second = get("/v1/models?enriched=false");

    assertThat(first.body()).isEqualTo(second.body());
    first
        .json()
        .path("data")
        .forEach(
            model ->
                assertThat(model.properties())
                    .extracting(java.util.Map.Entry::getKey)
                    .containsExactly("id", "object", "created", "owned_by"));
  }

  @Test
  void aServerOfOnesOwnHasFactsButNoPrices() {
    gateway.withKeys("sk-good-1").with("ACME_MODELS", TABLED);

    JsonNode card = get("/v1/models/acme/gpt-4o").json();

    assertThat(card.has("pricing")).isFalse();
    assertThat(card.path("context_length").asInt()).isEqualTo(128_000);
  }

  @Test
  void anAliasHasTheFactsOfItsFirstTarget() {
    gateway
        .withKeys("sk-good-1")
        .with("ACME_MODELS", TABLED)
        .with("MODEL_ALIASES", "{\"quick\":\"acme/fast\"}");

    JsonNode card = get("/v1/models/quick").json();

    assertThat(card.path("owned_by").asText()).isEqualTo("caravan");
    assertThat(card.path("context_length").asInt()).isEqualTo(128_000);
  }

  @Test
  void filtersHoldForTheListAndForCalls() {
    gateway
        .withKeys("sk-good-1")
        .with("IGNORE_MODELS_ACME", "mock-*")
        .with("WHITELIST_MODELS_ACME", "mock-1");

    assertThat(ids(get("/v1/models"))).containsExactly("acme/mock-1");
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    ClientAnswer refused = gateway.ask("acme/mock-tool");

    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.code()).isEqualTo("model_not_found");
    assertThat(refused.message()).contains("filtered out").contains("did you mean acme/mock-1");
    assertThat(get("/v1/models/acme/mock-tool").status()).isEqualTo(404);
    assertThat(gateway.mock().stats().ofModel("mock-tool")).isZero();
  }

  @Test
  void anAnthropicClientIsRefusedAFilteredModelInItsOwnWords() {
    gateway.withKeys("sk-good-1").with("IGNORE_MODELS_ACME", "mock-1");

    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/messages"))
            .header("x-api-key", GatewayFixture.CLIENT_KEY)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"acme/mock-1\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
            .build();
    ClientAnswer refused = Client.send(request);

    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.text("/type")).isEqualTo("error");
    assertThat(refused.text("/error/type")).isEqualTo("not_found_error");
  }

  @Test
  void filtersCanBeLeftToTheList() {
    gateway
        .withKeys("sk-good-1")
        .with("IGNORE_MODELS_ACME", "*")
        .with("ENFORCE_MODEL_FILTERS", "false");

    assertThat(ids(get("/v1/models"))).isEmpty();
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void aFilterThatHidesEverythingIsToldOf() {
    gateway.withKeys("sk-good-1").with("IGNORE_MODELS_ACME", "*");

    assertThat(ids(get("/v1/models"))).isEmpty();
    JsonNode provider = provider("acme");

    assertThat(provider.path("models").asInt()).isZero();
    assertThat(provider.path("models_hidden").asInt()).isPositive();
    assertThat(gateway.logged())
        .anyMatch(line -> line.contains("acme") && line.contains("IGNORE_MODELS_ACME"));
  }

  private JsonNode provider(String name) {
    for (JsonNode provider : get("/v1/providers?detail=true").json()) {
      if (provider.path("name").asText().equals(name)) {
        return provider;
      }
    }
    throw new AssertionError("no provider " + name);
  }

  @Test
  void aProviderThatIsDownOrTalksNonsenseHidesNothingOfTheOthers() throws IOException {
    String many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "{\"id\":\"many-" + i + "\"}")
            .collect(Collectors.joining(",", "{\"data\":[", "]}"));
    try (FakeUpstream html =
            FakeUpstream.answering(page("200 OK", "text/html", "<html>log in</html>"));
        FakeUpstream broken = FakeUpstream.answering(json("{\"data\":[{\"id\":"));
        FakeUpstream large = FakeUpstream.answering(json(many))) {
      gateway
          .withKeys("sk-good-1")
          .with("HTML_API_BASE", html.baseUrl())
          .with("BROKEN_API_BASE", broken.baseUrl())
          .with("LARGE_API_BASE", large.baseUrl())
          .with("DOWN_API_BASE", "http://127.0.0.1:1/v1")
          .with("DOWN_MODELS", "known");

      List<String> ids = ids(get("/v1/models"));

      assertThat(ids).contains("acme/mock-1", "down/known", "large/many-9999");
      assertThat(ids).noneMatch(id -> id.startsWith("html/") || id.startsWith("broken/"));
      assertThat(provider("html").path("models_error").asText()).contains("web page");
      assertThat(provider("broken").path("models_error").asText()).contains("not JSON");
      assertThat(provider("down").path("models_error").asText()).contains("connection is refused");
      assertThat(provider("acme").has("models_error")).isFalse();
    }
  }

  @Test
  void aProviderThatNeverAnswersIsWaitedForOnceAndNotLong() throws IOException {
    try (FakeUpstream silent = FakeUpstream.that(visit -> visit.request())) {
      gateway.withKeys("sk-good-1").with("SILENT_API_BASE", silent.baseUrl());

      assertThat(ids(get("/v1/models"))).contains("acme/mock-1");
      assertThat(ids(get("/v1/models"))).contains("acme/mock-1");
    }
  }

  @Test
  void aListIsKeptOnDiskForTheNextStart() throws IOException {
    gateway.withKeys("sk-good-1");
    assertThat(ids(get("/v1/models"))).contains("acme/mock-1");
    Path file = gateway.home().resolve("cache/models/acme.json");
    Eventually.holds("the list is on disk", () -> Files.exists(file));
    Files.writeString(file, Files.readString(file).replace("\"mock-1\"", "\"from-disk\""));

    gateway.restart();

    assertThat(ids(get("/v1/models"))).contains("acme/from-disk").doesNotContain("acme/mock-1");
    assertThat(Files.readString(file)).doesNotContain("sk-good-1");
  }

  @Test
  void aDamagedFileOfAListCostsAQuestionAndNoMore() throws IOException {
    Path file = gateway.home().resolve("cache/models/acme.json");
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, "{\"url\":");
    gateway.withKeys("sk-good-1");

    assertThat(ids(get("/v1/models"))).contains("acme/mock-1");
  }

  @Test
  void aClientThatHasTheListAlreadyGetsNoSecondOne() {
    gateway.withKeys("sk-good-1").with("ACME_MODELS", TABLED);
    ClientAnswer first = get("/v1/models");
    String tag = first.header("etag");

    ClientAnswer again = get("/v1/models", "If-None-Match", tag);
    ClientAnswer other = get("/v1/models", "If-None-Match", "\"another\"");

    assertThat(tag).isNotEmpty();
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(other.status()).isEqualTo(200);
    assertThat(get("/v1/models?enriched=false").header("etag")).isNotEqualTo(tag);
  }

  @Test
  void theListIsPackedForClientsThatWantThat() throws Exception {
    gateway.withKeys("sk-good-1").with("ACME_MODELS", TABLED);
    String plain = get("/v1/models").body();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> packed =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/models"))
                  .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
                  .header("accept-encoding", "br, gzip")
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());

      assertThat(packed.headers().firstValue("content-encoding")).contains("gzip");
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
        assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo(plain);
      }
    }
  }

  @Test
  void anAnthropicClientGetsPagesInItsForm() {
    gateway
        .withKeys("sk-good-1")
        .with("ACME_MODELS", "m1,m2,m3")
        .with("IGNORE_MODELS_ACME", "mock-*");
    String[] version = {"anthropic-version", "2023-06-01"};

    JsonNode first = get("/v1/models?limit=2", version).json();
    JsonNode second = get("/v1/models?limit=2&after_id=acme/m2", version).json();
    JsonNode before = get("/v1/models?limit=1&before_id=acme/m2", version).json();

    assertThat(first.at("/data/0/type").asText()).isEqualTo("model");
    assertThat(first.path("has_more").asBoolean()).isTrue();
    assertThat(first.path("last_id").asText()).isEqualTo("acme/m2");
    assertThat(second.at("/data/0/id").asText()).isEqualTo("acme/m3");
    assertThat(second.path("has_more").asBoolean()).isFalse();
    assertThat(before.at("/data/0/id").asText()).isEqualTo("acme/m1");
    assertThat(get("/v1/models?limit=0", version).status()).isEqualTo(400);
    assertThat(get("/v1/models?after_id=nobody", version).status()).isEqualTo(400);
  }

  @Test
  void providersAreNamedAndToldOfInDetail() {
    gateway.withKeys("sk-good-1", "sk-good-2");

    ClientAnswer names = get("/v1/providers");
    JsonNode acme = provider("acme");

    assertThat(names.json()).anyMatch(name -> name.asText().equals("groq"));
    assertThat(acme.path("configured").asBoolean()).isTrue();
    assertThat(acme.path("credentials").asInt()).isEqualTo(2);
    assertThat(acme.path("available").asInt()).isEqualTo(2);
    assertThat(acme.path("models").asInt()).isPositive();
    assertThat(acme.path("source").asText()).isEqualTo("env");
    assertThat(provider("groq").path("configured").asBoolean()).isFalse();
    assertThat(get("/v1/providers?detail=true").body()).doesNotContain("sk-good");
  }

  @Test
  void theSourcesOfFactsAreTold() {
    gateway.withKeys("sk-good-1");

    JsonNode stats = get("/v1/model-info/stats").json();

    assertThat(stats.path("ready").asBoolean()).isTrue();
    assertThat(stats.path("refresh_interval").asInt()).isEqualTo(21_600);
    assertThat(stats.at("/sources/0/name").asText()).isEqualTo("snapshot");
    assertThat(stats.at("/sources/0/count").asInt()).isGreaterThan(2_000);
  }
}
