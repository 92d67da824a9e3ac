package dev.caravan.dialect.hub;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON into an array that grows, commas included. Made for glueing: constants and ranges of
 * other bodies go in as they are. Used again after {@link #reset}. Not thread-safe.
 */
public final class JsonWriter {
  private static final int LARGEST_KEPT = 256 * 1024;

  private byte[] bytes;
  private int length;
  private boolean comma;

  public JsonWriter(int capacity) {
    bytes = new byte[Math.max(64, capacity)];
  }

  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /** What has been written, in an array of its own. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** What has been written, in an array of its own; nothing is written then. */
  public byte[] take() {
    byte[] taken = toBytes();
    reset();
    return taken;
  }

  public void reset() {
    length = 0;
    comma = false;
    if (bytes.length > LARGEST_KEPT) {
      bytes = new byte[1024];
    }
  }

  public JsonWriter beginObject() {
    separate();
    put((byte) '{');
    comma = false;
    return this;
  }

  public JsonWriter endObject() {
    put((byte) '}');
    comma = true;
    return this;
  }

  public JsonWriter beginArray() {
    separate();
    put((byte) '[');
    comma = false;
    return this;
  }

  public JsonWriter endArray() {
    put((byte) ']');
    comma = true;
    return this;
  }

  /** A member's name; its value has to follow. */
  public JsonWriter name(String name) {
    separate();
    quoted(name);
    put((byte) ':');
    comma = false;
    return this;
  }

  public JsonWriter string(String value) {
    separate();
    quoted(value);
    comma = true;
    return this;
  }

  public JsonWriter text(JsonText value) {
    separate();
    put((byte) '"');
    copy(value.bytes(), value.start(), value.end());
    put((byte) '"');
    comma = true;
    return this;
  }

  public JsonWriter raw(Raw value) {
    separate();
    copy(value.bytes(), value.start(), value.end());
    comma = true;
    return this;
  }

  public JsonWriter number(long value) {
    separate();
    digits(value);
    comma = true;
    return this;
  }

  /** Without a fraction when it has none. */
  public JsonWriter number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return number((long) value);
    }
    separate();
    glue(Double.toString(value));
    comma = true;
    return this;
  }

  public JsonWriter bool(boolean value) {
    separate();
    glue(value ? "true" : "false");
    comma = true;
    return this;
  }

  public JsonWriter nul() {
    separate();
    glue("null");
    comma = true;
    return this;
  }

  public JsonWriter member(String name, String value) {
    return name(name).string(value);
  }

  public JsonWriter member(String name, JsonText value) {
    return name(name).text(value);
  }

  public JsonWriter member(String name, Raw value) {
    return name(name).raw(value);
  }

  public JsonWriter member(String name, long value) {
    return name(name).number(value);
  }

  public JsonWriter member(String name, boolean value) {
    return name(name).bool(value);
  }

  /** Begins a string that is put together of parts. */
  public JsonWriter beginString() {
    separate();
    put((byte) '"');
    return this;
  }

  public JsonWriter endString() {
    put((byte) '"');
    comma = true;
    return this;
  }

  /** A part of a string that was begun. */
  public JsonWriter part(JsonText text) {
    copy(text.bytes(), text.start(), text.end());
    return this;
  }

  /** A part of a string that was begun, escaped here. */
  public JsonWriter part(String text) {
    escape(text);
    return this;
  }

  /** A JSON value as the text of a string: its own quotes and backslashes are escaped. */
  public JsonWriter part(Raw json) {
    byte[] from = json.bytes();
    room(2 * json.length());
    for (int i = json.start(); i < json.end(); i++) {
      byte b = from[i];
      if (b == '"' || b == '\\') {
        room(json.end() - i + 2);
        bytes[length++] = '\\';
        bytes[length++] = b;
      } else if (b >= 0 && b < ' ') {
        escape(String.valueOf((char) b));
      } else {
        room(json.end() - i + 2);
        bytes[length++] = b;
      }
    }
    return this;
  }

  /** Bytes as they are, no comma before them and none owed behind. */
  public JsonWriter glue(byte[] constant) {
    copy(constant, 0, constant.length);
    return this;
  }

  /** The first bytes of a constant as they are, no comma before them and none owed behind. */
  public JsonWriter glue(byte[] constant, int size) {
    copy(constant, 0, size);
    return this;
  }

  /** ASCII as it is, no comma before it and none owed behind. */
  public JsonWriter glue(String ascii) {
    int size = ascii.length();
    room(size);
    for (int i = 0; i < size; i++) {
      bytes[length + i] = (byte) ascii.charAt(i);
    }
    length += size;
    return this;
  }

  /** Digits as they are, no comma before them. */
  public JsonWriter digits(long value) {
    if (value >= 0 && value < 10) {
      put((byte) ('0' + value));
    } else {
      glue(Long.toString(value));
    }
    return this;
  }

  /** Forgets a comma that would be owed, before a value is glued in. */
  public JsonWriter fresh() {
    comma = false;
    return this;
  }

  private void separate() {
    if (comma) {
      put((byte) ',');
      comma = false;
    }
  }

  private void quoted(String text) {
    put((byte) '"');
    escape(text);
    put((byte) '"');
  }

  private void escape(String text) {
    int size = text.length();
    room(size);
    for (int i = 0; i < size; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7F || c == '"' || c == '\\') {
        byte[] rest = JsonText.escape(text.substring(i));
        copy(rest, 0, rest.length);
        return;
      }
      bytes[length++] = (byte) c;
    }
  }

  private void put(byte b) {
    if (length == bytes.length) {
      room(1);
    }
    bytes[length++] = b;
  }

  private void copy(byte[] from, int start, int end) {
    room(end - start);
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
