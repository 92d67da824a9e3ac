package dev.caravan.loop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.HttpClientCodec;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of an answer before Netty's decoder does, once somebody asks for that. What
 * comes in one read of the socket goes to the asker as one piece. The decoder sees the head, what
 * came with it, and the end of the body, so that it and Vert.x know at any time how the connection
 * stands.
 *
 * <p>With a thousand streams at once, what lies on the way of a chunk has left the processor's
 * caches since the last one came, and the way through the decoder, its messages and the queue of
 * Vert.x costs as much as all that is done with the chunk.
 *
 * <p>Lives on the loop of its connection.
 */
public final class ChunkReader extends ChannelInboundHandlerAdapter {
  private static final String NAME = "caravanChunks";
  private static final String CODEC = "codec";
  private static final byte[] ANSWER = "HTTP/1.1 200".getBytes(US_ASCII);
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(US_ASCII);

  private enum Mode {
    /** The decoder reads, as if this were not here. */
    AWAY,
    /** The decoder reads, this counts along until a chunk ends where a read ends. */
    ALONG,
    /** This reads. */
    AHEAD
  }

  private final ChunkFraming framing = new ChunkFraming();
  private Mode mode = Mode.AWAY;
  private boolean inRead;
  private boolean paused;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Handler<Buffer> to;

  /** The beginning of a size line whose end has not come yet. */
  private ByteBuf begun = Unpooled.EMPTY_BUFFER;

  ChunkReader() {}

  /** Puts one into a fresh connection to a server; does nothing unless that speaks HTTP/1.1. */
  public static void install(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      ChannelPipeline pipeline = base.channelHandlerContext().pipeline();
      if (pipeline.get(CODEC) instanceof HttpClientCodec) {
        pipeline.addBefore(CODEC, NAME, new ChunkReader());
      }
    }
  }

  /** That of a connection, null where none is installed. */
  public static @Nullable ChunkReader of(HttpConnection connection) {
    return connection instanceof ConnectionBase base
            && base.channelHandlerContext().pipeline().get(NAME) instanceof ChunkReader reader
        ? reader
        : null;
  }

  /**
   * Has what is left of the answer read here, as soon as that can be. To be called while the head
   * of an answer in chunks is told. Pieces may still come the decoder's way, none of them after the
   * first that comes this way; the end of the body always comes the decoder's way.
   */
  public void readAhead(Handler<Buffer> pieces) {
    if (inRead) {
      to = pieces;
    }
  }

  /**
   * Stops reading the socket.
   *
   * @return false when the decoder reads; it goes on to then, and has a pause of its own
   */
  public boolean pause() {
    if (mode != Mode.AHEAD) {
      standBack();
      return false;
    }
    paused = true;
    autoRead(false);
    return true;
  }

  /** Reads the socket again, when it was paused here. */
  public void resume() {
    if (paused) {
      paused = false;
      autoRead(true);
    }
  }

  private void autoRead(boolean on) {
    if (context != null) {
      context.channel().config().setAutoRead(on);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext at) {
    context = at;
  }

  @Override
  public void channelInactive(ChannelHandlerContext at) {
    standBack();
    at.fireChannelInactive();
  }

  private void standBack() {
    mode = Mode.AWAY;
    to = null;
    begun = Unpooled.EMPTY_BUFFER;
    framing.reset();
  }

  @Override
  public void channelRead(ChannelHandlerContext at, Object message) {
    if (!(message instanceof ByteBuf in)) {
      at.fireChannelRead(message);
    } else if (mode == Mode.AHEAD) {
      take(at, in);
    } else {
      lookOn(at, in);
    }
  }

  /** Lets the decoder read, and counts along when somebody wants that. */
  private void lookOn(ChannelHandlerContext at, ByteBuf in) {
    int start = in.readerIndex();
    int end = in.writerIndex();
    in.retain();
    inRead = true;
    try {
      at.fireChannelRead(in);
      if (to != null) {
        follow(in, start, end);
      }
    } finally {
      inRead = false;
      in.release();
    }
  }

  private void follow(ByteBuf in, int start, int end) {
    int from = mode == Mode.AWAY ? bodyStart(in, start, end) : start;
    if (from < 0) {
      standBack();
      return;
    }
    ByteBuf rest = withBegun(in.slice(from, end - from));
    ByteBuf seen = Unpooled.buffer(rest.readableBytes());
    int read = framing.read(rest, rest.readerIndex(), rest.writerIndex(), seen);
    if (framing.state() != ChunkFraming.State.OPEN) {
      standBack();
      return;
    }
    keep(rest, read);
    mode = framing.isBetweenChunks() && !begun.isReadable() ? Mode.AHEAD : Mode.ALONG;
  }

  /** Behind the head, -1 when the read does not begin with the head or does not hold all of it. */
  private static int bodyStart(ByteBuf in, int start, int end) {
    if (!matches(in, start, end, ANSWER)) {
      return -1;
    }
    for (int i = start + ANSWER.length; i <= end - HEAD_END.length; i++) {
      if (matches(in, i, end, HEAD_END)) {
        return i + HEAD_END.length;
      }
    }
    return -1;
  }

  private static boolean matches(ByteBuf in, int at, int end, byte[] word) {
    if (end - at < word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (in.getByte(at + i) != word[i]) {
        return false;
      }
    }
    return true;
  }

  private void take(ChannelHandlerContext at, ByteBuf fresh) {
    ByteBuf in = withBegun(fresh);
    try {
      int length = in.readableBytes();
      ByteBuf piece = Unpooled.wrappedBuffer(new byte[length]).clear();
      int read = framing.read(in, in.readerIndex(), in.writerIndex(), piece);
      Handler<Buffer> asker = to;
      if (piece.isReadable() && asker != null) {
        asker.handle(BufferImpl.buffer(piece));
      }
      switch (framing.state()) {
        case OPEN -> keep(in, read);
        case OVER -> {
          resume();
          standBack();
          at.fireChannelRead(in.retainedSlice(read, in.writerIndex() - read));
        }
        case BROKEN -> {
          standBack();
          at.fireExceptionCaught(
              new CorruptedFrameException("the sizes of the answer's chunks do not fit it"));
        }
      }
    } finally {
      in.release();
    }
  }

  private ByteBuf withBegun(ByteBuf in) {
    if (!begun.isReadable()) {
      return in;
    }
    ByteBuf line = begun;
    begun = Unpooled.EMPTY_BUFFER;
    return Unpooled.wrappedBuffer(line, in);
  }

  private void keep(ByteBuf in, int from) {
    if (from < in.writerIndex()) {
      begun = Unpooled.copiedBuffer(in.slice(from, in.writerIndex() - from));
    }
  }
}
