package dev.caravan.http;

import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/**
 * Gives the {@code platform-http:} endpoints of one Camel context their consumers. They are
 * reachable once the server has been {@linkplain StreamingHttpServer#serve switched to} this
 * engine, all of them at once.
 *
 * <p>The stock engine reads a streamed answer to its end before it sends it, one over all
 * connections at a time (architecture, section 4.1), hence this one.
 */
public final class StreamingHttpEngine extends VertxPlatformHttpEngine {
  private final StreamingHttpServer server;
  private final RouteTable table = new RouteTable();

  public StreamingHttpEngine(StreamingHttpServer server) {
    this.server = server;
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return new StreamingHttpConsumer(endpoint, processor, table, server);
  }

  @Override
  public int getServerPort() {
    return server.port();
  }

  /**
   * Waits until the last byte of the last request on these routes is out; for routes that the
   * server does not serve any more. What waits for it may be a virtual thread.
   */
  public void awaitLastRequest() throws InterruptedException {
    table.awaitLast();
  }

  RouteTable table() {
    return table;
  }
}
