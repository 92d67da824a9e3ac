package dev.caravan.dialect.hub;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text in the form in which it stands between the quotes of a JSON string: UTF-8, escaped. Moving
 * it from one body to another is a copy of bytes; it is decoded only when somebody asks what it
 * says. The bytes are those of the body or of the piece of a stream that it was read from: whoever
 * keeps a text of a stream for longer than one event takes {@link #kept()}.
 */
public final class JsonText {
  public static final JsonText EMPTY = new JsonText(new byte[0], 0, 0, "");

  private final byte[] bytes;
  private final int start;
  private final int end;
  private @Nullable String decoded;

  private JsonText(byte[] bytes, int start, int end, @Nullable String decoded) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.decoded = decoded;
  }

  public static JsonText of(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    byte[] escaped = escape(text);
    return new JsonText(escaped, 0, escaped.length, text);
  }

  /** A text escaped for JSON. Half a character, which JSON can hold and UTF-8 cannot, is lost. */
  static byte[] escape(String text) {
    try {
      return JsonStringEncoder.getInstance().quoteAsUTF8(text);
    } catch (IllegalArgumentException halfACharacter) {
      String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      return JsonStringEncoder.getInstance().quoteAsUTF8(whole);
    }
  }

  /** A range that is already escaped, quotes not included. */
  public static JsonText escaped(byte[] bytes, int start, int end) {
    return start == end ? EMPTY : new JsonText(bytes, start, end, null);
  }

  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /** Bytes in escaped form. */
  public int length() {
    return end - start;
  }

  public boolean isEmpty() {
    return start == end;
  }

  /** Whether it holds nothing but blanks and line ends. */
  public boolean isBlank() {
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      if (b == '\\'
          && i + 1 < end
          && (bytes[i + 1] == 'n' || bytes[i + 1] == 't' || bytes[i + 1] == 'r')) {
        i++;
      } else if (b != ' ') {
        return false;
      }
    }
    return true;
  }

  /** A copy that outlives the bytes it was read from. */
  public JsonText kept() {
    return isEmpty()
        ? EMPTY
        : new JsonText(Arrays.copyOfRange(bytes, start, end), 0, end - start, decoded);
  }

  /** A part of it, counted in escaped bytes; must not cut a character or an escape. */
  public JsonText from(int offset) {
    return escaped(bytes, start + offset, end);
  }

  /** Whether it begins with these ASCII characters. */
  public boolean startsWith(String ascii) {
    if (length() < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (bytes[start + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Where an ASCII character that JSON does not escape first stands, in escaped bytes, or -1. */
  public int indexOf(char ascii) {
    for (int i = start; i < end; i++) {
      if (bytes[i] == ascii) {
        return i - start;
      }
    }
    return -1;
  }

  /** A part of it, counted in escaped bytes; must not cut a character or an escape. */
  public JsonText between(int from, int to) {
    return escaped(bytes, start + from, start + to);
  }

  /** What it says. */
  public String string() {
    String known = decoded;
    if (known == null) {
      known = decode();
      decoded = known;
    }
    return known;
  }

  private String decode() {
    int escape = nextEscape(start);
    if (escape == end) {
      return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }
    StringBuilder out = new StringBuilder(end - start);
    int from = start;
    while (escape < end) {
      out.append(new String(bytes, from, escape - from, StandardCharsets.UTF_8));
      from = unescape(escape, out);
      escape = nextEscape(from);
    }
    return out.append(new String(bytes, from, end - from, StandardCharsets.UTF_8)).toString();
  }

  private int nextEscape(int from) {
    int i = from;
    while (i < end && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  private int unescape(int at, StringBuilder out) {
    byte what = bytes[at + 1];
    switch (what) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'u' -> {
        out.append(
            (char) Integer.parseInt(new String(bytes, at + 2, 4, StandardCharsets.US_ASCII), 16));
        return at + 6;
      }
      default -> out.append((char) what);
    }
    return at + 2;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof JsonText text
            && (Arrays.equals(bytes, start, end, text.bytes, text.start, text.end)
                || string().equals(text.string())));
  }

  @Override
  public int hashCode() {
    return string().hashCode();
  }

  @Override
  public String toString() {
    return string();
  }
}
