package dev.caravan.dialect.sse;

import java.nio.charset.StandardCharsets;
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
 * without a look. However a stream is cut into pieces, all other events and their hints are the
 * same, and all ranges that are reported, put together, are the stream.
 *
 * <p>Not thread-safe.
 */
public final class EventScanner {
  /** A member {@code usage}. */
  public static final int USAGE = 1;

  /** A member {@code error}. */
  public static final int ERROR = 2;

  /** A finish reason that is a text. */
  public static final int FINISHED = 4;

  /** An empty {@code choices}. */
  public static final int NO_CHOICES = 8;

  /** A data field. */
  public static final int DATA = 16;

  /** An event field that says {@code error}. */
  public static final int ERROR_EVENT = 32;

  /** Bytes of a torn event that are kept at most. */
  public static final int MAX_EVENT = 1 << 20;

  private static final byte[] USAGE_KEY = bytes("usage\"");
  private static final byte[] ERROR_KEY = bytes("error\"");
  private static final byte[] ERROR_LINE = bytes("event: error");
  private static final byte[] ERROR_LINE_TIGHT = bytes("event:error");
  private static final byte[] FINISH_KEY = bytes("finish_reason\"");
  private static final byte[] GEMINI_FINISH_KEY = bytes("finishReason\"");
  private static final byte[] CHOICES_KEY = bytes("choices\"");
  private static final byte[] DATA_FIELD = bytes("data:");

  /** A word with its value and the blanks between them; what is longer is not seen. */
  private static final int LONGEST_WORD = 32;

  private static final byte[] NOTHING = new byte[0];

  /** Gets what was found. Arrays are only good during the call. */
  public interface Events {
    /** One complete event, blank line included. */
    void event(byte[] bytes, int start, int end, int hints);

    /** A part of an event that is too long to be kept. */
    void part(byte[] bytes, int start, int end);

    /** What there is of an event whose end did not come before the end of the stream. */
    void torn(byte[] bytes, int start, int end, int hints);
  }

  private final int mostKept;
  private byte[] kept = NOTHING;
  private int keptLength;
  private int keptScanned;
  private int keptHints;
  private int lastHints;
  private boolean skipping;

  public EventScanner() {
    this(MAX_EVENT);
  }

  /**
   * A scanner for events of another length.
   *
   * @param mostKept bytes of a torn event that are kept at most; what is longer comes in parts
   */
  public EventScanner(int mostKept) {
    this.mostKept = mostKept;
  }

  /** Takes the next piece and reports every event that is complete with it, in order. */
  public void feed(byte[] bytes, int start, int end, Events events) {
    int from = start;
    if (keptLength > 0) {
      int tornEnd = endOfTorn(bytes, start, end);
      from = tornEnd < 0 ? end : tornEnd;
      append(bytes, start, from);
      if (tornEnd < 0) {
        scan(kept, 0, keptScanned, keptLength, keptHints, events);
        keptScanned = keptLength;
        keptHints = lastHints;
        letLongOnesGo(events);
      } else {
        int length = keptLength;
        keptLength = 0;
        scan(kept, 0, keptScanned, length, keptHints, events);
        shrink();
      }
    }
    if (from < end) {
      int rest = scan(bytes, from, from, end, 0, events);
      if (rest < end) {
        append(bytes, rest, end);
        keptScanned = keptLength;
        keptHints = lastHints;
        letLongOnesGo(events);
      }
    }
  }

  /** Bytes of a torn event that wait for their rest. */
  public int pending() {
    return keptLength;
  }

  /** Whether parts of an event have been let through whose end has not come. */
  public boolean isInsideLongOne() {
    return skipping;
  }

  /** Hands out a torn event as it is, at the end of a stream. */
  public void flush(Events events) {
    if (keptLength > 0) {
      int length = keptLength;
      keptLength = 0;
      if (skipping) {
        events.part(kept, 0, length);
      } else {
        events.torn(kept, 0, length, keptHints);
      }
      shrink();
    }
  }

  /** One past the blank line that ends the torn event, or -1 when it is not in this piece. */
  private int endOfTorn(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] == '\n') {
        int before = before(bytes, start, i, 1);
        if (before == '\r') {
          before = before(bytes, start, i, 2);
        }
        if (before == '\n' || before < 0) {
          return i + 1;
        }
      }
    }
    return -1;
  }

  /** A byte of this piece or of what is kept; -1 before the beginning of the event. */
  private int before(byte[] bytes, int start, int at, int distance) {
    int i = at - distance;
    if (i >= start) {
      return bytes[i] & 0xFF;
    }
    int k = keptLength + i - start;
    return k < 0 ? -1 : kept[k] & 0xFF;
  }

  private void append(byte[] bytes, int start, int end) {
    int length = keptLength + end - start;
    if (kept.length < length) {
      kept = Arrays.copyOf(kept, Math.max(length, Math.min(kept.length * 2, mostKept * 2)));
    }
    System.arraycopy(bytes, start, kept, keptLength, end - start);
    keptLength = length;
  }

  private void letLongOnesGo(Events events) {
    if (keptLength > mostKept) {
      // keeps the last bytes, so that a blank line that is torn too is still found
      int part = keptLength - 3;
      skipping = true;
      events.part(kept, 0, part);
      System.arraycopy(kept, part, kept, 0, 3);
      keptLength = 3;
      keptScanned = 3;
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
   * Scans {@code [fresh, end)} of an event that began at {@code eventStart}, and once more the last
   * bytes before, since a word may be torn.
   *
   * @return where the torn last event begins, or {@code end}
   */
  private int scan(byte[] a, int eventStart, int fresh, int end, int hintsSoFar, Events events) {
    int hints = hintsSoFar;
    int begin = eventStart;
    int i = Math.max(eventStart, fresh - LONGEST_WORD);
    while (i < end) {
      byte b = a[i];
      if (b == '"') {
        hints |= wordAt(a, i + 1, Math.min(end, i + LONGEST_WORD));
      } else if (b == '\n') {
        if (i >= fresh && isBlankLine(a, begin, i)) {
          int next = i + 1;
          if (skipping) {
            events.part(a, begin, next);
            skipping = false;
          } else if (isEmpty(a, begin, i)) {
            events.part(a, begin, next);
          } else {
            events.event(a, begin, next, hints);
          }
          begin = next;
          hints = 0;
        }
      } else if ((b == 'd' || b == 'e') && isLineStart(a, begin, i)) {
        hints |= fieldAt(a, i, end);
      }
      i++;
    }
    lastHints = hints;
    return begin;
  }

  /** A blank line and nothing before it is no event. */
  private static boolean isEmpty(byte[] a, int begin, int newline) {
    return newline == begin || (newline == begin + 1 && a[begin] == '\r');
  }

  private boolean isLineStart(byte[] a, int begin, int i) {
    return i == begin ? !skipping : a[i - 1] == '\n';
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
          (startsWith(a, at, end, FINISH_KEY) && valueAt(a, at + FINISH_KEY.length, end) == '"')
                  || (startsWith(a, at, end, GEMINI_FINISH_KEY)
                      && valueAt(a, at + GEMINI_FINISH_KEY.length, end) == '"')
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
        ? ERROR_EVENT
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
    return word.getBytes(StandardCharsets.US_ASCII);
  }
}
