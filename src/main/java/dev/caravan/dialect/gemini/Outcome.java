package dev.caravan.dialect.gemini;

import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What a function has returned: an object in this dialect, a text in all others. An object of one
 * member {@code result}, {@code output}, {@code content} or {@code error} is what stands in it; any
 * other is told as its JSON.
 */
record Outcome(JsonText text, boolean failed) {

  static Outcome of(Raw response) throws IOException {
    if (!response.isObject()) {
      return new Outcome(response.text(), false);
    }
    try (JsonReader json = new JsonReader(response.bytes(), response.start(), response.end())) {
      json.next();
      String name = json.nextMember();
      if (name == null) {
        return new Outcome(response.text(), false);
      }
      Raw only = json.raw();
      String second = json.nextMember();
      boolean wraps =
          switch (name) {
            case "result", "output", "content", "error" -> second == null;
            default -> false;
          };
      return wraps
          ? new Outcome(only.text().kept(), name.equals("error"))
          : new Outcome(response.text(), false);
    }
  }

  /** Writes a text as the object that a function returns. */
  static void write(JsonText text, boolean failed, JsonWriter out) {
    if (!failed && text.startsWith("{")) {
      byte[] json = text.string().getBytes(StandardCharsets.UTF_8);
      if (JsonBytes.isWhole(json, 0, json.length)) {
        out.raw(Raw.of(json));
        return;
      }
    }
    out.beginObject().member(failed ? "error" : "result", text).endObject();
  }
}
