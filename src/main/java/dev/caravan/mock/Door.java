package dev.caravan.mock;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.util.function.IntConsumer;

/** The listening socket as one event loop sees it. */
final class Door extends AbstractVerticle {
  private final Stage stage;
  private final SocketAddress address;
  private final IntConsumer listening;

  /**
   * @param listening is told the port, once it is open
   */
  Door(Stage stage, SocketAddress address, IntConsumer listening) {
    this.stage = stage;
    this.address = address;
    this.listening = listening;
  }

  @Override
  public void start(Promise<Void> started) {
    var options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setMaxHeaderSize(65_536)
            .setAcceptBacklog(4_096);
    vertx
        .createHttpServer(options)
        .connectionHandler(
            connection -> {
              stage.tally().connected();
              connection.closeHandler(_ -> stage.tally().disconnected());
            })
        .requestHandler(new Endpoints(vertx, stage))
        .listen(address)
        .onSuccess(server -> listening.accept(server.actualPort()))
        .<Void>mapEmpty()
        .onComplete(started);
  }
}
