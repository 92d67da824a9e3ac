package dev.caravan.loop;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.EpollTransport;
import java.util.concurrent.ThreadFactory;

/**
 * Epoll with turns of at most {@value #SOCKETS_A_TURN} sockets. Netty looks after all sockets that
 * are ready before it looks at what other threads want done on the loop. With a thousand streams
 * those are hundreds, and a new call waits for them twice: before it is sent to its provider, and
 * before its answer begins.
 */
public final class ShortTurns extends EpollTransport {
  private static final int SOCKETS_A_TURN = 64;

  private ShortTurns() {}

  /** A Vert.x whose loops have short turns where there is epoll, and Vert.x' own ones elsewhere. */
  public static Vertx vertx(VertxOptions options) {
    ShortTurns turns = new ShortTurns();
    VertxBuilder builder = new VertxBuilder(options);
    return (turns.isAvailable() ? builder.findTransport(turns) : builder).init().vertx();
  }

  @Override
  @SuppressWarnings("deprecation") // the one way to say how many; all others grow to thousands
  public EventLoopGroup eventLoopGroup(int type, int loops, ThreadFactory threads, int ioRatio) {
    if (type != IO_EVENT_LOOP_GROUP) {
      return super.eventLoopGroup(type, loops, threads, ioRatio);
    }
    EpollEventLoopGroup group = new EpollEventLoopGroup(loops, threads, SOCKETS_A_TURN);
    group.setIoRatio(ioRatio);
    return group;
  }
}
