package dev.caravan.bench;

import java.util.Arrays;

/** Cuts bytes that arrive in pieces into lines; copies only those that are torn. */
final class LineCutter {

  /** Gets a line without its end, good during the call alone. */
  interface Lines {
    void line(byte[] bytes, int start, int end);
  }

  private byte[] torn = new byte[512];
  private int length;

  void feed(byte[] bytes, int start, int end, Lines to) {
    int from = start;
    for (int i = start; i < end; i++) {
      if (bytes[i] == '\n') {
        if (length > 0) {
          keep(bytes, from, i);
          to.line(torn, 0, length);
          length = 0;
        } else {
          to.line(bytes, from, i);
        }
        from = i + 1;
      }
    }
    keep(bytes, from, end);
  }

  /** Forgets what was torn. */
  void clear() {
    length = 0;
  }

  private void keep(byte[] bytes, int start, int end) {
    int more = end - start;
    if (more > torn.length - length) {
      torn = Arrays.copyOf(torn, Math.max(2 * torn.length, length + more));
    }
    System.arraycopy(bytes, start, torn, length, more);
    length += more;
  }
}
