package dev.caravan.client.matrix;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** {@code google-genai}; it has no helper that puts a stream together, so that is done here. */
final class GoogleSdk implements Sdk {
  private final Client client;

  GoogleSdk(String url, String key) {
    client =
        Client.builder()
            .apiKey(key)
            .httpOptions(
                HttpOptions.builder()
                    .baseUrl(url)
                    .retryOptions(HttpRetryOptions.builder().attempts(1))
                    .build())
            .build();
  }

  @Override
  public Said ask(Ask ask, boolean stream) {
    return send(ask, List.of(question(ask)), stream);
  }

  @Override
  public Said answerTools(Ask ask, Said before, String result, boolean stream) {
    List<Part> results = new ArrayList<>();
    for (Call call : before.calls()) {
      FunctionResponse.Builder response =
          FunctionResponse.builder().name(call.name()).response(Map.of("result", result));
      if (!call.id().isEmpty()) {
        response.id(call.id());
      }
      results.add(Part.builder().functionResponse(response).build());
    }
    List<Content> turns = new ArrayList<>();
    turns.add(question(ask));
    turns.addAll(contents(before.handle()));
    turns.add(Content.builder().role("user").parts(results).build());
    return send(ask, turns, stream);
  }

  /** The model's contents, several in a row for a stream, as the SDK's own chat keeps them. */
  private static List<Content> contents(Object handle) {
    List<Content> contents = new ArrayList<>();
    for (Object content : (List<?>) handle) {
      contents.add((Content) content);
    }
    return contents;
  }

  private static Content question(Ask ask) {
    List<Part> parts = new ArrayList<>();
    parts.add(Part.fromText(ask.text()));
    if (!ask.image().isEmpty()) {
      parts.add(Part.fromBytes(Base64.getDecoder().decode(ask.image()), "image/png"));
    }
    return Content.builder().role("user").parts(parts).build();
  }

  private static GenerateContentConfig config(Ask ask) {
    GenerateContentConfig.Builder config =
        GenerateContentConfig.builder()
            .systemInstruction(Content.fromParts(Part.fromText("Be brief.")));
    Schema place =
        Schema.builder()
            .type("OBJECT")
            .properties(Map.of("city", Schema.builder().type("STRING").build()))
            .build();
    if (ask.tool()) {
      config.tools(
          Tool.builder()
              .functionDeclarations(
                  FunctionDeclaration.builder()
                      .name("lookup_weather")
                      .description("Tells the weather of a city.")
                      .parameters(place)
                      .build()));
    }
    if (ask.thinks()) {
      config.thinkingConfig(ThinkingConfig.builder().includeThoughts(true).thinkingBudget(2048));
    }
    if (ask.schema()) {
      config.responseMimeType("application/json").responseSchema(place);
    }
    return config.build();
  }

  private Said send(Ask ask, List<Content> turns, boolean stream) {
    List<GenerateContentResponse> chunks = new ArrayList<>();
    if (stream) {
      try (ResponseStream<GenerateContentResponse> events =
          client.models.generateContentStream(ask.model(), turns, config(ask))) {
        events.forEach(chunks::add);
      }
    } else {
      chunks.add(client.models.generateContent(ask.model(), turns, config(ask)));
    }
    return said(chunks);
  }

  private static Said said(List<GenerateContentResponse> chunks) {
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    List<Call> calls = new ArrayList<>();
    List<Content> contents = new ArrayList<>();
    String stop = "";
    long input = -1;
    long output = -1;
    for (GenerateContentResponse chunk : chunks) {
      for (Candidate candidate : chunk.candidates().orElse(List.of())) {
        candidate.content().ifPresent(contents::add);
        for (Part part : candidate.content().flatMap(Content::parts).orElse(List.of())) {
          String words = part.text().orElse("");
          (part.thought().orElse(false) ? thinking : text).append(words);
          part.functionCall().ifPresent(call -> calls.add(call(call)));
        }
        stop = candidate.finishReason().map(Object::toString).orElse(stop);
      }
      var usage = chunk.usageMetadata();
      input = usage.flatMap(u -> u.promptTokenCount()).map(Integer::longValue).orElse(input);
      output = usage.flatMap(u -> u.candidatesTokenCount()).map(Integer::longValue).orElse(output);
    }
    String model = chunks.isEmpty() ? "" : chunks.getFirst().modelVersion().orElse("");
    return new Said(
        model, text.toString(), thinking.toString(), calls, stop, input, output, contents);
  }

  private static Call call(FunctionCall call) {
    StringBuilder json = new StringBuilder("{");
    call.args()
        .orElse(Map.of())
        .forEach(
            (name, value) ->
                json.append(json.length() > 1 ? "," : "")
                    .append("\"%s\":\"%s\"".formatted(name, value)));
    return new Call(call.id().orElse(""), call.name().orElse(""), json.append('}').toString());
  }

  @Override
  public Upstream speaks() {
    return Upstream.GEMINI;
  }

  @Override
  public void askAndLeave(Ask ask) {
    try (ResponseStream<GenerateContentResponse> stream =
        client.models.generateContentStream(ask.model(), List.of(question(ask)), config(ask))) {
      stream.iterator().next();
    }
  }

  @Override
  public Refused kind(Throwable problem) {
    return switch (problem) {
      case ClientException refused ->
          switch (refused.code()) {
            case 400 -> Refused.BAD_REQUEST;
            case 401 -> Refused.UNAUTHORIZED;
            case 404 -> Refused.NOT_FOUND;
            case 429 -> Refused.RATE_LIMITED;
            default -> Refused.OTHER;
          };
      case ServerException unavailable -> Refused.UNAVAILABLE;
      case ApiException broken -> Refused.OTHER;
      default -> Refused.OTHER;
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
