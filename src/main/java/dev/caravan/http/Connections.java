package dev.caravan.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x does not do with connections. */
final class Connections {
  private Connections() {}

  /**
   * Closes a connection at once. Vert.x's own closing waits until everything written is out, which
   * never happens while the client does not read.
   */
  static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase known) {
      known.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }
}
