package dev.caravan.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The paths of Google's API, as its clients ask them (http-api.md 9, clients.md). */
class GeminiSurfaceTest {
  private static final String HELLO = "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aModelBehindSlashesIsFoundUpToTheLastColon() {
    ClientAnswer answer = post("/v1beta/models/acme/mock-echo:generateContent", HELLO);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.text("/candidates/0/content/parts/0/text")).isEqualTo("hello");
    assertThat(answer.text("/candidates/0/finishReason")).isEqualTo("STOP");
    assertThat(answer.text("/modelVersion")).isEqualTo("acme/mock-echo");
    assertThat(answer.json().at("/usageMetadata/promptTokenCount").asInt()).isEqualTo(20);
    assertThat(answer.header("X-Gateway-Provider")).isEqualTo("acme");
  }

  @Test
  void theStablePathAndAnEncodedSlashAreTheSame() {
    assertThat(post("/v1/models/acme%2Fmock-echo:generateContent", HELLO).status()).isEqualTo(200);
  }

  @Test
  void aStreamIsOneOfEventsWhenAskedFor() {
    ClientAnswer answer =
        post("/v1beta/models/acme/mock-3x0ms:streamGenerateContent?alt=sse", HELLO);

    assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
    assertThat(answer.body().split("\n\n")).hasSize(4).allMatch(e -> e.startsWith("data: {"));
  }

  @Test
  void aStreamIsAnArrayOtherwise() {
    ClientAnswer answer = post("/v1beta/models/acme/mock-3x0ms:streamGenerateContent", HELLO);

    assertThat(answer.header("Content-Type")).startsWith("application/json");
    assertThat(answer.json()).hasSize(4);
    assertThat(answer.text("/0/candidates/0/content/parts/0/text")).isEqualTo("token 1 ");
    assertThat(answer.text("/3/candidates/0/finishReason")).isEqualTo("STOP");
  }

  @Test
  void aSettingMakesItOneOfEvents() {
    gateway.with("GEMINI_DEFAULT_ALT", "sse");

    ClientAnswer answer = post("/v1beta/models/acme/mock-3x0ms:streamGenerateContent", HELLO);

    assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
  }

  @Test
  void anArrayOfAStreamThatBreaksEndsWithTheError() {
    gateway.withKeys("sk-drop2-1");

    ClientAnswer answer = post("/v1beta/models/acme/mock-9x0ms:streamGenerateContent", HELLO);

    assertThat(answer.json()).hasSize(3);
    assertThat(answer.text("/2/error/status")).isEqualTo("INTERNAL");
    assertThat(answer.body()).doesNotContain("finishReason");
  }

  @Test
  void silenceIsBrokenByBlankLinesBecauseCommentsAreErrorsToSomeClients() {
    gateway.with("STREAM_KEEPALIVE_SECONDS", "0.05");

    ClientAnswer answer =
        post("/v1beta/models/acme/mock-ttft300-2x0ms:streamGenerateContent?alt=sse", HELLO);

    assertThat(answer.body()).startsWith("\n").doesNotContain(": keep-alive");
    assertThat(answer.body().strip().split("\n\n")).hasSize(3);
  }

  @Test
  void theKeyMayStandInAnyHeaderAndInTheQuery() {
    String path = "/v1beta/models/acme/mock-1:generateContent";
    int port = gateway.gateway().port();

    assertThat(post(path + "?key=" + GatewayFixture.CLIENT_KEY, HELLO, "", "").status())
        .isEqualTo(200);
    assertThat(post(path, HELLO, "x-api-key", GatewayFixture.CLIENT_KEY).status()).isEqualTo(200);
    assertThat(post(path + "?key=wrong", HELLO, "x-goog-api-key", GatewayFixture.CLIENT_KEY))
        .returns(200, ClientAnswer::status);
    assertThat(new Client(port, GatewayFixture.CLIENT_KEY).call("GET", "/v1beta/models").status())
        .isEqualTo(200);
  }

  @Test
  void aSettingTakesTheKeyInTheQueryAway() {
    gateway.with("AUTH_QUERY_KEY", "false");
    String path = "/v1beta/models/acme/mock-1:generateContent?key=" + GatewayFixture.CLIENT_KEY;

    assertThat(post(path, HELLO, "", "").status()).isEqualTo(401);
  }

  @Test
  void aWrongKeyIsRefusedInGooglesWords() {
    for (String path :
        new String[] {
          "/v1beta/models/acme/mock-1:generateContent", "/v1/models/acme/mock-1:countTokens"
        }) {
      ClientAnswer answer = post(path, HELLO, "x-goog-api-key", "gk-wrong");

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().at("/error/code").asInt()).isEqualTo(401);
      assertThat(answer.text("/error/status")).isEqualTo("UNAUTHENTICATED");
      assertThat(answer.message()).contains("x-goog-api-key is wrong");
      assertThat(answer.header("WWW-Authenticate")).isNotEmpty();
    }
  }

  @Test
  void whatIsNotThereIsSaidInGooglesWords() {
    assertThat(post("/v1beta/models/acme/mock-1:sing", HELLO).text("/error/status"))
        .isEqualTo("NOT_FOUND");
    assertThat(post("/v1beta/models/nobody/x:generateContent", HELLO).text("/error/status"))
        .isEqualTo("NOT_FOUND");
    assertThat(post("/v1beta/models/acme/mock-1:generateContent", "{").text("/error/status"))
        .isEqualTo("INVALID_ARGUMENT");
    assertThat(post("/v1beta/models/acme/mock-1:generateContent", "{}").message())
        .contains("\"contents\" is missing");
    assertThat(post("/v1/models", HELLO))
        .returns(405, ClientAnswer::status)
        .returns("GET, HEAD", answer -> answer.header("Allow"));
  }

  @Test
  void limitsOfAllCredentialsSayWhenToComeBack() {
    gateway.withKeys("sk-rl7-1").with("GLOBAL_TIMEOUT", "1"); // chance adds nothing below 10 s

    ClientAnswer answer = post("/v1beta/models/acme/mock-1:generateContent", HELLO);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.text("/error/status")).isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(answer.text("/error/details/0/@type")).endsWith("google.rpc.RetryInfo");
    assertThat(answer.text("/error/details/0/retryDelay")).isEqualTo("7s");
  }

  @Test
  void modelsAreListedInGooglesFormForGooglesClients() {
    JsonNode beta = get("/v1beta/models").json();
    JsonNode stable = get("/v1/models").json();
    JsonNode page = get("/v1beta/models?pageSize=1").json();

    assertThat(beta.at("/models/0/name").asText()).startsWith("models/acme/");
    assertThat(beta.at("/models/0/supportedGenerationMethods/0").asText())
        .isEqualTo("generateContent");
    assertThat(stable.has("models")).isTrue();
    assertThat(page.path("models")).hasSize(1);
    assertThat(get("/v1beta/models?pageToken=" + page.path("nextPageToken").asText()).json())
        .isNotEqualTo(page);
    assertThat(get("/v1beta/models/acme/mock-1").text("/name")).isEqualTo("models/acme/mock-1");
    assertThat(get("/v1beta/models/acme/mock-0").text("/error/status")).isEqualTo("NOT_FOUND");
    assertThat(gateway.client().get("/v1/models").json().has("data")).isTrue();
  }

  @Test
  void tokensAreCountedHere() {
    ClientAnswer answer = post("/v1beta/models/acme/mock-1:countTokens", HELLO);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("totalTokens").asInt()).isPositive();
    assertThat(answer.header("X-Gateway-Count")).isEqualTo("estimate");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  private ClientAnswer post(String path, String body) {
    return post(path, body, "x-goog-api-key", GatewayFixture.CLIENT_KEY);
  }

  private ClientAnswer post(String path, String body, String header, String value) {
    HttpRequest.Builder request = to(path).POST(HttpRequest.BodyPublishers.ofString(body));
    return Client.send((header.isEmpty() ? request : request.header(header, value)).build());
  }

  private ClientAnswer get(String path) {
    return Client.send(to(path).header("x-goog-api-key", GatewayFixture.CLIENT_KEY).build());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
        .timeout(GatewayFixture.PATIENCE);
  }
}
