package dev.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import java.io.IOException;

/**
 * What a {@code countTokens} request would come to, without asking anybody: four bytes of text make
 * about a token, a picture 258, a second of sound 32 (Gemini API, tokens). The body holds {@code
 * contents}, or a whole {@code generateContentRequest}.
 */
public final class TokenEstimate {
  private static final int BYTES_OF_A_TOKEN = 4;
  private static final int PICTURE = 258;
  private static final int BYTES_OF_SOUND_A_TOKEN = 1_000;
  private static final int TURN = 4;

  private final JsonReader json;
  private long textBytes;
  private long others;

  private TokenEstimate(JsonReader json) {
    this.json = json;
  }

  /**
   * The answer to a request for a count.
   *
   * @throws dev.caravan.call.CallFailed when the body is no JSON object
   */
  public static byte[] answer(byte[] body) {
    try (JsonReader json = new JsonReader(body)) {
      if (json.next() != JsonToken.START_OBJECT) {
        throw BadRequest.of(Kind.INVALID_TYPE, "the body must be a JSON object", null);
      }
      TokenEstimate estimate = new TokenEstimate(json);
      estimate.value();
      if (json.token() != JsonToken.END_OBJECT || json.next() != null) {
        throw BadRequest.notJson(json.parser().currentLocation());
      }
      return estimate.rendered();
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  private byte[] rendered() {
    long text = (textBytes + BYTES_OF_A_TOKEN - 1) / BYTES_OF_A_TOKEN;
    JsonWriter out = new JsonWriter(128);
    out.beginObject().member("totalTokens", text + others);
    out.name("promptTokensDetails").beginArray().beginObject();
    out.member("modality", "TEXT").member("tokenCount", text + others).endObject().endArray();
    return out.endObject().toBytes();
  }

  /** Everything that a model would read, whatever it is called. */
  private void value() throws IOException {
    if (json.isObject()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (Spelling.camel(name)) {
          case "inlineData" -> media();
          case "role" -> {
            others += TURN;
            json.skip();
          }
          case "model", "thoughtSignature", "safetySettings", "generationConfig" -> json.skip();
          default -> value();
        }
      }
    } else if (json.isArray()) {
      while (json.nextElement()) {
        value();
      }
    } else if (json.isString()) {
      JsonText text = json.text();
      textBytes += text == null ? 0 : text.length();
    } else {
      textBytes++;
    }
  }

  private void media() throws IOException {
    boolean sound = false;
    long bytes = 0;
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (Spelling.camel(name)) {
        case "mimeType" -> {
          String type = json.string();
          sound = type != null && type.startsWith("audio/");
        }
        case "data" -> {
          JsonText data = json.text();
          bytes = data == null ? 0 : data.length() * 3L / 4;
        }
        default -> json.skip();
      }
    }
    others += sound ? 1 + bytes / BYTES_OF_SOUND_A_TOKEN : PICTURE;
  }
}
