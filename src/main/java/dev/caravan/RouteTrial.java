package dev.caravan;

import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.config.Settings;
import dev.caravan.reload.Complaint;
import dev.caravan.reload.Generations;
import dev.caravan.reload.RouteSet;
import dev.caravan.state.StateInUse;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Whether a folder of routes could serve, found out as a reload does it, without a server. */
public final class RouteTrial {
  private RouteTrial() {}

  /**
   * Checks, builds and tries the routes of a folder. Opens no port and calls nobody.
   *
   * @return all complaints, none when they could serve
   * @throws IOException when there is no such folder
   */
  public static List<Complaint> of(Configuration configuration, Path folder) throws IOException {
    RouteSet files = RouteSet.read(folder);
    Vertx vertx = Gateway.vertx();
    try {
      ProxyKey key = new ProxyKey.InMemory("no-server-no-key", "nothing is served");
      // a running gateway keeps its state in the same folder
      Configuration stateless = key.appliedTo(configuration).with(Settings.STATE_STORE, "memory");
      Lasting lasting = new Lasting(stateless, key, vertx, 1);
      try {
        return Generations.tried(() -> new RouteParts(lasting, live -> {}), files);
      } finally {
        lasting.upstream().close();
        lasting.closeMock();
      }
    } catch (StateInUse e) {
      throw new IllegalStateException("memory is nobody else's", e);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
