package dev.caravan.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.caravan.GatewayFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The official OpenAI SDK for Java at the gateway, as its users write it. */
class OpenAiSdkTest {
  private static final String FOX = "The quick brown fox jumps over the lazy dog. ";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final List<OpenAIClient> clients = new ArrayList<>();

  @AfterEach
  void closeClients() {
    clients.forEach(OpenAIClient::close);
  }

  @Test
  void aChatCompletionIsAnsweredUnderTheNameThatWasAskedFor() {
    ChatCompletion answer = client().chat().completions().create(question("acme/mock-len90"));

    assertThat(answer.model()).isEqualTo("acme/mock-len90");
    assertThat(content(answer)).isEqualTo(FOX + FOX);
    assertThat(answer.choices().getFirst().finishReason().asString()).isEqualTo("stop");
    assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(20);
  }

  @Test
  void aStreamBringsTheTextPieceByPiece() {
    ChatCompletion answer = streamed(question("acme/mock-20x1ms"));

    assertThat(content(answer)).startsWith("token 1 token 2 ").endsWith("token 19 token 20 ");
    assertThat(answer.usage()).isEmpty();
  }

  @Test
  void aStreamTellsItsTokenCountsWhenAsked() {
    ChatCompletionCreateParams asking =
        question("acme/mock-20x0ms").toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();

    ChatCompletion answer = streamed(asking);

    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(20);
  }

  @Test
  void aToolIsCalledAndItsResultAnsweredInPlainAnswers() {
    ChatCompletion call = client().chat().completions().create(withTool("acme/mock-tool"));
    ChatCompletion answer =
        client().chat().completions().create(withResult("acme/mock-tool", call));

    assertThat(toolCall(call)).isEqualTo("lookup_weather {\"city\":\"Paris\"}");
    assertThat(call.choices().getFirst().finishReason().asString()).isEqualTo("tool_calls");
    assertThat(content(answer)).startsWith(FOX);
  }

  @Test
  void aToolIsCalledAndItsResultAnsweredInStreams() {
    ChatCompletion call = streamed(withTool("acme/mock-tool"));
    ChatCompletion answer = streamed(withResult("acme/mock-tool-5x0ms", call));

    assertThat(toolCall(call)).isEqualTo("lookup_weather {\"city\":\"Paris\"}");
    assertThat(call.choices().getFirst().finishReason().asString()).isEqualTo("tool_calls");
    assertThat(content(answer)).isEqualTo("token 1 token 2 token 3 token 4 token 5 ");
  }

  @Test
  void modelsAreListedAndOneIsFoundByItsName() {
    var listed = client().models().list().data();

    assertThat(listed).extracting(model -> model.id()).contains("acme/mock-1", "acme/mock-tool");
    assertThat(client().models().retrieve("acme/mock-1").ownedBy()).isEqualTo("acme");
  }

