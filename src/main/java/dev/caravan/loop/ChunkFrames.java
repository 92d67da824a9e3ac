package dev.caravan.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes chunks of a body whose head is out already, as one piece of memory each: length, bytes,
 * line end (RFC 9112, section 7.1). Netty's encoder makes three of them and the kernel gathers
 * them, which is a third of the price of a short chunk.
 *
 * <p>Lives on the loop of its connection.
 */
public final class ChunkFrames {
  private static final String ENCODER = "httpEncoder";
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final int FRAME = 8 + 2 + 2;
  private static final int OFTEN_BYTES = 4096;
  private static final int LINE_END = '\r' << 8 | '\n';

  /**
   * Memory of each loop for the frames that its sockets take at once, as they nearly always do. It
   * stays in the processor's caches, which memory that comes out of a pool does not.
   */
  private static final FastThreadLocal<ByteBuf> OFTEN =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
          return Unpooled.directBuffer(OFTEN_BYTES, OFTEN_BYTES);
        }
      };

  private final ChannelHandlerContext encoder;

  private ChunkFrames(ChannelHandlerContext encoder) {
    this.encoder = encoder;
  }

  /** For a connection of HTTP/1.1, null when it has no encoder of the usual name. */
  public static @Nullable ChunkFrames on(HttpConnection connection) {
    ChannelHandlerContext encoder =
        connection instanceof ConnectionBase base
            ? base.channelHandlerContext().pipeline().context(ENCODER)
            : null;
    return encoder == null ? null : new ChunkFrames(encoder);
  }

  /**
   * Writes one chunk and flushes it.
   *
   * @param pieces what it is made of
   * @param length bytes of all pieces together, not 0, which would end the body
   */
  public void write(List<Buffer> pieces, int length) {
    ByteBuf frame = memory(length + FRAME);
    for (int shift = 28 - (Integer.numberOfLeadingZeros(length) & ~3); shift >= 0; shift -= 4) {
      frame.writeByte(HEX[length >>> shift & 15]);
    }
    frame.writeShort(LINE_END);
    for (int i = 0; i < pieces.size(); i++) {
      @SuppressWarnings("deprecation") // the only way to the bytes without a copy in Vert.x 4
      ByteBuf piece = pieces.get(i).getByteBuf();
      frame.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
    }
    frame.writeShort(LINE_END);
    // goes below the encoder, whose state is that of a body that goes on
    encoder.writeAndFlush(frame, encoder.voidPromise());
  }

  private ByteBuf memory(int bytes) {
    if (bytes <= OFTEN_BYTES) {
      ByteBuf often = OFTEN.get();
      // held by this alone: what was written last has been sent
      if (often.refCnt() == 1) {
        return often.retain().clear();
      }
    }
    return encoder.alloc().directBuffer(bytes);
  }
}
