package dev.caravan.loop;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x does not offer for a connection. */
public final class Sockets {
  private Sockets() {}

  /**
   * Closes a connection at once, on its loop. {@link HttpConnection#close} first waits until all
   * that was written is sent, which is never when the other side does not read.
   */
  public static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      base.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }
}
