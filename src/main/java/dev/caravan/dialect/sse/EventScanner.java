package dev.caravan.dialect.sse;

import java.util.Arrays;

/**
 * Finds the ends of server-sent events in bytes that arrive in pieces, and notes on the way which
 * ones hold a word that matters, so that nearly all events are never parsed.
 *
 * <p>An event ends with a blank line; lines end with LF or CRLF (WHATWG HTML, section 9.2.5). Hints
 * are cheap and may be false alarms, never misses: a key of a JSON object is always written with
 * plain quotes, and a quote inside a string value is always escaped.
 *
 * <p>Pieces are handed on as they are when they end with an event; only a torn event is copied and
 * kept until its rest arrives. An event longer than {@link #MAX_EVENT} is let through in parts
 * without a look.
 *
 * <p>Not thread-safe.
 */
public final class EventScanner {
  public static final int USAGE = 1;
  public static final int ERROR = 2;
  public static final int FINISHED = 4;
  public static final int NO_CHOICES = 8;
  public static final int DATA = 16;

  /** Bytes of a torn event that are kept at most. */
  public static final int MAX_EVENT = 1 << 20;

  private static final byte[] USAGE_KEY = bytes("usage\"");
  private static final byte[] ERROR_KEY = bytes("error\"");
  private static final byte[] ERROR_LINE = bytes("event: error");
  private static final byte[] ERROR_LINE_TIGHT = bytes("event:error");
  private static final byte[] FINISH_KEY = bytes("finish_reason\"");
  private static final byte[] CHOICES_KEY = bytes("choices\"");
  private static final byte[] DATA_FIELD = bytes("data:");
  private static final int LONGEST_WORD = 24;
  private static final byte[] NOTHING = new byte[0];

  /** Gets what was found. Arrays are only good during the call. */
  public interface Events {
    /** One complete event, blank line included. */
    void event(byte[] bytes, int start, int end, int hints);

    /** A part of an event that is too long to be kept. */
    void part(byte[] bytes, int start, int end);
  }

  private byte[] kept = NOTHING;
  private int keptLength;
  private int keptScanned;
  private int keptHints;
  private int lastHints;
  private boolean skipping;

  /** Takes the next piece and reports every event that is complete with it, in order. */
  public void feed(byte[] bytes, int start, int end, Events events) {
    if (keptLength == 0) {
      int rest = scan(bytes, start, start, end, 0, events);
      if (rest < end) {
        keep(bytes, rest, end, events);
      }
      return;
    }
    ensure(keptLength + end - start);
    System.arraycopy(bytes, start, kept, keptLength, end - start);
    int length = keptLength + end - start;
    byte[] joined = kept;
    int from = Math.max(0, keptScanned - LONGEST_WORD);
    keptLength = 0;
    int rest = scan(joined, 0, from, length, keptHints, events);
    if (rest < length) {
      System.arraycopy(joined, rest, kept, 0, length - rest);
      keptLength = length - rest;
      keptScanned = keptLength;
      keptHints = lastHints;
      letLongOnesGo(events);
    } else {
      shrink();
    }
  }

  /** Bytes of a torn event that wait for their rest. */
  public int pending() {
    return keptLength;
  }

  /** Hands out a torn event as it is, at the end of a stream. */
  public void flush(Events events) {
    if (keptLength > 0) {
      int length = keptLength;
      keptLength = 0;
      if (skipping) {
        events.part(kept, 0, length);
      } else {
        events.event(kept, 0, length, keptHints);
      }
      skipping = false;
      shrink();
    }
  }

  private void keep(byte[] bytes, int start, int end, Events events) {
    ensure(end - start);
    System.arraycopy(bytes, start, kept, 0, end - start);
    keptLength = end - start;
    keptScanned = keptLength;
    keptHints = lastHints;
    letLongOnesGo(events);
  }

