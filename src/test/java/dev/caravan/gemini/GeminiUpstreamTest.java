package dev.caravan.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.upstream.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Google's API as a provider (providers.md 4.3), asked by its own clients and by others. */
class GeminiUpstreamTest {
  private static final String REQUEST =
      """
      {"contents":[{"role":"user","parts":[{"text":"h\\u00e9", "thoughtSignature" : "Ab-_"}]}],  "odd" : [1 ]}""";
  private static final String CHUNK =
      """
      {"candidates":[{"content":{"role":"model","parts":[{"text":"hi"}]},"index":0}],"usageMetadata":{"promptTokenCount":3},"modelVersion":"x"}""";
  private static final String LAST =
      """
      {"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"thoughtsTokenCount":4,"totalTokenCount":9}}""";
  private static final String QUOTA =
      """
      {"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generativelanguage.googleapis.com/generate_content_requests","quotaId":"GenerateRequestsPerMinutePerProjectPerModel","quotaValue":"5"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"7s"}]}}""";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final java.util.List<FakeUpstream> providers = new java.util.ArrayList<>();

  @AfterEach
  void closeProviders() throws IOException {
    for (FakeUpstream provider : providers) {
      provider.close();
    }
  }

  @Test
  void aClientOfTheSameDialectIsPassedThroughByteForByte() {
    FakeUpstream google =
        google(answering(CHUNK.replace("\"index\"", "\"finishReason\":\"STOP\",\"index\"")));

    ClientAnswer answer = post("/v1beta/models/gemini/gemini-2.5-flash:generateContent", REQUEST);
    var seen = google.received();

    assertThat(answer.body()).contains("\"modelVersion\":\"x\"");
    assertThat(seen.line())
        .isEqualTo("POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1");
    assertThat(seen.body()).isEqualTo(REQUEST);
    assertThat(seen.headers())
        .containsEntry("x-goog-api-key", "AIza-good-1")
        .doesNotContainKeys("authorization", "x-api-key");
  }

  @Test
  void aBareNameIsOneOfGooglesModels() {
    FakeUpstream google = google(streaming(CHUNK, LAST));

    ClientAnswer answer =
        post("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", REQUEST);

    assertThat(answer.body()).isEqualTo("data: " + CHUNK + "\n\ndata: " + LAST + "\n\n");
    assertThat(google.received().line())
        .isEqualTo("POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1");
    assertThat(google.connections()).isEqualTo(1);
  }

  @Test
  void anOpenAiClientIsTranslatedForIt() {
    FakeUpstream google = google(streaming(CHUNK, LAST));

    ClientAnswer answer =
        gateway.post(
            """
            {"model":"gemini/gemini-2.5-pro","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}""");
    var seen = google.received();

    assertThat(answer.body()).contains("\"content\":\"hi\"").endsWith("data: [DONE]\n\n");
    assertThat(answer.body()).contains("\"completion_tokens\":6");
    assertThat(seen.line()).contains("/gemini-2.5-pro:streamGenerateContent?alt=sse ");
    assertThat(seen.body()).startsWith("{\"contents\":[");
  }

  @Test
  void anAnswerThatSaysNothingIsAskedForAgain() {
    google(
        visit -> {
          for (var asked = visit.request(); asked != null; asked = visit.request()) {
            boolean blank = "AIza-good-1".equals(asked.headers().get("x-goog-api-key"));
            visit.stream().chunk("data: " + (blank ? LAST : CHUNK) + "\n\n");
            visit.chunk("data: " + LAST + "\n\n").endOfBody();
          }
        });

    ClientAnswer answer =
        post("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", REQUEST);

    assertThat(answer.body()).contains("\"text\":\"hi\"");
    assertThat(answer.header("X-Gateway-Attempts")).isNotEqualTo("1");
  }

  @Test
  void aRefusalForSafetyIsAnAnswer() {
    String blocked =
        "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":3}}";
    google(streaming(blocked));

    assertThat(
            post("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", REQUEST).body())
        .isEqualTo("data: " + blocked + "\n\n");
    assertThat(
            gateway
                .post(
                    """
                    {"model":"gemini/gemini-2.5-flash","stream":true,"messages":[{"role":"user","content":"hi"}]}""")
                .body())
        .contains("\"finish_reason\":\"content_filter\"");
  }

  @Test
  void aQuotaOfAMinuteSaysWhenToComeBack() {
    google(
        visit -> {
          while (visit.request() != null) {
            visit.send(
                "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\ncontent-length: "
                    + QUOTA.length()
                    + "\r\n\r\n"
                    + QUOTA);
          }
        });

    ClientAnswer answer = post("/v1beta/models/gemini-2.5-flash:generateContent", REQUEST);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("Retry-After")).isEqualTo("7"); // chance adds nothing below 10 s
  }

  @Test
  void anErrorBeforeTheFirstContentIsAnErrorAndNoStream() {
    google(streaming(QUOTA));

    ClientAnswer answer =
        post("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", REQUEST);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.text("/error/status")).isEqualTo("RESOURCE_EXHAUSTED");
  }

  @Test
  void aStreamWithoutAFinishReasonWasCut() {
    google(streaming(CHUNK));

    String body =
        post("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", REQUEST).body();

    assertThat(body).startsWith("data: " + CHUNK + "\n\ndata: {\"error\":{\"code\":502,");
  }

  private FakeUpstream google(FakeUpstream.Script script) {
    FakeUpstream provider = FakeUpstream.that(script);
    providers.add(provider);
    gateway
        .with("GLOBAL_TIMEOUT", "1")
        .with("GEMINI_API_BASE", "http://127.0.0.1:" + provider.port())
        .with("ROTATION_MODE_GEMINI", "sequential")
        .with("GEMINI_API_KEY_1", "AIza-good-1")
        .with("GEMINI_API_KEY_2", "AIza-good-2");
    return provider;
  }

  private static FakeUpstream.Script answering(String json) {
    return visit -> {
      while (visit.request() != null) {
        visit.send(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: "
                + json.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + json);
      }
    };
  }

  private static FakeUpstream.Script streaming(String... chunks) {
    return visit -> {
      while (visit.request() != null) {
        visit.stream();
        for (String chunk : chunks) {
          visit.chunk("data: " + chunk + "\n\n");
        }
        visit.endOfBody();
      }
    };
  }

  private ClientAnswer post(String path, String body) {
    return Client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
            .timeout(GatewayFixture.PATIENCE)
            .header("x-goog-api-key", GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
