package dev.caravan.dialect.hub;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One JSON value as it stands in the bytes that it was read from: valid JSON, nothing around it.
 *
 * @param bytes not to be changed
 * @param start first byte of the value
 * @param end one past its last byte
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Raw(byte[] bytes, int start, int end) {

  public static Raw of(String json) {
    return of(json.getBytes(StandardCharsets.UTF_8));
  }

  public static Raw of(byte[] json) {
    return new Raw(json, 0, json.length);
  }

  public int length() {
    return end - start;
  }

  public boolean isNull() {
    return bytes[start] == 'n';
  }

  public boolean isTrue() {
    return bytes[start] == 't';
  }

  public boolean isFalse() {
    return bytes[start] == 'f';
  }

  public boolean isObject() {
    return bytes[start] == '{';
  }

  public boolean isArray() {
    return bytes[start] == '[';
  }

  public boolean isString() {
    return bytes[start] == '"';
  }

  /** The value as a number, or this when it is none. */
  public double number(double otherwise) {
    byte first = bytes[start];
    return first == '-' || (first >= '0' && first <= '9')
        ? Double.parseDouble(toString())
        : otherwise;
  }

  /** The value as a text; of a value that is no string its JSON. */
  public JsonText text() {
    return isString() ? JsonText.escaped(bytes, start + 1, end - 1) : JsonText.of(toString());
  }

  /** A copy that does not hold on to the bytes around it. */
  public Raw kept() {
    return of(Arrays.copyOfRange(bytes, start, end));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Raw raw
        && Arrays.equals(bytes, start, end, raw.bytes, raw.start, raw.end);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The JSON itself. */
  @Override
  public String toString() {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }
}
