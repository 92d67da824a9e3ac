package dev.caravan.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;

/** Between buffers of Vert.x and arrays, without a copy. */
final class Bytes {
  private Bytes() {}

  @SuppressWarnings("deprecation") // the only way to the bytes without a copy in Vert.x 4
  static ByteBuf of(Buffer buffer) {
    return buffer.getByteBuf();
  }

  static Buffer wrap(ByteBuf bytes) {
    return BufferImpl.buffer(bytes);
  }

  static Buffer wrap(byte[] bytes) {
    return wrap(Unpooled.wrappedBuffer(bytes));
  }

  /** A range of an array. */
  static Buffer wrap(byte[] bytes, int from, int to) {
    return wrap(Unpooled.wrappedBuffer(bytes, from, to - from));
  }
}
