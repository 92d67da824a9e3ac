package dev.caravan.observe.files;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes in the order in which they came, and when each piece of them did. Not thread-safe. */
final class Tape {
  private static final int FIRST = 512;

  private byte[] bytes = new byte[0];
  private int length;
  private int[] ends = new int[0];
  private long[] times = new long[0];
  private int pieces;

  /** How many bytes of memory it needs beyond what it has to take in so many more. */
  int growth(int more) {
    int needed = length + more;
    int grown = needed <= bytes.length ? 0 : capacity(needed) - bytes.length;
    return grown + (pieces < ends.length ? 0 : 12 * Math.max(4, ends.length));
  }

  private int capacity(int needed) {
    return Math.max(needed, Math.max(bytes.length == 0 ? 0 : FIRST, 2 * bytes.length));
  }

  void add(ByteBuffer piece, long nanos) {
    int more = piece.remaining();
    if (bytes.length < length + more) {
      bytes = Arrays.copyOf(bytes, capacity(length + more));
    }
    piece.get(bytes, length, more);
    length += more;
    if (pieces == ends.length) {
      int room = pieces + Math.max(4, pieces);
      ends = Arrays.copyOf(ends, room);
      times = Arrays.copyOf(times, room);
    }
    ends[pieces] = length;
    times[pieces++] = nanos;
  }

  void clear() {
    bytes = new byte[0];
    length = 0;
    ends = new int[0];
    times = new long[0];
    pieces = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** When the last byte before this place came. */
  long timeOf(int end) {
    int at = Arrays.binarySearch(ends, 0, pieces, end);
    int piece = Math.min(at >= 0 ? at : -at - 1, pieces - 1);
    return piece < 0 ? 0 : times[piece];
  }
}
