package dev.caravan.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/** Bytes as Vert.x wants them, without a copy. */
final class Buffers {
  private Buffers() {}

  static Buffer wrap(byte[] bytes) {
    return io.vertx.core.buffer.impl.BufferImpl.buffer(Unpooled.wrappedBuffer(bytes));
  }
}
