package dev.caravan.dialect.sse;

import java.util.Arrays;

/**
 * What the data fields of one event say: a range of the event's own bytes, or, when there are
 * several of them, a copy with a line feed between them (WHATWG HTML, section 9.2.6).
 *
 * @param start first byte of the data
 * @param end one past the last
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EventData(byte[] bytes, int start, int end) {
  private static final byte[] NOTHING = new byte[0];

  /** Reads one event; empty when it has no data field. */
  public static EventData of(byte[] b, int start, int end) {
    int first = fieldFrom(b, start, end);
    if (first < 0) {
      return new EventData(NOTHING, 0, 0);
    }
    int from = valueAt(b, first, end);
    int to = lineEnd(b, from, end);
    int second = fieldFrom(b, next(b, to, end), end);
    return second < 0 ? new EventData(b, from, to) : joined(b, from, to, second, end);
  }

  public int length() {
    return end - start;
  }

  /** A copy of the data alone. */
  public byte[] copy() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  public boolean startsWith(byte[] word) {
    return length() >= word.length
        && Arrays.equals(bytes, start, start + word.length, word, 0, word.length);
  }

  private static EventData joined(byte[] b, int from, int to, int second, int end) {
    byte[] all = new byte[end - from];
    int length = to - from;
    System.arraycopy(b, from, all, 0, length);
    for (int field = second; field >= 0; ) {
      int valueFrom = valueAt(b, field, end);
      int valueTo = lineEnd(b, valueFrom, end);
      all[length++] = '\n';
      System.arraycopy(b, valueFrom, all, length, valueTo - valueFrom);
      length += valueTo - valueFrom;
      field = fieldFrom(b, next(b, valueTo, end), end);
    }
    return new EventData(all, 0, length);
  }

  /** The first data field at or after the beginning of a line, or -1. */
  private static int fieldFrom(byte[] b, int lineStart, int end) {
    int i = lineStart;
    while (i < end) {
      if (isField(b, i, end)) {
        return i;
      }
      i = next(b, lineEnd(b, i, end), end);
    }
    return -1;
  }

  private static boolean isField(byte[] b, int i, int end) {
    return i + 5 <= end
        && b[i] == 'd'
        && b[i + 1] == 'a'
        && b[i + 2] == 't'
        && b[i + 3] == 'a'
        && b[i + 4] == ':';
  }

  /** After the colon and one blank. */
  private static int valueAt(byte[] b, int field, int end) {
    int from = field + 5;
    return from < end && b[from] == ' ' ? from + 1 : from;
  }

  /** Where a line's text ends, before its CR or LF. */
  private static int lineEnd(byte[] b, int from, int end) {
    int i = from;
    while (i < end && b[i] != '\n') {
      i++;
    }
    return i > from && i < end && b[i - 1] == '\r' ? i - 1 : i;
  }

  private static int next(byte[] b, int lineEnd, int end) {
    int i = lineEnd;
    while (i < end && b[i] != '\n') {
      i++;
    }
    return Math.min(end, i + 1);
  }
}
