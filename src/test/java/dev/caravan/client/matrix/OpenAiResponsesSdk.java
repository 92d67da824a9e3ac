package dev.caravan.client.matrix;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFormatTextJsonSchemaConfig;
import com.openai.models.responses.ResponseInputImage;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextConfig;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** {@code openai-java}, responses, with its accumulating helper for streams. */
final class OpenAiResponsesSdk implements Sdk {
  private final OpenAIClient client;

  OpenAiResponsesSdk(String url, String key) {
    client = OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey(key).maxRetries(0).build();
  }

  @Override
  public Said ask(Ask ask, boolean stream) {
    return send(params(ask, List.of(question(ask))), stream);
  }

  @Override
  public Said answerTools(Ask ask, Said before, String result, boolean stream) {
    List<ResponseInputItem> items = new ArrayList<>();
    items.add(question(ask));
    for (ResponseOutputItem item : ((Response) before.handle()).output()) {
      item.reasoning().ifPresent(it -> items.add(ResponseInputItem.ofReasoning(it)));
      item.message().ifPresent(it -> items.add(ResponseInputItem.ofResponseOutputMessage(it)));
      item.functionCall().ifPresent(it -> items.add(ResponseInputItem.ofFunctionCall(it)));
    }
    for (Call call : before.calls()) {
      items.add(
          ResponseInputItem.ofFunctionCallOutput(
              ResponseInputItem.FunctionCallOutput.builder()
                  .callId(call.id())
                  .output(result)
                  .build()));
    }
    return send(params(ask, items), stream);
  }

  private static ResponseInputItem question(Ask ask) {
    ResponseInputItem.Message.Builder message =
        ResponseInputItem.Message.builder()
            .role(ResponseInputItem.Message.Role.USER)
            .addInputTextContent(ask.text());
    if (!ask.image().isEmpty()) {
      message.addContent(
          ResponseInputImage.builder()
              .detail(ResponseInputImage.Detail.AUTO)
              .imageUrl("data:image/png;base64," + ask.image())
              .build());
    }
    return ResponseInputItem.ofMessage(message.build());
  }

  private static ResponseCreateParams params(Ask ask, List<ResponseInputItem> items) {
    ResponseCreateParams.Builder params =
        ResponseCreateParams.builder()
            .model(ask.model())
            .instructions("Be brief.")
            .inputOfResponse(items);
    JsonValue properties = JsonValue.from(Map.of("city", Map.of("type", "string")));
    if (ask.tool()) {
      params.addTool(
          FunctionTool.builder()
              .name("lookup_weather")
              .description("Tells the weather of a city.")
              .strict(false)
              .parameters(
                  FunctionTool.Parameters.builder()
                      .putAdditionalProperty("type", JsonValue.from("object"))
                      .putAdditionalProperty("properties", properties)
                      .build())
              .build());
    }
    if (ask.thinks()) {
      params.reasoning(Reasoning.builder().effort(ReasoningEffort.MEDIUM).build());
    }
    if (ask.schema()) {
      params.text(
          ResponseTextConfig.builder()
              .format(
                  ResponseFormatTextJsonSchemaConfig.builder()
                      .name("place")
                      .schema(
                          ResponseFormatTextJsonSchemaConfig.Schema.builder()
                              .putAdditionalProperty("type", JsonValue.from("object"))
                              .putAdditionalProperty("properties", properties)
                              .build())
                      .build())
              .build());
    }
    return params.build();
  }

  private Said send(ResponseCreateParams params, boolean stream) {
    if (!stream) {
      return said(client.responses().create(params));
    }
    ResponseAccumulator all = ResponseAccumulator.create();
    try (StreamResponse<ResponseStreamEvent> events = client.responses().createStreaming(params)) {
      events.stream().forEach(all::accumulate);
    }
    return said(all.response());
  }

  private static Said said(Response response) {
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    List<Call> calls = new ArrayList<>();
    for (ResponseOutputItem item : response.output()) {
      item.message()
          .ifPresent(
              message ->
                  message
                      .content()
                      .forEach(
                          part -> part.outputText().ifPresent(said -> text.append(said.text()))));
      item.reasoning()
          .ifPresent(thought -> thought.summary().forEach(part -> thinking.append(part.text())));
      item.functionCall()
          .ifPresent(
              call ->
                  calls.add(
                      new Call(call.callId(), call.name(), call.arguments().replace(" ", ""))));
    }
    return new Said(
        response.model().asString(),
        text.toString(),
        thinking.toString(),
        calls,
        response.incompleteDetails().isPresent()
            ? response
                .incompleteDetails()
                .flatMap(Response.IncompleteDetails::reason)
                .map(reason -> reason.asString())
                .orElse("")
            : response.status().map(status -> status.asString()).orElse(""),
        response.usage().map(usage -> usage.inputTokens()).orElse(-1L),
        response.usage().map(usage -> usage.outputTokens()).orElse(-1L),
        response);
  }

  @Override
  public Upstream speaks() {
    return Upstream.OPENAI_RESPONSES;
  }

  @Override
  public void askAndLeave(Ask ask) {
    try (StreamResponse<ResponseStreamEvent> stream =
        client.responses().createStreaming(params(ask, List.of(question(ask))))) {
      Iterator<ResponseStreamEvent> events = stream.stream().iterator();
      for (int i = 0; i < 6; i++) {
        events.next();
      }
    }
  }

  @Override
  public Refused kind(Throwable problem) {
    return OpenAiChatSdk.kindOf(problem);
  }

  @Override
  public void close() {
    client.close();
  }
}
