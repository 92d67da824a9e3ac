package dev.caravan.loop;

import io.netty.buffer.ByteBuf;

/**
 * Where the chunks of a body begin and end in what comes from a socket (RFC 9112, section 7.1).
 * Extensions of size lines are skipped.
 */
final class ChunkFraming {
  /** What is known of the body after a read. */
  enum State {
    /** More of it is to come. */
    OPEN,
    /** The size line of the last chunk, which is 0, is the next to be read. */
    OVER,
    /** It is no body in chunks. */
    BROKEN
  }

  private static final int LONGEST_SIZE_LINE = 1024;
  private static final int LONGEST_SIZE = 15;
  private static final int LINE_END = 2;

  private State state = State.OPEN;

  /** Bytes of the chunk that have not come yet, its line end included; 0 before a size line. */
  private long left;

  State state() {
    return state;
  }

  /** Whether what was read ends where a chunk ends. */
  boolean isBetweenChunks() {
    return state == State.OPEN && left == 0;
  }

  void reset() {
    state = State.OPEN;
    left = 0;
  }

  /**
   * Reads on.
   *
   * @param into has room for all bytes there are; what is in chunks is appended to it
   * @return where it stopped: at the end, or before a size line that is not complete, or not a size
   */
  int read(ByteBuf in, int from, int to, ByteBuf into) {
    int at = from;
    while (at < to && state == State.OPEN) {
      if (left == 0) {
        int lineEnd = in.indexOf(at, to, (byte) '\n');
        if (lineEnd < 0) {
          state = to - at > LONGEST_SIZE_LINE ? State.BROKEN : State.OPEN;
          return at;
        }
        long size = size(in, at);
        if (size <= 0) {
          state = size == 0 ? State.OVER : State.BROKEN;
          return at;
        }
        left = size + LINE_END;
        at = lineEnd + 1;
      } else if (left > LINE_END) {
        int here = (int) Math.min(left - LINE_END, to - at);
        into.writeBytes(in, at, here);
        left -= here;
        at += here;
      } else if (in.getByte(at) == (left == LINE_END ? '\r' : '\n')) {
        left--;
        at++;
      } else {
        state = State.BROKEN;
      }
    }
    return at;
  }

  /** Of a size line that is complete, -1 when it is none. */
  private static long size(ByteBuf in, int from) {
    long size = 0;
    int at = from;
    for (int digit; (digit = Character.digit(in.getByte(at), 16)) >= 0; at++) {
      if (at - from == LONGEST_SIZE) {
        return -1;
      }
      size = size << 4 | digit;
    }
    return at == from ? -1 : isAfterSize(in.getByte(at)) ? size : -1;
  }

  private static boolean isAfterSize(byte next) {
    return next == '\r' || next == '\n' || next == ';' || next == ' ' || next == '\t';
  }
}
