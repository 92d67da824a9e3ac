package dev.caravan.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.Content;
import com.google.genai.types.FinishReason;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Google's SDK for Java at the gateway, as its users write it, before a provider that speaks OpenAI
 * chat ({@code acme}) and one that speaks Gemini ({@code goog}).
 */
class GoogleSdkTest {
  private static final String FOX = "The quick brown fox jumps over the lazy dog. ";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final List<Client> clients = new ArrayList<>();

  @BeforeEach
  void twoProviders() {
    keys("sk-good-1");
  }

  private void keys(String... keys) {
    gateway.withKeys(keys).withProvider("goog", keys).with("GOOG_API_DIALECT", "gemini");
  }

  @AfterEach
  void closeClients() {
    clients.forEach(Client::close);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "goog"})
  void aTextIsAnsweredPlainAndStreamed(String provider) {
    GenerateContentResponse plain = ask(provider + "/mock-len90", "hello");
    GenerateContentResponse echo = ask(provider + "/mock-echo", "Grüß Gott ☃ \"𝄞\"\n");
    List<GenerateContentResponse> stream = stream(provider + "/mock-20x0ms", null, "hello");

    assertThat(plain.text()).isEqualTo(FOX + FOX);
    assertThat(plain.finishReason().knownEnum()).isEqualTo(FinishReason.Known.STOP);
    assertThat(plain.usageMetadata().orElseThrow().promptTokenCount()).contains(20);
    assertThat(echo.text()).isEqualTo("Grüß Gott ☃ \"𝄞\"\n");
    assertThat(textOf(stream)).startsWith("token 1 token 2 ").endsWith("token 20 ");
    assertThat(stream.getLast().usageMetadata().orElseThrow().candidatesTokenCount()).contains(20);
    assertThat(stream.getLast().finishReason().knownEnum()).isEqualTo(FinishReason.Known.STOP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "goog"})
  void parallelToolsAreCalledAndTheirResultsAnswered(String provider) {
    String model = provider + "/mock-tool2";
    List<GenerateContentResponse> streamed = stream(model, tools(), "Weather?");
    GenerateContentResponse call = client().models.generateContent(model, "Weather?", tools());
    List<FunctionCall> calls = call.functionCalls();
    GenerateContentResponse answer =
        client().models.generateContent(model, turn(call, calls), tools());

    assertThat(callsOf(streamed)).containsExactly("lookup_weather Paris", "lookup_weather Paris");
    assertThat(calls).hasSize(2);
    assertThat(calls.getFirst().args().orElseThrow()).containsEntry("city", "Paris");
    assertThat(answer.text()).startsWith(FOX);
  }

  private static List<Content> turn(GenerateContentResponse call, List<FunctionCall> calls) {
    Part[] results =
        calls.stream()
            .map(c -> Part.fromFunctionResponse(c.name().orElseThrow(), Map.of("result", "12 C")))
            .toArray(Part[]::new);
    return List.of(
        Content.builder().role("user").parts(Part.fromText("Weather?")).build(),
        call.candidates().orElseThrow().getFirst().content().orElseThrow(),
        Content.builder().role("user").parts(results).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "goog"})
  void thoughtsAreShownBesideTheAnswer(String provider) {
    GenerateContentConfig thinking =
        GenerateContentConfig.builder()
            .thinkingConfig(ThinkingConfig.builder().includeThoughts(true).thinkingBudget(2048))
            .build();

    List<GenerateContentResponse> stream = stream(provider + "/mock-think3-2x0ms", thinking, "hi");

    assertThat(
            stream.stream()
                .flatMap(
                    chunk ->
                        chunk.parts() == null
                            ? java.util.stream.Stream.of()
                            : chunk.parts().stream())
                .filter(part -> part.thought().orElse(false))
                .map(part -> part.text().orElse("")))
        .containsExactly("thought 1 ", "thought 2 ", "thought 3 ");
    assertThat(textOf(stream)).isEqualTo("token 1 token 2 ");
    assertThat(stream.getLast().usageMetadata().orElseThrow().thoughtsTokenCount()).contains(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "goog"})
  void picturesAndSchemasReachTheProvider(String provider) {
    GenerateContentConfig asJson =
        GenerateContentConfig.builder()
            .responseMimeType("application/json")
            .responseSchema(
                Schema.builder()
                    .type("OBJECT")
                    .properties(Map.of("cat", Schema.builder().type("BOOLEAN").build())))
            .build();
    Content question =
        Content.fromParts(
            Part.fromBytes(new byte[] {(byte) 0xFB, (byte) 0xFF, 1}, "image/png"),
            Part.fromText("A cat?"));

    gateway.mock().record(true);
    client().models.generateContent(provider + "/mock-1", question, asJson);
    String asked = gateway.mock().requests().getLast().text();

    if (provider.equals("acme")) {
      assertThat(asked)
          .contains("data:image/png;base64,+/8B")
          .contains("\"json_schema\"")
          .contains("{\"cat\":{\"type\":\"boolean\"}}");
    } else {
      assertThat(asked).contains("\"inlineData\"").contains("\"responseSchema\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "goog"})
  void failuresAreTypedByTheirStatus(String provider) {
    var wrongKey =
        catchThrowableOfType(
            ClientException.class,
            () -> clientWith("gk-wrong").models.generateContent(provider + "/mock-1", "hi", null));
    var unknown = catchThrowableOfType(ClientException.class, () -> ask("nobody/mock-1", "hi"));
    var tooLong =
        catchThrowableOfType(ClientException.class, () -> ask(provider + "/mock-ctx", "hi"));
    var down = catchThrowableOfType(ServerException.class, () -> ask(provider + "/mock-500", "hi"));
    var inStream =
        catchThrowableOfType(ApiException.class, () -> stream(provider + "/mock-ctx", null, "hi"));

    assertThat(wrongKey.code()).isEqualTo(401);
    assertThat(wrongKey.status()).isEqualTo("UNAUTHENTICATED");
    assertThat(unknown.code()).isEqualTo(404);
    assertThat(unknown.status()).isEqualTo("NOT_FOUND");
    assertThat(tooLong.code()).isEqualTo(400);
    assertThat(tooLong.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(down.code()).isEqualTo(503);
    assertThat(down.status()).isEqualTo("UNAVAILABLE");
    assertThat(inStream.code()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "goog"})
  void aStreamThatBreaksHasNoFinishReason(String provider) {
    List<String> seen = new ArrayList<>();
    try (ResponseStream<GenerateContentResponse> stream =
        client().models.generateContentStream(provider + "/mock-9x0ms-drop2", "hi", null)) {
      for (GenerateContentResponse chunk : stream) {
        seen.add(chunk.text() == null ? "" : chunk.text());
        assertThat(
                chunk.candidates().orElse(List.of()).stream()
                    .anyMatch(candidate -> candidate.finishReason().isPresent()))
            .isFalse();
      }
    } catch (ApiException | GenAiIOException broken) {
      seen.add("broken");
    }

    assertThat(seen).startsWith("token 1 ", "token 2 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "goog"})
  void whoLeavesStopsTheProvider(String provider) {
    try (ResponseStream<GenerateContentResponse> stream =
        client().models.generateContentStream(provider + "/mock-5000x5ms", "hi", null)) {
      assertThat(stream.iterator().next().text()).isEqualTo("token 1 ");
    }

    Eventually.holds("the provider's stream is over", () -> gateway.mock().stats().inFlight() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "goog"})
  void tokensAreCountedAndModelsFound(String provider) {
    assertThat(client().models.countTokens(provider + "/mock-1", "hello there", null).totalTokens())
        .hasValueSatisfying(count -> assertThat(count).isPositive());
    assertThat(client().models.get(provider + "/mock-1", null).name())
        .contains("models/" + provider + "/mock-1");
  }

  private static GenerateContentConfig tools() {
    return GenerateContentConfig.builder()
        .tools(
            Tool.builder()
                .functionDeclarations(
                    FunctionDeclaration.builder()
                        .name("lookup_weather")
                        .description("The weather")
                        .parameters(
                            Schema.builder()
                                .type("OBJECT")
                                .properties(
                                    Map.of("city", Schema.builder().type("STRING").build())))
                        .build()))
        .build();
  }

  private GenerateContentResponse ask(String model, String text) {
    return client().models.generateContent(model, text, null);
  }

  private List<GenerateContentResponse> stream(
      String model, @Nullable GenerateContentConfig config, String text) {
    List<GenerateContentResponse> chunks = new ArrayList<>();
    try (ResponseStream<GenerateContentResponse> stream =
        client().models.generateContentStream(model, text, config)) {
      stream.forEach(chunks::add);
    }
    return chunks;
  }

  private static String textOf(List<GenerateContentResponse> chunks) {
    StringBuilder text = new StringBuilder();
    chunks.forEach(chunk -> text.append(chunk.text() == null ? "" : chunk.text()));
    return text.toString();
  }

  private static List<String> callsOf(List<GenerateContentResponse> chunks) {
    List<String> calls = new ArrayList<>();
    for (GenerateContentResponse chunk : chunks) {
      if (chunk.functionCalls() != null) {
        chunk
            .functionCalls()
            .forEach(
                c -> calls.add(c.name().orElse("") + " " + c.args().orElse(Map.of()).get("city")));
      }
    }
    return calls;
  }

  private Client client() {
    return clientWith(GatewayFixture.CLIENT_KEY);
  }

  private Client clientWith(String key) {
    Client client =
        Client.builder()
            .apiKey(key)
            .httpOptions(
                HttpOptions.builder()
                    .baseUrl("http://127.0.0.1:" + gateway.gateway().port())
                    .retryOptions(HttpRetryOptions.builder().attempts(1))
                    .build())
            .build();
    clients.add(client);
    return client;
  }
}
