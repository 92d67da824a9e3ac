package dev.caravan.mock;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** The few things about JSON that the answers need; they are glued, not built as trees. */
final class Json {
  static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** The text as a JSON string, with its quotes. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16).append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, out);
    return out.append('"').toString();
  }
}
