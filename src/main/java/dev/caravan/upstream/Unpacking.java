package dev.caravan.upstream;

import dev.caravan.call.FaultClass;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.compression.JdkZlibDecoder;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Unpacks an answer that came packed although nobody asked for it. */
final class Unpacking implements Intake {
  private final JdkZlibDecoder decoder;
  private final EmbeddedChannel unpacker;
  private final UpstreamCall call;
  private final Intake to;
  private boolean over;

  private Unpacking(ZlibWrapper format, UpstreamCall call, Intake to) {
    this.decoder = new JdkZlibDecoder(format, 0);
    this.unpacker = new EmbeddedChannel(decoder);
    this.call = call;
    this.to = to;
  }

  /** The intake itself where nothing is packed, or in a way that is not known. */
  static Intake wrap(@Nullable String encoding, UpstreamCall call, Intake to) {
    if (encoding == null) {
      return to;
    }
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> new Unpacking(ZlibWrapper.GZIP, call, to);
      case "deflate" -> new Unpacking(ZlibWrapper.ZLIB_OR_NONE, call, to);
      default -> to;
    };
  }

  @Override
  public void piece(Buffer next) {
    try {
      unpacker.writeInbound(Unpooled.wrappedBuffer(next.getBytes()));
      handOn();
    } catch (DecoderException e) {
      release();
      call.fail(FaultClass.UNREADABLE_ANSWER, "content-encoding", "the answer cannot be unpacked");
    }
  }

  private void handOn() {
    for (ByteBuf out = unpacker.readInbound(); out != null; out = unpacker.readInbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.release();
      if (!over) {
        to.piece(Bytes.wrap(bytes));
      }
    }
  }

  @Override
  public void end() {
    boolean whole = decoder.isClosed();
    release();
    if (whole) {
      to.end();
    } else {
      to.cut("the packed answer is not complete");
    }
  }

  @Override
  public void cut(String how) {
    release();
    to.cut(how);
  }

  @Override
  public void overdue(String which, String message) {
    release();
    to.overdue(which, message);
  }

  @Override
  public void cancelled() {
    release();
    to.cancelled();
  }

  private void release() {
    over = true;
    try {
      unpacker.finishAndReleaseAll();
    } catch (DecoderException e) {
      // what is left of it does not matter any more
    }
  }
}
