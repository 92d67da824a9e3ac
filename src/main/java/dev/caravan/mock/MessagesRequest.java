package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * What a request of Anthropic's dialect says that decides about the answer.
 *
 * @param answered whether its last message brings the result of a tool
 * @param lastUserText texts of the last message of the user
 * @param tool the first on offer, {@code get_weather} without one
 */
record MessagesRequest(
    String model, boolean stream, boolean answered, String lastUserText, String tool) {
  private static final ObjectMapper JSON = new ObjectMapper(Json.FACTORY);

  /**
   * Reads one.
   *
   * @throws IOException when it is no JSON object, or one that the real provider refuses
   */
  static MessagesRequest read(byte[] body) throws IOException {
    JsonNode request = JSON.readTree(body);
    if (!request.path("max_tokens").isNumber() || !request.path("model").isTextual()) {
      throw new IOException("max_tokens: Field required");
    }
    boolean answered = false;
    StringBuilder text = new StringBuilder();
    for (JsonNode message : request.path("messages")) {
      if (!message.path("role").asText().equals("user")) {
        continue;
      }
      answered = false;
      text.setLength(0);
      if (message.path("content").isTextual()) {
        text.append(message.path("content").asText());
      }
      for (JsonNode block : message.path("content")) {
        text.append(block.path("text").asText());
        answered |= block.path("type").asText().equals("tool_result");
      }
    }
    return new MessagesRequest(
        request.path("model").asText(),
        request.path("stream").asBoolean(),
        answered,
        text.toString(),
        request.at("/tools/0/name").asText("get_weather"));
  }
}
