package dev.caravan.dialect.hub;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.base.ParserBase;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's streaming parser over a range of bytes, which can also hand out a value as the bytes
 * that it stands in. Not thread-safe.
 */
public final class JsonReader implements AutoCloseable {
  private final byte[] bytes;
  private final int base;
  private final int end;
  private final JsonParser json;

  public JsonReader(byte[] bytes) throws IOException {
    this(bytes, 0, bytes.length);
  }

  /** Reads a range; a byte order mark at its head is skipped. */
  public JsonReader(byte[] bytes, int start, int end) throws IOException {
    this.bytes = bytes;
    this.end = end;
    this.json = JsonBytes.parse(bytes, start, end);
    boolean marked =
        end - start >= 3 && bytes[start] == (byte) 0xEF && bytes[start + 1] == (byte) 0xBB;
    this.base = marked ? start + 3 : start;
  }

  /** Moves to the next token; null at the end. */
  public @Nullable JsonToken next() throws IOException {
    return json.nextToken();
  }

  public @Nullable JsonToken token() {
    return json.currentToken();
  }

  /**
   * Moves to the name of the next member of the object that is being read, and on to its value.
   *
   * @return the name, null at the end of the object
   */
  public @Nullable String nextMember() throws IOException {
    if (json.nextToken() != JsonToken.FIELD_NAME) {
      return null;
    }
    String name = json.currentName();
    json.nextToken();
    return name;
  }

  /** Moves to the next element of the array that is being read; false at its end. */
  public boolean nextElement() throws IOException {
    return json.nextToken() != JsonToken.END_ARRAY;
  }

  public boolean isString() {
    return json.currentToken() == JsonToken.VALUE_STRING;
  }

  public boolean isObject() {
    return json.currentToken() == JsonToken.START_OBJECT;
  }

  public boolean isArray() {
    return json.currentToken() == JsonToken.START_ARRAY;
  }

  public boolean isNull() {
    return json.currentToken() == JsonToken.VALUE_NULL;
  }

  public boolean isTrue() {
    return json.currentToken() == JsonToken.VALUE_TRUE;
  }

  public boolean isFalse() {
    return json.currentToken() == JsonToken.VALUE_FALSE;
  }

  public boolean isNumber() {
    JsonToken token = json.currentToken();
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
  }

  /** Passes the value over, children and all. */
  public void skip() throws IOException {
    json.skipChildren();
  }

  /** The string that it stands on, decoded; null for any other value, which is passed over. */
  public @Nullable String string() throws IOException {
    if (isString()) {
      return json.getText();
    }
    json.skipChildren();
    return null;
  }

  /** The string that it stands on, as bytes; null for any other value, which is passed over. */
  public @Nullable JsonText text() throws IOException {
    if (!isString()) {
      json.skipChildren();
      return null;
    }
    int open = tokenStart();
    return JsonText.escaped(bytes, open + 1, closingQuote(open + 1));
  }

  /** The number that it stands on; 0 for any other value, which is passed over. */
  public long number() throws IOException {
    if (isNumber()) {
      return (long) json.getDoubleValue();
    }
    json.skipChildren();
    return 0;
  }

  /** The number that it stands on; null for any other value, which is passed over. */
  public @Nullable Double real() throws IOException {
    if (isNumber()) {
      return json.getDoubleValue();
    }
    json.skipChildren();
    return null;
  }

  /** The value that it stands on, as bytes; moves to its last token. */
  public Raw raw() throws IOException {
    int from = tokenStart();
    if (isString()) {
      return new Raw(bytes, from, closingQuote(from + 1) + 1);
    }
    json.skipChildren();
    json.finishToken();
    return new Raw(bytes, from, base + (int) json.currentLocation().getByteOffset());
  }

  /** Where the value that it stands on begins. */
  public int tokenStart() {
    return base
        + (int)
            (json instanceof ParserBase parser
                ? parser.getTokenCharacterOffset() - 1 // as in its own currentTokenLocation()
                : json.currentTokenLocation().getByteOffset());
  }

  /** Where the token that it stands on ends, when it has been read whole. */
  public int tokenEnd() throws IOException {
    json.finishToken();
    return base + (int) json.currentLocation().getByteOffset();
  }

  // Jackson has not looked at the string yet and does so when it moves on: what is wrong in it is
  // said then.
  private int closingQuote(int from) throws IOException {
    for (int i = from; i < end; i++) {
      byte b = bytes[i];
      if (b == '"') {
        return i;
      }
      if (b == '\\') {
        i++;
      }
    }
    throw new IOException("a string without an end");
  }

  /** What it reads from. */
  public byte[] bytes() {
    return bytes;
  }

  /** The parser itself, for a place to tell in an error. */
  public JsonParser parser() {
    return json;
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
