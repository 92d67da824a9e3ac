package dev.caravan;

import dev.caravan.admin.AdminSurface;
import dev.caravan.admin.Why;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.config.Settings;
import dev.caravan.loop.Loops;
import dev.caravan.loop.ShortTurns;
import dev.caravan.observe.files.LogFiles;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.reload.Generations;
import dev.caravan.reload.History;
import dev.caravan.reload.RouteWatch;
import dev.caravan.route.Probe;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running gateway: what outlives the routes, and the set of routes that is live.
 *
 * <p>Several may run in one process, each with its own ports, pools and routes.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final Lasting lasting;
  private final AtomicReference<RouteParts> live;
  private final Generations generations;
  private final Management management;
  private final RouteReport report = new RouteReport();
  private @Nullable RouteWatch watch;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Gateway(
      Lasting lasting,
      AtomicReference<RouteParts> live,
      Generations generations,
      Management management) {
    this.lasting = lasting;
    this.live = live;
    this.generations = generations;
    this.management = management;
  }

  /**
   * Starts a gateway; it serves when this returns.
   *
   * @param configuration with the proxy key applied
   * @param routes folder of route files
   * @throws Exception when a part does not start; what had started is closed
   */
  public static Gateway start(Configuration configuration, ProxyKey proxyKey, Path routes)
      throws Exception {
    requireFreePort(configuration);
    Vertx vertx = vertx();
    try {
      Lasting lasting = new Lasting(configuration, proxyKey, vertx, loopCount());
      try {
        return start(lasting, routes);
      } catch (Exception e) {
        lasting.closeMemory();
        throw e;
      }
    } catch (Exception e) {
      vertx.close().toCompletionStage().toCompletableFuture().join();
      throw e;
    }
  }

  /** Looked at before anything is written to the data folder; the listener finds it out again. */
  private static void requireFreePort(Configuration configuration) throws IOException {
    int port = configuration.get(Settings.PORT);
    if (port != 0) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(configuration.get(Settings.HOST), port));
      }
    }
  }

  private static Gateway start(Lasting lasting, Path routes) throws Exception {
    Management management = lasting.management();
    AtomicReference<RouteParts> live = new AtomicReference<>();
    Generations generations =
        Generations.start(
            routes,
            () -> new RouteParts(lasting, live::set),
            new History(
                lasting.configuration().home().resolve("state").resolve("routes"),
                String.valueOf(routes.toAbsolutePath().normalize().getFileName())));
    lasting.readiness().routes(() -> RouteReport.rejectedEdit(generations.complaints()));
    Gateway gateway = new Gateway(lasting, live, generations, management);
    lasting.renewRoutesBy(gateway::renewRoutes);
    try {
      gateway.operations(management.surface());
      management.open(new Loops(lasting.vertx(), 1), lasting.server());
      lasting.server().start();
    } catch (IOException | RuntimeException e) {
      management.close();
      generations.close();
      throw e;
    }
    lasting.vertx().setPeriodic(1000, timer -> lasting.pools().all().forEach(Pool::tick));
    return gateway;
  }

  /** What operators can ask: one line an operation, or one call for those of a room. */
  private void operations(AdminSurface admin) {
    admin.get(
        "/status",
        "what runs, since when, how much of it",
        new StatusReport(lasting.server(), pools(), this::providers, Instant.now()));
    new RouteOperations(generations, report).addTo(admin);
    new Why(lasting.recent()).addTo(admin);
    admin.get(
        "/hooks",
        "the active hooks, their contracts, how they have done",
        request -> Map.of("hooks", routes().hooks().view()));
    new PoolOperations(pools(), new Probe(lasting.dialects(), this::context)).addTo(admin);
  }

  private static int loopCount() {
    return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 16);
  }

  static Vertx vertx() {
    return ShortTurns.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(loopCount())
            .setBlockedThreadCheckInterval(60_000)
            .setPreferNativeTransport(true)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  /** The port that is listened on. */
  public int port() {
    return lasting.server().port();
  }

  /** The port of the admin surface, empty when it is closed. */
  public OptionalInt adminPort() {
    return management.port();
  }

  public Configuration configuration() {
    return lasting.configuration();
  }

  public Pools pools() {
    return lasting.pools();
  }

  /** Names of the providers that are live. */
  public List<String> providers() {
    return List.copyOf(routes().providers().all().keySet());
  }

  /** Whether the built-in mock stands in, because no provider is set up. */
  public boolean hasMock() {
    return routes().hasMock();
  }

  private RouteParts routes() {
    return Objects.requireNonNull(live.get(), "the first routes are live before this is made");
  }

  /** The Camel context of the live routes. */
  public CamelContext context() {
    return generations.live().context();
  }

  /**
   * Keeps what is live in the history of the data folder, and takes changes of the route files over
   * as they come, unless {@code ROUTES_WATCH} says otherwise.
   */
  public void watchRoutes() {
    generations.keep();
    if (!configuration().get(Settings.ROUTES_WATCH)) {
      return;
    }
    watch =
        new RouteWatch(
            generations.folder(),
            configuration().get(Settings.ROUTES_QUIET_TIME),
            this::reloadRoutes);
    if (generations.complaints().isEmpty()) {
      reloadRoutes(); // for what has changed since the start
    }
  }

  /** Takes the route files over as they are now, and tells the log what came of it. */
  public void reloadRoutes() {
    report.of(generations.reload(false));
  }

  /**
   * On a thread of its own: the clock of the live routes is what asks, and it is stopped by this.
   */
  private void renewRoutes() {
    Thread.ofVirtual()
        .name("caravan-renew")
        .start(
            () -> {
              LOG.info("routes: they are built anew, since a provider has its first account");
              report.of(generations.renew());
            });
  }

  /** The live routes, and the way to the next ones. */
  public Generations generations() {
    return generations;
  }

  /** What it writes about its requests. */
  public LogFiles logFiles() {
    return lasting.logFiles();
  }

  /** Requests that are being served. */
  public int inFlight() {
    return lasting.server().inFlight();
  }

  /**
   * Takes no new calls and waits for what runs, at most this long.
   *
   * @return whether all of it has ended
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    return lasting.server().drain(atMost);
  }

  /** Stops at once; what still runs is cut. Later calls do nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (watch != null) {
      watch.close();
    }
    lasting.server().close();
    management.close();
    generations.close();
    lasting.accounts().close();
    lasting.closeMemory();
    lasting.memories().write();
    lasting.upstream().close();
    lasting.libraries().close();
    lasting.closeMock();
    lasting.logFiles().close();
    lasting
        .vertx()
        .close()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(5, TimeUnit.SECONDS)
        .exceptionally(t -> null)
        .join();
  }
}
