package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request in Gemini's dialect asks for.
 *
 * @param model from the path, or from what is around the request
 * @param method from the path
 * @param events whether a stream is one of events, not an array
 * @param lastText the texts of the last content of the user that has any
 * @param answersCalls whether the last content holds results of calls
 * @param tool the first function on offer, {@code get_weather} without one
 * @param wrapped whether it came in Code Assist's envelope, as its answer has to
 */
record GeminiRequest(
    String model,
    String method,
    boolean events,
    String lastText,
    boolean answersCalls,
    String tool,
    boolean wrapped) {
  private static final ObjectMapper TREES = new ObjectMapper(Json.FACTORY);

  /** Whether a path is one of Gemini's. */
  static boolean isOne(String path) {
    return path.endsWith(":generateContent")
        || path.endsWith(":streamGenerateContent")
        || path.endsWith(":countTokens");
  }

  /**
   * Reads a request.
   *
   * @throws IOException when the body is no JSON object
   */
  static GeminiRequest read(String path, @Nullable String query, byte[] body) throws IOException {
    JsonNode whole = TREES.readTree(body);
    if (whole == null || !whole.isObject()) {
      throw new IOException("not a JSON object");
    }
    boolean wrapped = CodeAssistDesk.isOne(path);
    JsonNode root = wrapped ? whole.path("request") : whole;
    if (wrapped && !root.path("contents").isArray()) {
      throw new IOException("no request with contents");
    }
    String text = "";
    boolean answers = false;
    for (JsonNode content : root.path("contents")) {
      answers = false;
      List<String> said = new ArrayList<>();
      for (JsonNode part : content.path("parts")) {
        answers |= part.has("functionResponse");
        if (part.has("text")) {
          said.add(part.path("text").asText());
        }
      }
      if (!said.isEmpty() && !content.path("role").asText("user").equals("model")) {
        text = String.join("\n", said);
      }
    }
    String tool = root.at("/tools/0/functionDeclarations/0/name").asText("");
    int colon = path.lastIndexOf(':');
    String model =
        wrapped
            ? whole.path("model").asText("")
            : path.substring(path.lastIndexOf('/', colon) + 1, colon);
    return new GeminiRequest(
        URLDecoder.decode(model, StandardCharsets.UTF_8),
        path.substring(colon + 1),
        query != null && query.contains("alt=sse"),
        text,
        answers,
        tool.isEmpty() ? "get_weather" : tool,
        wrapped);
  }

  boolean stream() {
    return method.equals("streamGenerateContent");
  }
}