  private void letLongOnesGo(Events events) {
    if (keptLength > MAX_EVENT) {
      // keeps the last bytes, so that a blank line that is torn too is still found
      int part = keptLength - 3;
      skipping = true;
      events.part(kept, 0, part);
      System.arraycopy(kept, part, kept, 0, 3);
      keptLength = 3;
      keptScanned = 3;
    }
  }

  private void ensure(int size) {
    if (kept.length < size) {
      kept = Arrays.copyOf(kept, Math.max(size, Math.min(kept.length * 2, MAX_EVENT * 2)));
    }
  }

  private void shrink() {
    if (kept.length > 64 * 1024) {
      kept = NOTHING;
    }
    keptHints = 0;
    keptScanned = 0;
  }

  /**
   * Scans {@code [from, end)} of an event that began at {@code eventStart}.
   *
   * @return where the torn last event begins, or {@code end}
   */
  private int scan(byte[] a, int eventStart, int from, int end, int hintsSoFar, Events events) {
    int hints = hintsSoFar;
    int begin = eventStart;
    int i = from;
    while (i < end) {
      byte b = a[i];
      if (b == '"') {
        hints |= wordAt(a, i + 1, end);
      } else if (b == '\n') {
        if (isBlankLine(a, begin, i)) {
          int next = i + 1;
          if (skipping) {
            events.part(a, begin, next);
            skipping = false;
          } else if (begin < i || hints != 0) {
            events.event(a, begin, next, hints);
          } else {
            events.part(a, begin, next);
          }
          begin = next;
          hints = 0;
        }
      } else if ((b == 'd' || b == 'e') && (i == begin || a[i - 1] == '\n')) {
        hints |= fieldAt(a, i, end);
      }
      i++;
    }
    lastHints = hints;
    return begin;
  }

  private static boolean isBlankLine(byte[] a, int begin, int newline) {
    int before = newline - 1;
    if (before >= begin && a[before] == '\r') {
      before--;
    }
    return before < begin || a[before] == '\n';
  }

  private static int wordAt(byte[] a, int at, int end) {
    if (at >= end) {
      return 0;
    }
    return switch (a[at]) {
      case 'u' -> startsWith(a, at, end, USAGE_KEY) ? USAGE : 0;
      case 'e' -> startsWith(a, at, end, ERROR_KEY) ? ERROR : 0;
      case 'f' ->
          startsWith(a, at, end, FINISH_KEY) && valueAt(a, at + FINISH_KEY.length, end) == '"'
              ? FINISHED
              : 0;
      case 'c' ->
          startsWith(a, at, end, CHOICES_KEY) && isEmptyArray(a, at + CHOICES_KEY.length, end)
              ? NO_CHOICES
              : 0;
      default -> 0;
    };
  }

  private static int fieldAt(byte[] a, int at, int end) {
    if (startsWith(a, at, end, DATA_FIELD)) {
      return DATA;
    }
    return startsWith(a, at, end, ERROR_LINE) || startsWith(a, at, end, ERROR_LINE_TIGHT)
        ? ERROR
        : 0;
  }

  private static byte valueAt(byte[] a, int after, int end) {
    int i = skipBlanks(a, after, end);
    if (i < end && a[i] == ':') {
      i = skipBlanks(a, i + 1, end);
      return i < end ? a[i] : 0;
    }
    return 0;
  }

  private static boolean isEmptyArray(byte[] a, int after, int end) {
    int i = skipBlanks(a, after, end);
    if (i >= end || a[i] != ':') {
      return false;
    }
    i = skipBlanks(a, i + 1, end);
    if (i >= end || a[i] != '[') {
      return false;
    }
    i = skipBlanks(a, i + 1, end);
    return i < end && a[i] == ']';
  }

  private static int skipBlanks(byte[] a, int from, int end) {
    int i = from;
    while (i < end && (a[i] == ' ' || a[i] == '\t')) {
      i++;
    }
    return i;
  }

  private static boolean startsWith(byte[] a, int at, int end, byte[] word) {
    return at + word.length <= end && Arrays.equals(a, at, at + word.length, word, 0, word.length);
  }

  private static byte[] bytes(String word) {
    return word.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
