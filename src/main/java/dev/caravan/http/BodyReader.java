package dev.caravan.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a request body into one array. A body that comes in one piece is not copied again when
 * its array is exactly its own.
 */
final class BodyReader {
  private static final int TRUST = 1 << 20;
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;
  private static final byte[] NOTHING = new byte[0];

  private final long limit;
  private final long declared;
  private byte @Nullable [] bytes;
  private int length;

  /**
   * Prepares for one body.
   *
   * @param declared the Content-Length, -1 when there is none
   */
  BodyReader(long declared, long limit) {
    this.declared = declared;
    this.limit = Math.min(limit, LARGEST_ARRAY);
  }

  /** Takes a piece; false when the body is too large with it. */
  boolean add(Buffer piece) {
    @SuppressWarnings("deprecation") // the only way to the bytes without a copy in Vert.x 4
    ByteBuf buf = piece.getByteBuf();
    int more = buf.readableBytes();
    if (length + (long) more > limit) {
      return false;
    }
    if (bytes == null && buf.hasArray() && more == declared) {
      byte[] array = buf.array();
      int from = buf.arrayOffset() + buf.readerIndex();
      if (from == 0 && array.length == more) {
        bytes = array;
        length = more;
        return true;
      }
    }
    byte[] target = room(more);
    buf.getBytes(buf.readerIndex(), target, length, more);
    length += more;
    return true;
  }

  private byte[] room(int more) {
    byte[] now = bytes;
    if (now == null) {
      // a declared length is believed only as far as it costs little
      now = new byte[(int) Math.max(more, Math.min(Math.max(declared, 0), TRUST))];
    } else if (now.length < length + more) {
      long size =
          declared >= length + (long) more
              ? Math.min(declared, 2L * now.length + more)
              : 2L * now.length + more;
      now = Arrays.copyOf(now, (int) Math.min(Math.max(size, length + (long) more), limit));
    }
    bytes = now;
    return now;
  }

  byte[] body() {
    byte[] now = bytes;
    if (now == null) {
      return NOTHING;
    }
    return now.length == length ? now : Arrays.copyOf(now, length);
  }
}
