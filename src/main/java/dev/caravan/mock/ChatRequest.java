package dev.caravan.mock;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * The fields of a request that decide about the answer.
 *
 * @param model as asked for
 * @param stream whether events are wanted
 * @param includeUsage whether a stream is to tell its token counts
 * @param isResponses whether it is asked in OpenAI's responses dialect
 * @param body as received
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record ChatRequest(
    String model, boolean stream, boolean includeUsage, boolean isResponses, byte[] body) {

  /**
   * Reads the top level in one pass and skips the rest.
   *
   * @return empty when there is no model
   * @throws IOException when the body is no JSON object
   */
  static Optional<ChatRequest> read(byte[] body, boolean isResponses) throws IOException {
    String model = null;
    boolean stream = false;
    boolean includeUsage = false;
    try (JsonParser json = openObject(body)) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "model" -> model = value == JsonToken.VALUE_STRING ? json.getText() : null;
          case "stream" -> stream = value == JsonToken.VALUE_TRUE;
          case "stream_options" -> includeUsage = readsTrue(json, "include_usage");
          default -> {}
        }
        json.skipChildren();
      }
    }
    return model == null
        ? Optional.empty()
        : Optional.of(
            new ChatRequest(model, stream, includeUsage || isResponses, isResponses, body));
  }

  /** What only a few drills have to know; read anew at each call. */
  Messages messages() throws IOException {
    return Messages.read(body);
  }

  private static boolean readsTrue(JsonParser json, String field) throws IOException {
    boolean found = false;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = json.currentName().equals(field);
        found |= json.nextToken() == JsonToken.VALUE_TRUE && wanted;
        json.skipChildren();
      }
    }
    return found;
  }

  static JsonParser openObject(byte[] body) throws IOException {
    JsonParser json = Json.FACTORY.createParser(body);
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IOException("not a JSON object");
    }
    return json;
  }
}
