package dev.caravan.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The input of a tool that takes free text, which everywhere else is the one argument {@code
 * input}.
 */
final class FreeText {

  /** What stands before and behind the text, in arguments that are written as a text. */
  static final JsonText BEFORE = JsonText.of("{\"input\":\"");

  static final JsonText BEHIND = JsonText.of("\"}");

  private FreeText() {}

  static Arguments wrapped(JsonText input) {
    JsonWriter out = new JsonWriter(input.length() + 16);
    return Arguments.of(Raw.of(out.beginObject().member("input", input).endObject().toBytes()));
  }

  /** A fragment of the text, as a fragment of the arguments. */
  static JsonText fragment(Raw quoted) {
    JsonWriter out = new JsonWriter(quoted.length() + 32);
    byte[] escaped =
        out.part(new Raw(quoted.bytes(), quoted.start() + 1, quoted.end() - 1)).toBytes();
    return JsonText.escaped(escaped, 0, escaped.length);
  }

  /** The text alone; arguments without the wrapper are the text (http-api.md 7.2). */
  static JsonText unwrapped(Arguments arguments) {
    byte[] json =
        switch (arguments) {
          case Arguments.AsObject(var object) -> object.toString().getBytes(StandardCharsets.UTF_8);
          case Arguments.AsText(var text) -> text.string().getBytes(StandardCharsets.UTF_8);
        };
    JsonText input = input(json);
    return input != null
        ? input
        : arguments instanceof Arguments.AsText(var text)
            ? text
            : JsonText.of(new String(json, StandardCharsets.UTF_8));
  }

  private static @Nullable JsonText input(byte[] bytes) {
    JsonText input = null;
    try (JsonReader json = new JsonReader(bytes)) {
      if (json.next() != JsonToken.START_OBJECT) {
        return null;
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("input") && json.isString()) {
          input = json.text();
        } else {
          json.skip();
        }
      }
      return json.token() == JsonToken.END_OBJECT ? input : null;
    } catch (IOException e) {
      return null;
    }
  }
}
