package dev.caravan.client.matrix;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** {@code openai-java}, chat completions. */
final class OpenAiChatSdk implements Sdk {
  private final OpenAIClient client;

  OpenAiChatSdk(String url, String key) {
    client = OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey(key).maxRetries(0).build();
  }

  @Override
  public Said ask(Ask ask, boolean stream) {
    return send(params(ask).build(), stream);
  }

  @Override
  public Said answerTools(Ask ask, Said before, String result, boolean stream) {
    ChatCompletionCreateParams.Builder params = params(ask);
    params.addMessage((ChatCompletionMessage) before.handle());
    for (Call call : before.calls()) {
      params.addMessage(
          ChatCompletionToolMessageParam.builder().toolCallId(call.id()).content(result).build());
    }
    return send(params.build(), stream);
  }

  private static ChatCompletionCreateParams.Builder params(Ask ask) {
    ChatCompletionCreateParams.Builder params =
        ChatCompletionCreateParams.builder().model(ask.model()).addSystemMessage("Be brief.");
    if (ask.image().isEmpty()) {
      params.addUserMessage(ask.text());
    } else {
      params.addUserMessageOfArrayOfContentParts(
          List.of(
              ChatCompletionContentPart.ofText(
                  ChatCompletionContentPartText.builder().text(ask.text()).build()),
              ChatCompletionContentPart.ofImageUrl(
                  ChatCompletionContentPartImage.builder()
                      .imageUrl(
                          ChatCompletionContentPartImage.ImageUrl.builder()
                              .url("data:image/png;base64," + ask.image())
                              .build())
                      .build())));
    }
    if (ask.tool()) {
      params.addTool(
          ChatCompletionFunctionTool.builder()
              .function(
                  FunctionDefinition.builder()
                      .name("lookup_weather")
                      .description("Tells the weather of a city.")
                      .parameters(
                          FunctionParameters.builder()
                              .putAdditionalProperty("type", JsonValue.from("object"))
                              .putAdditionalProperty(
                                  "properties",
                                  JsonValue.from(Map.of("city", Map.of("type", "string"))))
                              .build())
                      .build())
              .build());
    }
    if (ask.thinks()) {
      params.reasoningEffort(ReasoningEffort.MEDIUM);
    }
    if (ask.schema()) {
      params.responseFormat(
          ResponseFormatJsonSchema.builder()
              .jsonSchema(
                  ResponseFormatJsonSchema.JsonSchema.builder()
                      .name("place")
                      .schema(
                          ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                              .putAdditionalProperty("type", JsonValue.from("object"))
                              .putAdditionalProperty(
                                  "properties",
                                  JsonValue.from(Map.of("city", Map.of("type", "string"))))
                              .build())
                      .build())
              .build());
    }
    return params;
  }

  private Said send(ChatCompletionCreateParams params, boolean stream) {
    if (!stream) {
      return said(client.chat().completions().create(params));
    }
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    StringBuilder thinking = new StringBuilder();
    ChatCompletionCreateParams withUsage =
        params.toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (StreamResponse<ChatCompletionChunk> chunks =
        client.chat().completions().createStreaming(withUsage)) {
      chunks.stream()
          .forEach(
              chunk -> {
                accumulator.accumulate(chunk);
                chunk
                    .choices()
                    .forEach(
                        choice ->
                            thinking.append(reasoning(choice.delta()._additionalProperties())));
              });
    }
    Said said = said(accumulator.chatCompletion());
    return new Said(
        said.model(),
        said.text(),
        thinking.toString(),
        said.calls(),
        said.stop(),
        said.input(),
        said.output(),
        said.handle());
  }

  private static String reasoning(Map<String, JsonValue> more) {
    JsonValue value = more.get("reasoning_content");
    String text = value == null ? null : value.convert(String.class);
    return text == null ? "" : text;
  }

  private static Said said(ChatCompletion answer) {
    ChatCompletion.Choice choice = answer.choices().getFirst();
    ChatCompletionMessage message = choice.message();
    List<Call> calls = new ArrayList<>();
    message
        .toolCalls()
        .ifPresent(
            all ->
                all.forEach(
                    call ->
                        calls.add(
                            new Call(
                                call.asFunction().id(),
                                call.asFunction().function().name(),
                                call.asFunction().function().arguments().replace(" ", "")))));
    return new Said(
        answer.model(),
        message.content().orElse(""),
        reasoning(message._additionalProperties()),
        calls,
        choice.finishReason().asString(),
        answer.usage().map(usage -> usage.promptTokens()).orElse(-1L),
        answer.usage().map(usage -> usage.completionTokens()).orElse(-1L),
        message);
  }

  @Override
  public Upstream speaks() {
    return Upstream.OPENAI_CHAT;
  }

  @Override
  public void askAndLeave(Ask ask) {
    try (StreamResponse<ChatCompletionChunk> chunks =
        client.chat().completions().createStreaming(params(ask).build())) {
      Iterator<ChatCompletionChunk> events = chunks.stream().iterator();
      events.next();
      events.next();
    }
  }

  @Override
  public Refused kind(Throwable problem) {
    return kindOf(problem);
  }

  static Refused kindOf(Throwable problem) {
    return switch (problem) {
      case BadRequestException bad -> Refused.BAD_REQUEST;
      case UnauthorizedException unknown -> Refused.UNAUTHORIZED;
      case NotFoundException missing -> Refused.NOT_FOUND;
      case RateLimitException limited -> Refused.RATE_LIMITED;
      case InternalServerException unavailable -> Refused.UNAVAILABLE;
      default -> Refused.OTHER;
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
