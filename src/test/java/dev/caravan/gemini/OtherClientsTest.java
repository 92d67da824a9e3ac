package dev.caravan.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.SseException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OpenAI's SDK for Java, and what Anthropic's send, before a provider that speaks Gemini. */
class OtherClientsTest {
  private static final String FOX = "The quick brown fox jumps over the lazy dog. ";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private final List<OpenAIClient> clients = new ArrayList<>();

  @BeforeEach
  void aProvider() {
    gateway.withProvider("goog", "sk-good-1").with("GOOG_API_DIALECT", "gemini");
  }

  @AfterEach
  void closeClients() {
    clients.forEach(OpenAIClient::close);
  }

  @Test
  void aTextIsAnsweredPlainAndStreamed() {
    ChatCompletion plain = client().chat().completions().create(question("goog/mock-len90"));
    ChatCompletion stream =
        streamed(
            question("goog/mock-think2-20x0ms").toBuilder()
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());

    assertThat(plain.model()).isEqualTo("goog/mock-len90");
    assertThat(plain.choices().getFirst().message().content()).contains(FOX + FOX);
    assertThat(plain.usage().orElseThrow().promptTokens()).isEqualTo(20);
    assertThat(stream.choices().getFirst().message().content().orElse(""))
        .startsWith("token 1 ")
        .endsWith("token 20 ");
    assertThat(stream.usage().orElseThrow().completionTokens()).isEqualTo(22);
  }

  @Test
  void parallelToolsAreCalledAndTheirResultsAnswered() {
    ChatCompletion call = streamed(withTool("goog/mock-tool2"));
    var message = call.choices().getFirst().message();
    ChatCompletionCreateParams.Builder next =
        withTool("goog/mock-tool2").toBuilder().addMessage(message);
    for (var tool : message.toolCalls().orElseThrow()) {
      next.addMessage(
          ChatCompletionToolMessageParam.builder()
              .toolCallId(tool.asFunction().id())
              .content("12 C")
              .build());
    }
    ChatCompletion answer = client().chat().completions().create(next.build());

    assertThat(message.toolCalls().orElseThrow())
        .extracting(tool -> tool.asFunction().function().arguments())
        .containsExactly("{\"city\":\"Paris\"}", "{\"city\":\"Paris\"}");
    assertThat(call.choices().getFirst().finishReason().asString()).isEqualTo("tool_calls");
    assertThat(answer.choices().getFirst().message().content().orElse("")).startsWith(FOX);
  }

  @Test
  void failuresAreOpenAis() {
    var tooLong =
        catchThrowableOfType(
            BadRequestException.class,
            () -> client().chat().completions().create(question("goog/mock-ctx")));
    var broken =
        catchThrowableOfType(SseException.class, () -> streamed(question("goog/mock-9x0ms-drop2")));

    assertThat(tooLong).hasMessageContaining("maximum context length");
    assertThat(broken.code()).contains("bad_gateway");
  }

  @Test
  void aSignedCallComesBackToTheProviderWithItsSignature() {
    gateway.mock().record(true);
    String tool = "\"tools\":[{\"name\":\"look\",\"input_schema\":{\"type\":\"object\"}}]";
    String first = "{\"role\":\"user\",\"content\":\"hi\"}";

    ClientAnswer call = messages(tool, first);
    messages(
        tool,
        first
            + ",{\"role\":\"assistant\",\"content\":"
            + call.json().path("content")
            + "},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\""
            + call.text("/content/1/id")
            + "\",\"content\":\"12 C\"}]}");
    String asked = gateway.mock().requests().getLast().text();

    assertThat(call.text("/content/0/type")).isEqualTo("thinking");
    assertThat(call.text("/content/0/signature"))
        .isEqualTo("caravan.gemini.c2lnbmVkIGJ5IHRoZSBtb2Nr");
    assertThat(call.text("/stop_reason")).isEqualTo("tool_use");
    assertThat(asked).contains("\"thoughtSignature\":\"c2lnbmVkIGJ5IHRoZSBtb2Nr\"");
  }

  private ClientAnswer messages(String tool, String messages) {
    String body =
        "{\"model\":\"goog/mock-think2-tool\",\"max_tokens\":100,"
            + tool
            + ",\"messages\":["
            + messages
            + "]}";
    return Client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/messages"))
            .timeout(GatewayFixture.PATIENCE)
            .header("x-api-key", GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
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

  private ChatCompletion streamed(ChatCompletionCreateParams question) {
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client().chat().completions().createStreaming(question)) {
      stream.stream().forEach(all::accumulate);
    }
    return all.chatCompletion();
  }

  private OpenAIClient client() {
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + gateway.gateway().port() + "/v1")
            .apiKey(GatewayFixture.CLIENT_KEY)
            .maxRetries(0)
            .timeout(GatewayFixture.PATIENCE)
            .build();
    clients.add(client);
    return client;
  }
}
