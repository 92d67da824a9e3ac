package dev.caravan.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Keeps secrets out of what is written: a client may have named a model as its own key. Masks texts
 * one by one, so that a mask never breaks the JSON around it.
 */
final class MaskedJson {
  private static final JsonFactory JSON = new JsonFactory();

  private MaskedJson() {}

  /** The same JSON with every text in it masked; the same bytes when there is nothing to mask. */
  static byte[] of(byte[] json, UnaryOperator<String> mask) {
    String text = new String(json, StandardCharsets.UTF_8);
    return mask.apply(text).equals(text) ? json : masked(json, mask);
  }

  private static byte[] masked(byte[] json, UnaryOperator<String> mask) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length);
    try (JsonParser from = JSON.createParser(json);
        JsonGenerator to = JSON.createGenerator(out)) {
      for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
        switch (token) {
          case VALUE_STRING -> to.writeString(mask.apply(from.getText()));
          case FIELD_NAME -> to.writeFieldName(mask.apply(from.currentName()));
          default -> to.copyCurrentEvent(from);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return out.toByteArray();
  }
}
