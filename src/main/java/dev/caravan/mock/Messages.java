package dev.caravan.mock;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What a chat request says last and which tool it offers.
 *
 * @param lastRole of its messages, empty without one
 * @param lastUserText parts of other kinds left out, empty without a user message
 * @param tool the first on offer, {@code get_weather} without one
 */
record Messages(String lastRole, String lastUserText, String tool) {

  static Messages read(byte[] body) throws IOException {
    var reader = new Reader();
    try (JsonParser json = ChatRequest.openObject(body)) {
      reader.eachField(
          json,
          name -> {
            switch (name) {
              case "messages" -> reader.eachElement(json, () -> reader.message(json));
              case "tools" -> reader.eachElement(json, () -> reader.tool(json));
              default -> json.skipChildren();
            }
          });
    }
    return new Messages(reader.lastRole, reader.lastUserText, reader.toolOr("get_weather"));
  }

  private interface Field {
    void read(String name) throws IOException;
  }

  private interface Element {
    void read() throws IOException;
  }

  private static final class Reader {
    private String lastRole = "";
    private String lastUserText = "";
    private String tool = "";

    String toolOr(String otherwise) {
      return tool.isEmpty() ? otherwise : tool;
    }

    void message(JsonParser json) throws IOException {
      var text = new StringBuilder();
      lastRole = "";
      eachField(
          json,
          name -> {
            switch (name) {
              case "role" -> lastRole = json.getValueAsString("");
              case "content" -> content(json, text);
              default -> json.skipChildren();
            }
          });
      if (lastRole.equals("user")) {
        lastUserText = text.toString();
      }
    }

    private void content(JsonParser json, StringBuilder text) throws IOException {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        text.append(json.getText());
      } else {
        eachElement(json, () -> eachField(json, name -> textPart(json, name, text)));
      }
    }

    private static void textPart(JsonParser json, String name, StringBuilder text)
        throws IOException {
      if (name.equals("text")) {
        text.append(json.getValueAsString(""));
      }
      json.skipChildren();
    }

    void tool(JsonParser json) throws IOException {
      eachField(
          json,
          name -> {
            if (name.equals("function")) {
              eachField(json, inner -> toolField(json, inner));
            } else {
              json.skipChildren();
            }
          });
    }

    private void toolField(JsonParser json, String name) throws IOException {
      if (name.equals("name") && tool.isEmpty()) {
        tool = json.getValueAsString("");
      }
      json.skipChildren();
    }

    // The current token is the value; anything but an object has no fields.
    void eachField(JsonParser json, Field field) throws IOException {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          field.read(name);
        }
      } else {
        json.skipChildren();
      }
    }

    void eachElement(JsonParser json, Element element) throws IOException {
      if (json.currentToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          element.read();
        }
      } else {
        json.skipChildren();
      }
    }
  }
}