  @Test
  void textsBecomeVectors() {
    var answer =
        client()
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model("acme/mock-embed")
                    .inputOfArrayOfStrings(List.of("one", "two"))
                    .build());
    var asNumbers =
        client()
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model("acme/mock-embed")
                    .input("two")
                    .encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                    .build());

    assertThat(answer.data()).hasSize(2);
    assertThat(answer.data().get(1).index()).isEqualTo(1);
    assertThat(answer.data().get(1).embedding())
        .hasSize(8)
        .isEqualTo(asNumbers.data().getFirst().embedding());
    assertThat(answer.model()).isEqualTo("acme/mock-embed");
    assertThat(answer.usage().totalTokens()).isPositive();
  }

  @Test
  void aRequestThatTheProviderRefusesIsABadRequest() {
    var problem =
        catchThrowableOfType(
            BadRequestException.class,
            () -> client().chat().completions().create(question("acme/mock-ctx")));

    assertThat(problem.code()).contains("context_length_exceeded");
    assertThat(problem.param()).contains("messages");
    assertThat(problem).hasMessageContaining("maximum context length is 8192 tokens");
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void theSameInAStreamIsABadRequestBeforeItBegins() {
    var problem =
        catchThrowableOfType(BadRequestException.class, () -> streamed(question("acme/mock-ctx")));

    assertThat(problem.code()).contains("context_length_exceeded");
  }

  @Test
  void aWrongKeyIsUnauthorized() {
    var problem =
        catchThrowableOfType(
            UnauthorizedException.class,
            () ->
                clientWith("gk-wrong-9876543210")
                    .chat()
                    .completions()
                    .create(question("acme/mock-1")));

    assertThat(problem.code()).contains("invalid_api_key");
    assertThat(problem.type()).contains("authentication_error");
    assertThat(problem.getMessage()).doesNotContain("9876543210");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void anUnknownProviderIsNotFoundAndNearOnesAreNamed() {
    var problem =
        catchThrowableOfType(
            NotFoundException.class,
            () -> client().chat().completions().create(question("acne/mock-1")));

    assertThat(problem.code()).contains("model_not_found");
    assertThat(problem.param()).contains("model");
    assertThat(problem).hasMessageContaining("did you mean acme/mock-1?");
  }

  @Test
  void anUnknownModelIsNotFoundInTheListToo() {
    var problem =
        catchThrowableOfType(
            NotFoundException.class, () -> client().models().retrieve("acme/mock-2"));

    assertThat(problem).hasMessageContaining("acme/mock-1");
  }

  @Test
  void limitsOfAllCredentialsAreARateLimitThatSaysWhenToComeBack() {
    gateway.withKeys("sk-rl40-1", "sk-rl50-1");

    var problem =
        catchThrowableOfType(
            RateLimitException.class,
            () -> client().chat().completions().create(question("acme/mock-1")));

    assertThat(problem.code()).contains("all_credentials_limited");
    assertThat(Integer.parseInt(problem.headers().values("Retry-After").getFirst()))
        .isBetween(35, 45);
  }

  @Test
  void refusedCredentialsAreTheServersErrorNotTheClients() {
    gateway.withKeys("sk-bad-1", "sk-bad-2");

    var problem =
        catchThrowableOfType(
            InternalServerException.class,
            () -> client().chat().completions().create(question("acme/mock-1")));

    assertThat(problem.statusCode()).isEqualTo(502);
    assertThat(problem.code()).contains("upstream_credentials_rejected");
  }

  @Test
  void aProviderThatIsDownIsTheServersErrorInStreamsToo() {
    gateway.withKeys("sk-500-1");

    var plain =
        catchThrowableOfType(
            OpenAIServiceException.class,
            () -> client().chat().completions().create(question("acme/mock-1")));
    var stream =
        catchThrowableOfType(OpenAIServiceException.class, () -> streamed(question("acme/mock-1")));

    assertThat(plain).isInstanceOf(InternalServerException.class);
    assertThat(plain.statusCode()).isEqualTo(503);
    assertThat(plain.code()).contains("upstream_unavailable");
    assertThat(stream).isInstanceOf(InternalServerException.class);
    assertThat(stream.statusCode()).isEqualTo(503);
  }

  @Test
  void aStreamThatBreaksInTheMiddleIsAnErrorAfterItsLastPiece() {
    gateway.withKeys("sk-drop3-1", "sk-good-1");
    List<String> seen = new ArrayList<>();

    var problem =
        catchThrowableOfType(
            SseException.class,
            () -> {
              try (StreamResponse<ChatCompletionChunk> stream =
                  client().chat().completions().createStreaming(question("acme/mock-9x0ms"))) {
                stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .filter(text -> !text.isEmpty())
                    .forEach(seen::add);
              }
            });

    assertThat(seen).containsExactly("token 1 ", "token 2 ", "token 3 ");
    assertThat(problem.code()).contains("bad_gateway");
    assertThat(gateway.mock().stats().ofKey("sk-good-1")).isZero();
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

  private ChatCompletion streamed(ChatCompletionCreateParams question) {
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client().chat().completions().createStreaming(question)) {
      stream.stream().forEach(all::accumulate);
    }
    return all.chatCompletion();
  }

  private static ChatCompletionCreateParams question(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("hello").build();
  }

  private static ChatCompletionCreateParams withTool(String model) {
    FunctionParameters parameters =
        FunctionParameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .putAdditionalProperty(
                "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
            .build();
    return ChatCompletionCreateParams.builder()
        .model(model)
        .addUserMessage("hello")
        .addTool(
            ChatCompletionFunctionTool.builder()
                .function(
                    FunctionDefinition.builder()
                        .name("lookup_weather")
                        .parameters(parameters)
                        .build())
                .build())
        .build();
  }

  private static ChatCompletionCreateParams withResult(String model, ChatCompletion call) {
    ChatCompletionMessage said = call.choices().getFirst().message();
    String id = said.toolCalls().orElseThrow().getFirst().asFunction().id();
    return withTool(model).toBuilder()
        .addMessage(said)
        .addMessage(ChatCompletionToolMessageParam.builder().toolCallId(id).content("12 C").build())
        .build();
  }

  private static String content(ChatCompletion answer) {
    return answer.choices().getFirst().message().content().orElse("");
  }

  private static String toolCall(ChatCompletion answer) {
    var call =
        answer.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
    return call.function().name() + " " + call.function().arguments();
  }
}
