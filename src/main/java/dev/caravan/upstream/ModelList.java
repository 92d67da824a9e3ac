package dev.caravan.upstream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a provider's model list: {@code {"data":[{"id","created"}]}}, a bare array of the same, or
 * Google's {@code {"models":[{"name":"models/…"}]}}.
 */
final class ModelList {

  /**
   * A model of a provider.
   *
   * @param id the provider's own name
   * @param created epoch seconds, 0 when not told
   */
  record Model(String id, long created) {}

  private static final String GOOGLES = "models/";

  private ModelList() {}

  static List<Model> read(byte[] body) throws IOException {
    try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
      JsonToken first = json.nextToken();
      if (first == JsonToken.START_ARRAY) {
        return models(json);
      }
      if (first == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String member = json.currentName();
          boolean data = member.equals("data") || member.equals("models");
          if (json.nextToken() == JsonToken.START_ARRAY && data) {
            return models(json);
          }
          json.skipChildren();
        }
      }
      throw new IOException("no list of models");
    }
  }

  private static List<Model> models(JsonParser json) throws IOException {
    List<Model> models = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        continue;
      }
      String id = "";
      long created = 0;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("id") && value == JsonToken.VALUE_STRING) {
          id = json.getText();
        } else if (name.equals("name") && id.isEmpty() && value == JsonToken.VALUE_STRING) {
          String path = json.getText();
          id = path.startsWith(GOOGLES) ? path.substring(GOOGLES.length()) : id;
        } else if (name.equals("created") && value == JsonToken.VALUE_NUMBER_INT) {
          created = json.getLongValue();
        } else {
          json.skipChildren();
        }
      }
      if (!id.isEmpty()) {
        models.add(new Model(id, created));
      }
    }
    return models;
  }
}
