package dev.caravan;

import dev.caravan.admin.AdminErrors;
import dev.caravan.admin.AdminSurface;
import dev.caravan.admin.AuditLog;
import dev.caravan.call.Failure;
import dev.caravan.config.ClientKeys;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import dev.caravan.http.HttpOptions;
import dev.caravan.http.Refusals;
import dev.caravan.http.Reply;
import dev.caravan.http.RequestHead;
import dev.caravan.http.StreamingHttpServer;
import dev.caravan.loop.Loops;
import dev.caravan.observe.Redaction;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators' door: a listener of its own, or a path of the main port when {@code
 * MANAGEMENT_PORT} is 0. Closed without {@code ADMIN_TOKEN}. Outlives every set of routes.
 */
final class Management implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Management.class);

  private final AdminSurface surface;
  private final Configuration configuration;
  private final boolean isClosed;
  private final boolean isOnMainPort;
  private @Nullable StreamingHttpServer own;
  private @Nullable StreamingHttpServer serving;

  Management(Configuration configuration, ClientKeys keys) {
    this.configuration = configuration;
    this.surface =
        new AdminSurface(
            keys, new AuditLog(configuration.home()), Redaction.of(configuration)::mask);
    this.isClosed = configuration.find(Settings.ADMIN_TOKEN).isEmpty();
    this.isOnMainPort = configuration.get(Settings.MANAGEMENT_PORT) == 0;
  }

  /** Where operations are added. */
  AdminSurface surface() {
    return surface;
  }

  /** Where it can be reached, empty when it is closed. */
  OptionalInt port() {
    return serving == null ? OptionalInt.empty() : OptionalInt.of(serving.port());
  }

  /** The refusals of the main port, with the admin surface's own for its path. */
  Refusals beside(Refusals main) {
    return isClosed || !isOnMainPort ? main : new ByPath(surface.errors(), main);
  }

  /**
   * Opens the door.
   *
   * @param loops one loop is enough for operators
   * @throws PortInUse when the port was asked for by name and is taken
   */
  void open(Loops loops, StreamingHttpServer main) throws PortInUse {
    if (isClosed) {
      return;
    }
    if (isOnMainPort) {
      main.serveBeside(AdminSurface.BASE, surface);
      serving = main;
      return;
    }
    StreamingHttpServer server =
        new StreamingHttpServer(loops, options(configuration), surface.errors());
    server.serveBeside(AdminSurface.BASE, surface);
    try {
      server.start();
      own = server;
      serving = server;
    } catch (CompletionException e) {
      server.close();
      int port = configuration.get(Settings.MANAGEMENT_PORT);
      if (configuration.isSet(Settings.MANAGEMENT_PORT)) {
        throw new PortInUse(Settings.MANAGEMENT_PORT.name(), port, e);
      }
      LOG.warn(
          "gateway: port {} is in use, so the admin surface stays closed; choose another with MANAGEMENT_PORT, or 0 for the main port",
          port);
    }
  }

  private static HttpOptions options(Configuration c) {
    HttpOptions d = HttpOptions.defaults();
    return new HttpOptions(
        c.get(Settings.MANAGEMENT_HOST),
        c.get(Settings.MANAGEMENT_PORT),
        1 << 20,
        16 << 10,
        d.idle(),
        d.bodyPause(),
        d.keepAlive(),
        d.writeStall(),
        "");
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }

  /** Two surfaces on one port, each with its own words. */
  private record ByPath(AdminErrors admin, Refusals main) implements Refusals {
    private Refusals of(String path) {
      return path.equals(AdminSurface.BASE) || path.startsWith(AdminSurface.BASE + "/")
          ? admin
          : main;
    }

    @Override
    public Reply refuse(String path, Failure failure, String requestId) {
      return of(path).refuse(path, failure, requestId);
    }

    @Override
    public @Nullable Failure admit(RequestHead head) {
      return of(head.path()).admit(head);
    }
  }
}
