package dev.caravan.mock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mock speaks Gemini's dialect too, by the same drills. */
class GeminiModeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @RegisterExtension static final MockServer SERVER = new MockServer();

  @Test
  void aPlainAnswerSaysWhatItWasAsked() throws Exception {
    JsonNode answer = JSON.readTree(post("mock-echo:generateContent", "sk-1").body());

    assertThat(answer.at("/candidates/0/content/parts/0/text").asText()).isEqualTo("hello you");
    assertThat(answer.at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
    assertThat(answer.at("/usageMetadata/promptTokenCount").asInt()).isEqualTo(20);
  }

  @Test
  void aStreamIsOneOfEventsOrAnArray() throws Exception {
    var events = post("mock-3x0ms:streamGenerateContent?alt=sse", "sk-1");
    var array = post("mock-3x0ms:streamGenerateContent", "sk-1");

    assertThat(events.body().split("\r\n\r\n")).hasSize(4).allMatch(e -> e.startsWith("data: {"));
    assertThat(JSON.readTree(array.body())).hasSize(4);
  }

  @Test
  void thoughtsComeFirstAndOnlyTheFirstCallIsSigned() throws Exception {
    JsonNode parts =
        JSON.readTree(post("mock-think2-tool2:generateContent", "sk-1").body())
            .at("/candidates/0/content/parts");

    assertThat(parts.at("/0/thought").asBoolean()).isTrue();
    assertThat(parts.at("/1/functionCall/name").asText()).isEqualTo("look");
    assertThat(parts.at("/1").has("thoughtSignature")).isTrue();
    assertThat(parts.at("/2").has("thoughtSignature")).isFalse();
  }

  @Test
  void errorsAreGoogles() throws Exception {
    var limited = post("mock-1:generateContent", "sk-rl7-1");
    var refused = post("mock-1:generateContent", "sk-bad-1");

    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(JSON.readTree(limited.body()).at("/error/status").asText())
        .isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(JSON.readTree(refused.body()).at("/error/status").asText())
        .isEqualTo("UNAUTHENTICATED");
  }

  private HttpResponse<String> post(String what, String key) throws Exception {
    String body =
        """
        {"contents":[{"parts":[{"text":"hello you"}]}],"tools":[{"functionDeclarations":[{"name":"look"}]}]}\
        """;
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(SERVER.mock().baseUrl() + "beta/models/" + what))
            .header("x-goog-api-key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
