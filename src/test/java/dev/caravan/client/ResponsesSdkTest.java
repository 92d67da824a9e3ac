package dev.caravan.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFormatTextJsonSchemaConfig;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputImage;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextConfig;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import dev.caravan.transcript.StreamRules;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The official OpenAI SDK for Java at the responses surface, before providers of the chat and of
 * the responses dialect.
 */
class ResponsesSdkTest {
  private static final String FOX = "The quick brown fox jumps over the lazy dog. ";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final List<OpenAIClient> clients = new ArrayList<>();

  @AfterEach
  void closeClients() {
    clients.forEach(OpenAIClient::close);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void textsComeWholeAndPieceByPiece(String upstream) {
    before(upstream, "sk-good-1");

    Response whole = create(question("acme/mock-len90-cached"));
    Response pieces = streamed(question("acme/mock-20x0ms"));
    Response unicode = streamed(question("acme/mock-echo", "Grüße, 世界! 🐫 \"quoted\" \\ \n end"));

    assertThat(whole.model().asString()).isEqualTo("acme/mock-len90-cached");
    assertThat(text(whole)).isEqualTo(FOX + FOX);
    assertThat(whole.status()).contains(ResponseStatus.COMPLETED);
    assertThat(whole.usage().orElseThrow().inputTokens()).isEqualTo(20);
    assertThat(whole.usage().orElseThrow().inputTokensDetails().cachedTokens()).isEqualTo(8);
    assertThat(text(pieces)).startsWith("token 1 token 2 ").endsWith("token 19 token 20 ");
    assertThat(pieces.usage().orElseThrow().outputTokens()).isEqualTo(20);
    assertThat(text(unicode)).isEqualTo("Grüße, 世界! 🐫 \"quoted\" \\ \n end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void toolsAreCalledInParallelAndTheirResultsAnswered(String upstream) {
    before(upstream, "sk-good-1");

    Response plain = create(withTool("acme/mock-tool2"));
    Response stream = streamed(withTool("acme/mock-tool2"));
    Response answer = streamed(withResults("acme/mock-tool2-5x0ms", stream));

    for (Response called : List.of(plain, stream)) {
      assertThat(calls(called))
          .extracting(call -> call.name() + " " + call.arguments() + " " + call.callId())
          .containsExactly(
              "lookup_weather {\"city\":\"Paris\"} call_1",
              "lookup_weather {\"city\":\"Paris\"} call_2");
    }
    assertThat(text(answer)).isEqualTo("token 1 token 2 token 3 token 4 token 5 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void whatAModelThinksIsAnItemOfItsOwn(String upstream) {
    before(upstream, "sk-good-1");
    ResponseCreateParams thoughtful =
        question("acme/mock-think2-4x0ms").toBuilder()
            .reasoning(Reasoning.builder().effort(ReasoningEffort.HIGH).build())
            .build();

    for (Response answer : List.of(create(thoughtful), streamed(thoughtful))) {
      ResponseOutputItem first = answer.output().getFirst();
      assertThat(first.asReasoning().summary().getFirst().text()).isEqualTo("thought 1 thought 2 ");
      assertThat(answer.usage().orElseThrow().outputTokensDetails().reasoningTokens()).isEqualTo(2);
    }
    assertThat(received()).contains("high");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void picturesAndSchemasReachTheProvider(String upstream) {
    before(upstream, "sk-good-1");
    ResponseCreateParams asking =
        ResponseCreateParams.builder()
            .model("acme/mock-1")
            .inputOfResponse(
                List.of(
                    ResponseInputItem.ofMessage(
                        ResponseInputItem.Message.builder()
                            .role(ResponseInputItem.Message.Role.USER)
                            .addInputTextContent("What is this?")
                            .addContent(
                                ResponseInputImage.builder()
                                    .detail(ResponseInputImage.Detail.LOW)
                                    .imageUrl("data:image/png;base64,iVBORw0KGgo=")
                                    .build())
                            .build())))
            .text(
                ResponseTextConfig.builder()
                    .format(
                        ResponseFormatTextJsonSchemaConfig.builder()
                            .name("answer")
                            .schema(
                                ResponseFormatTextJsonSchemaConfig.Schema.builder()
                                    .putAdditionalProperty("type", JsonValue.from("object"))
                                    .build())
                            .build())
                    .build())
            .build();

    assertThat(text(create(asking))).startsWith(FOX);
    assertThat(received()).contains("data:image/png;base64,iVBORw0KGgo=", "json_schema", "\"low\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void refusalsAreTypedExceptions(String upstream) {
    before(upstream, "sk-rl40-1");

    var limited =
        catchThrowableOfType(RateLimitException.class, () -> create(question("acme/mock-1")));
    var unknown =
        catchThrowableOfType(NotFoundException.class, () -> create(question("acne/mock-1")));
    var wrongKey =
        catchThrowableOfType(
            UnauthorizedException.class,
            () -> clientWith("gk-wrong-9876543210").responses().create(question("acme/mock-1")));

    assertThat(limited.code()).contains("all_credentials_limited");
    assertThat(unknown.code()).contains("model_not_found");
    assertThat(wrongKey.code()).contains("invalid_api_key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void aRequestThatTheProviderRefusesIsABadRequestInStreamsToo(String upstream) {
    before(upstream, "sk-good-1");

    var plain =
        catchThrowableOfType(BadRequestException.class, () -> create(question("acme/mock-ctx")));
    var stream =
        catchThrowableOfType(BadRequestException.class, () -> streamed(question("acme/mock-ctx")));

    assertThat(plain).hasMessageContaining("maximum context length is 8192 tokens");
    assertThat(stream).hasMessageContaining("maximum context length is 8192 tokens");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void anErrorAsTheFirstEventMakesRoomForTheNextKey(String upstream) {
    before(upstream, "sk-role-err0-rl40-1", "sk-good-1");

    assertThat(text(streamed(question("acme/mock-3x0ms")))).isEqualTo("token 1 token 2 token 3 ");
    assertThat(gateway.mock().stats().ofKey("sk-role-err0-rl40-1")).isEqualTo(1);
    assertThat(gateway.mock().stats().ofKey("sk-good-1")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void aStreamThatBreaksEndsWithAnErrorEventAndNothingElse(String upstream) {
    before(upstream, "sk-drop3-1");

    String asked =
        """
        {"model":"acme/mock-9x0ms","stream":true,"input":"hi"}""";
    String stream =
        String.join(
            "\n",
            gateway.client().stream(asked, request -> request.uri(responses())).awaitEnd().lines());

    assertThat(stream).contains("event: error").doesNotContain("response.completed");
    StreamRules.of("openai-responses").check(stream + "\n\n", model(upstream, "acme/mock-9x0ms"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void codexIsToldOfABrokenStreamInItsOwnWay(String upstream) {
    before(upstream, "sk-drop3-1");

    String asked =
        """
        {"model":"acme/mock-9x0ms","stream":true,"input":"hi"}""";
    String stream =
        String.join(
            "\n",
            gateway.client().stream(
                    asked, request -> request.uri(responses()).header("originator", "codex_exec"))
                .awaitEnd()
                .lines());

    assertThat(stream).contains("event: response.failed").doesNotContain("response.completed");
    StreamRules.of("openai-responses").check(stream + "\n\n", model(upstream, "acme/mock-9x0ms"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses"})
  void aStreamThatIsLeftIsLeftAtTheProviderToo(String upstream) {
    before(upstream, "sk-good-1");

    try (StreamResponse<ResponseStreamEvent> stream =
        client().responses().createStreaming(question("acme/mock-1000x20ms"))) {
      assertThat(stream.stream().limit(8).count()).isEqualTo(8);
    }

    Eventually.holds("the provider is told", () -> gateway.mock().stats().aborted() == 1);
  }

  @Test
  void whatAnotherDialectCannotKeepIsRefusedByName() {
    ResponseCreateParams later =
        question("acme/mock-1").toBuilder().previousResponseId("resp_1").build();

    var refused = catchThrowableOfType(BadRequestException.class, () -> create(later));

    assertThat(refused.param()).contains("previous_response_id");
    assertThat(refused.code()).contains("unsupported_parameter");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void aSocketIsRefusedSoThatClientsUseHttpAtOnce() throws IOException {
    int upgrade;
    try (RawConnection socket = RawConnection.to(gateway.gateway())) {
      socket.send(
          "GET /v1/responses HTTP/1.1\r\nHost: gateway\r\n"
              + RawConnection.goodKey()
              + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      upgrade = socket.answer().status();
    }
    ClientAnswer plain = gateway.client().get("/v1/responses");

    assertThat(upgrade).isEqualTo(426);
    assertThat(plain.status()).isEqualTo(405);
    assertThat(plain.header("Allow")).isEqualTo("POST");
  }

  @Test
  void whatTheProviderKeepsItselfGoesThrough() {
    before("openai-responses", "sk-good-1");

    create(question("acme/mock-1").toBuilder().previousResponseId("resp_1").build());

    assertThat(received()).contains("\"previous_response_id\":\"resp_1\"");
  }

  private void before(String upstream, String... keys) {
    gateway.withKeys(keys).with("ACME_API_DIALECT", upstream);
    gateway.mock().record(true);
  }

  /** A provider that speaks the client's dialect is not gone between, so it names its own model. */
  private static String model(String upstream, String asked) {
    return upstream.equals("openai-responses") ? asked.substring(asked.indexOf('/') + 1) : asked;
  }

  private URI responses() {
    return URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/responses");
  }

  private String received() {
    return gateway.mock().requests().getLast().text();
  }

  private OpenAIClient client() {
    return clientWith(GatewayFixture.CLIENT_KEY);
  }

  private OpenAIClient clientWith(String key) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + gateway.gateway().port() + "/v1")
            .apiKey(key)
            .maxRetries(0)
            .timeout(GatewayFixture.PATIENCE)
            .build();
    clients.add(client);
    return client;
  }

  private Response create(ResponseCreateParams question) {
    return client().responses().create(question);
  }

  private Response streamed(ResponseCreateParams question) {
    ResponseAccumulator all = ResponseAccumulator.create();
    try (StreamResponse<ResponseStreamEvent> stream =
        client().responses().createStreaming(question)) {
      stream.stream().forEach(all::accumulate);
    }
    return all.response();
  }

  private static ResponseCreateParams question(String model) {
    return question(model, "hello");
  }

  private static ResponseCreateParams question(String model, String text) {
    return ResponseCreateParams.builder().model(model).input(text).build();
  }

  private static ResponseCreateParams withTool(String model) {
    return ResponseCreateParams.builder()
        .model(model)
        .input("hello")
        .addTool(
            FunctionTool.builder()
                .name("lookup_weather")
                .strict(false)
                .parameters(
                    FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty(
                            "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .build())
                .build())
        .build();
  }

  private static ResponseCreateParams withResults(String model, Response called) {
    List<ResponseInputItem> items = new ArrayList<>();
    items.add(
        ResponseInputItem.ofMessage(
            ResponseInputItem.Message.builder()
                .role(ResponseInputItem.Message.Role.USER)
                .addInputTextContent("hello")
                .build()));
    calls(called).forEach(call -> items.add(ResponseInputItem.ofFunctionCall(call)));
    calls(called)
        .forEach(
            call ->
                items.add(
                    ResponseInputItem.ofFunctionCallOutput(
                        ResponseInputItem.FunctionCallOutput.builder()
                            .callId(call.callId())
                            .output("12 C")
                            .build())));
    return withTool(model).toBuilder().inputOfResponse(items).build();
  }

  private static String text(Response answer) {
    return answer.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .map(content -> content.asOutputText().text())
        .collect(Collectors.joining());
  }

  private static List<ResponseFunctionToolCall> calls(Response answer) {
    return answer.output().stream().flatMap(item -> item.functionCall().stream()).toList();
  }
}
