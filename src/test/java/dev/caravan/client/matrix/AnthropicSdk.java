package dev.caravan.client.matrix;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.ImageBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** {@code anthropic-java}, with its accumulating helper for streams. */
final class AnthropicSdk implements Sdk {
  private final AnthropicClient client;

  AnthropicSdk(String url, String key) {
    client = AnthropicOkHttpClient.builder().baseUrl(url).apiKey(key).maxRetries(0).build();
  }

  @Override
  public Said ask(Ask ask, boolean stream) {
    return send(params(ask).build(), stream);
  }

  @Override
  public Said answerTools(Ask ask, Said before, String result, boolean stream) {
    MessageCreateParams.Builder params = params(ask);
    params.addMessage((Message) before.handle());
    List<ContentBlockParam> results = new ArrayList<>();
    for (Call call : before.calls()) {
      results.add(
          ContentBlockParam.ofToolResult(
              ToolResultBlockParam.builder().toolUseId(call.id()).content(result).build()));
    }
    return send(params.addUserMessageOfContentBlockParams(results).build(), stream);
  }

  private static MessageCreateParams.Builder params(Ask ask) {
    MessageCreateParams.Builder params =
        MessageCreateParams.builder().model(ask.model()).maxTokens(4096).system("Be brief.");
    if (ask.image().isEmpty()) {
      params.addUserMessage(ask.text());
    } else {
      params.addUserMessageOfContentBlockParams(
          List.of(
              ContentBlockParam.ofText(TextBlockParam.builder().text(ask.text()).build()),
              ContentBlockParam.ofImage(
                  ImageBlockParam.builder()
                      .source(
                          Base64ImageSource.builder()
                              .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                              .data(ask.image())
                              .build())
                      .build())));
    }
    if (ask.tool()) {
      params.addTool(
          Tool.builder()
              .name("lookup_weather")
              .description("Tells the weather of a city.")
              .inputSchema(
                  Tool.InputSchema.builder()
                      .properties(
                          Tool.InputSchema.Properties.builder()
                              .putAdditionalProperty(
                                  "city", JsonValue.from(Map.of("type", "string")))
                              .build())
                      .build())
              .build());
    }
    if (ask.thinks()) {
      params.enabledThinking(2048);
    }
    if (ask.schema()) {
      params.putAdditionalBodyProperty(
          "output_config",
          JsonValue.from(
              Map.of(
                  "format",
                  Map.of(
                      "type",
                      "json_schema",
                      "schema",
                      Map.of(
                          "type",
                          "object",
                          "properties",
                          Map.of("city", Map.of("type", "string")))))));
    }
    return params;
  }

  private Said send(MessageCreateParams params, boolean stream) {
    if (!stream) {
      return said(client.messages().create(params));
    }
    MessageAccumulator accumulator = MessageAccumulator.create();
    try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
      events.stream().forEach(accumulator::accumulate);
    }
    return said(accumulator.message());
  }

  private static Said said(Message message) {
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    List<Call> calls = new ArrayList<>();
    for (ContentBlock block : message.content()) {
      block.text().ifPresent(said -> text.append(said.text()));
      block.thinking().ifPresent(thought -> thinking.append(thought.thinking()));
      block
          .toolUse()
          .ifPresent(call -> calls.add(new Call(call.id(), call.name(), json(call._input()))));
    }
    return new Said(
        message.model().asString(),
        text.toString(),
        thinking.toString(),
        calls,
        message.stopReason().map(reason -> reason.asString()).orElse(""),
        message.usage().inputTokens(),
        message.usage().outputTokens(),
        message);
  }

  private static String json(JsonValue input) {
    Map<?, ?> members = input.convert(Map.class);
    StringBuilder json = new StringBuilder("{");
    members.forEach(
        (name, value) ->
            json.append(json.length() > 1 ? "," : "")
                .append("\"%s\":\"%s\"".formatted(name, value)));
    return json.append('}').toString();
  }

  @Override
  public Upstream speaks() {
    return Upstream.ANTHROPIC;
  }

  @Override
  public void askAndLeave(Ask ask) {
    try (StreamResponse<RawMessageStreamEvent> stream =
        client.messages().createStreaming(params(ask).build())) {
      Iterator<RawMessageStreamEvent> events = stream.stream().iterator();
      for (int i = 0; i < 4; i++) {
        events.next();
      }
    }
  }

  @Override
  public Refused kind(Throwable problem) {
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
