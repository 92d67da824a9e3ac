package dev.caravan.mock;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What a chat request says last and which tool it offers.
 *
 * @param lastRole of its messages, empty without one
 * @param lastUserText parts of other kinds left out, empty without a user message
 * @param answered whether a tool has said something after that
 * @param tool the first on offer, {@code get_weather} without one
 */
record Messages(String lastRole, String lastUserText, boolean answered, String tool) {

  static Messages read(byte[] body) throws IOException {
    var reader = new Reader();
    try (JsonParser json = ChatRequest.openObject(body)) {
      reader.eachField(
          json,
          name -> {
            switch (name) {
              case "messages" -> reader.eachElement(json, () -> reader.message(json));
              case "input" -> reader.input(json);
              case "tools" -> reader.eachElement(json, () -> reader.tool(json));
              default -> json.skipChildren();
            }
          });
    }
    return new Messages(
        reader.lastRole, reader.lastUserText, reader.answered, reader.toolOr("get_weather"));
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
    private boolean answered;
    private String tool = "";

    String toolOr(String otherwise) {
      return tool.isEmpty() ? otherwise : tool;
    }

    /** The input of a responses request: one text, or items. */
    void input(JsonParser json) throws IOException {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        lastRole = "user";
        lastUserText = json.getText();
      } else {
        eachElement(json, () -> message(json));
      }
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
              case "type" -> type(json.getValueAsString(""));
              case "tools" -> eachElement(json, () -> tool(json));
              default -> json.skipChildren();
            }
          });
      if (lastRole.equals("user")) {
        lastUserText = text.toString();
        answered = false;
      }
      answered |= lastRole.equals("tool");
    }

    /** Items that are no messages have a type instead of a role. */
    private void type(String type) {
      if (type.endsWith("_call_output")) {
        lastRole = "tool";
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
            switch (name) {
              case "function", "custom" -> eachField(json, inner -> toolField(json, inner));
              case "tools" -> eachElement(json, () -> tool(json));
              default -> toolField(json, name);
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
