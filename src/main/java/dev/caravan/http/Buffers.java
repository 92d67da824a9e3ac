package dev.caravan.http;

import dev.caravan.call.Transcript;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Bytes as Vert.x wants them, without a copy. */
final class Buffers {
  private Buffers() {}

  /** Tells a transcript, where there is one, what goes to the client. */
  @SuppressWarnings("deprecation") // the only way to the bytes without a copy in Vert.x 4
  static void tell(Buffer bytes, @Nullable Transcript transcript) {
    if (transcript != null && bytes.length() > 0) {
      transcript.piece(Transcript.Side.CLIENT, bytes.getByteBuf().nioBuffer());
    }
  }

  static Buffer wrap(byte[] bytes) {
    return io.vertx.core.buffer.impl.BufferImpl.buffer(Unpooled.wrappedBuffer(bytes));
  }
}
