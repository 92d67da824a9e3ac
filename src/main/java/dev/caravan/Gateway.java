package dev.caravan;

import dev.caravan.admin.AdminSurface;
import dev.caravan.admin.Why;
import dev.caravan.call.RecentCalls;
import dev.caravan.call.TimeSource;
import dev.caravan.config.ClientKeys;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.config.Settings;
import dev.caravan.dialect.Dialects;
import dev.caravan.http.HttpOptions;
import dev.caravan.http.StreamingHttpEngine;
import dev.caravan.http.StreamingHttpServer;
import dev.caravan.loop.Loops;
import dev.caravan.mock.MockProvider;
import dev.caravan.pool.Mode;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.Pools;
import dev.caravan.provider.ModelAliases;
import dev.caravan.provider.Provider;
import dev.caravan.reload.Generation;
import dev.caravan.route.Authentication;
import dev.caravan.route.ClientErrors;
import dev.caravan.route.Faults;
import dev.caravan.route.KeyRotation;
import dev.caravan.route.LiveProviders;
import dev.caravan.route.NoteFailure;
import dev.caravan.route.ResolveAlias;
import dev.caravan.route.ResolveModel;
import dev.caravan.route.Surfaces;
import dev.caravan.route.TryInTurn;
import dev.caravan.upstream.ModelCards;
import dev.caravan.upstream.OutboundProxies;
import dev.caravan.upstream.PassedHeaders;
import dev.caravan.upstream.UpstreamClient;
import dev.caravan.upstream.UpstreamComponent;
import dev.caravan.upstream.UpstreamTimeouts;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
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

  private final Configuration configuration;
  private final Vertx vertx;
  private final StreamingHttpServer server;
  private final UpstreamClient upstream;
  private final Pools pools;
  private final LiveProviders providers;
  private final Generation generation;
  private final Management management;
  private final @Nullable MockProvider mock;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Gateway(
      Configuration configuration,
      Vertx vertx,
      StreamingHttpServer server,
      UpstreamClient upstream,
      Pools pools,
      LiveProviders providers,
      Generation generation,
      Management management,
      @Nullable MockProvider mock) {
    this.configuration = configuration;
    this.vertx = vertx;
    this.server = server;
    this.upstream = upstream;
    this.pools = pools;
    this.providers = providers;
    this.generation = generation;
    this.management = management;
    this.mock = mock;
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
    Vertx vertx = vertx();
    try {
      return new Assembly(configuration, proxyKey, routes, vertx).start();
    } catch (Exception e) {
      vertx.close().toCompletionStage().toCompletableFuture().join();
      throw e;
    }
  }

  private static int loopCount() {
    return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 16);
  }

  private static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(loopCount())
            .setBlockedThreadCheckInterval(60_000)
            .setPreferNativeTransport(!Boolean.getBoolean("caravan.nio"))
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  /** The port that is listened on. */
  public int port() {
    return server.port();
  }

  /** The port of the admin surface, empty when it is closed. */
  public OptionalInt adminPort() {
    return management.port();
  }

  public Configuration configuration() {
    return configuration;
  }

  public Pools pools() {
    return pools;
  }

  /** Names of the providers that are live. */
  public List<String> providers() {
    return List.copyOf(providers.all().keySet());
  }

  /** Whether the built-in mock stands in, because no provider is set up. */
  public boolean hasMock() {
    return mock != null;
  }

  /** The Camel context of the live routes. */
  public CamelContext context() {
    return generation.context();
  }

  /** Requests that are being served. */
  public int inFlight() {
    return server.inFlight();
  }

  /**
   * Takes no new calls and waits for what runs, at most this long.
   *
   * @return whether all of it has ended
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    return server.drain(atMost);
  }

  /** Stops at once; what still runs is cut. Later calls do nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    server.close();
    management.close();
    generation.close();
    upstream.close();
    if (mock != null) {
      mock.close();
    }
    vertx
        .close()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(5, TimeUnit.SECONDS)
        .exceptionally(t -> null)
        .join();
  }

  /** Puts the parts together, in the order in which they need each other. */
  private static final class Assembly implements Generation.Parts {
    private final Configuration configuration;
    private final Path routes;
    private final Vertx vertx;
    private final Dialects dialects = Dialects.onClassPath();
    private final StreamingHttpServer server;
    private final Management management;
    private final UpstreamClient upstream;
    private final Pools pools = new Pools(TimeSource.system(), ThreadLocalRandom.current());
    private final LiveProviders providers = new LiveProviders();
    private final RecentCalls recent;
    private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
    private final ModelAliases aliases;
    private final Surfaces surfaces;
    private final StreamingHttpEngine engine;
    private @Nullable MockProvider mock;

    Assembly(Configuration configuration, ProxyKey proxyKey, Path routes, Vertx vertx) {
      this.configuration = configuration;
      this.routes = routes;
      this.vertx = vertx;
      this.recent = new RecentCalls(configuration.get(Settings.DECISION_RECORDS));
      Loops loops = new Loops(vertx, loopCount());
      ClientErrors errors = new ClientErrors(dialects);
      ClientKeys keys = ClientKeys.of(configuration, proxyKey);
      this.management = new Management(configuration, keys);
      this.server =
          new StreamingHttpServer(loops, httpOptions(configuration), management.beside(errors));
      this.upstream = new UpstreamClient(loops, timeouts(configuration), proxies(configuration));
      this.engine = new StreamingHttpEngine(server);
      Authentication authentication = new Authentication(keys, server::isDraining);
      errors.admitWith(authentication);
      ModelCards cards =
          new ModelCards(
              upstream,
              pools,
              TimeSource.system(),
              configuration.get(Settings.MODEL_LIST_TTL),
              Duration.ofSeconds(2));
      this.aliases = aliases(configuration);
      this.surfaces =
          new Surfaces(
              dialects,
              authentication,
              server,
              cards,
              aliases,
              configuration.get(Settings.GLOBAL_TIMEOUT),
              recent,
              configuration.get(Settings.ROUTE_HEADER),
              Version.number());
    }

    Gateway start() throws Exception {
      RouteFiles files = RouteFiles.in(routes);
      Generation generation = Generation.start(this, files.templates(), files.others());
      try {
        providers.collect(generation.context());
        server.serve(engine);
        operations(management.surface());
        management.open(new Loops(vertx, 1), server);
        server.start();
        vertx.setPeriodic(1000, timer -> pools.all().forEach(Pool::tick));
      } catch (IOException | RuntimeException e) {
        management.close();
        generation.close();
        throw e;
      }
      return new Gateway(
          configuration, vertx, server, upstream, pools, providers, generation, management, mock);
    }

    /** What operators can ask: one line an operation, or one call for those of a room. */
    private void operations(AdminSurface admin) {
      admin.get(
          "/status",
          "what runs, since when, how much of it",
          new StatusReport(server, pools, providers, Instant.now()));
      new Why(recent).addTo(admin);
    }

    @Override
    public Map<String, String> properties() {
      Map<String, String> properties = new TreeMap<>();
      properties.put("camel.main.name", "caravan");
      properties.put("camel.main.jmxEnabled", "false");
      properties.put("camel.main.streamCachingEnabled", "false");
      properties.put("camel.main.allowUseOriginalMessage", "false");
      properties.put("camel.main.autoConfigurationLogSummary", "false");
      properties.put("camel.main.startupSummaryLevel", "Off");
      properties.put("camel.main.loadTypeConverters", "false");
      properties.put("camel.main.shutdownTimeout", "2");
      properties.putAll(configuration.camelProperties());
      return properties;
    }

    @Override
    public void bind(CamelContext context) {
      context.getRegistry().bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, engine);
      context.getRegistry().bind("circuitBreakers", breakers);
      context.addComponent(
          "upstream",
          new UpstreamComponent(
              upstream,
              dialects,
              TimeSource.system(),
              new PassedHeaders(configuration.get(Settings.UPSTREAM_HEADERS_PASS))));
      Faults faults = new Faults(TimeSource.system());
      ResolveModel resolve = new ResolveModel(providers, defaultProviders(configuration));
      // one load balancer a route: Camel adds each route's output to the bean that it finds
      context
          .getRegistry()
          .bindAsPrototype(
              "keyRotation", KeyRotation.class, () -> new KeyRotation(pools, faults, breakers));
      context.getRegistry().bind("resolveAlias", new ResolveAlias(aliases));
      context.getRegistry().bind("resolveModel", resolve);
      context
          .getRegistry()
          .bind("tryInTurn", new TryInTurn(providers, resolve, context.createProducerTemplate()));
      context.getRegistry().bind("noteFailure", new NoteFailure());
    }

    @Override
    public List<RoutesBuilder> javaRoutes() {
      return surfaces.routes(providers);
    }

    @Override
    public void complete(CamelContext context) throws Exception {
      new ProviderSetup(configuration, pools).complete(context);
      if (pools.all().isEmpty()) {
        startMock(context);
      }
    }

    /** With no provider set up, a stand-in lets a newcomer try everything. */
    private void startMock(CamelContext context) throws IOException {
      MockProvider started = MockProvider.start(vertx, "127.0.0.1", 0);
      mock = started;
      Provider provider = Provider.named("mock");
      provider.setBaseUrl(started.baseUrl());
      context.getRegistry().bind("mock", provider);
      ProviderSetup.addRoute(context, provider);
      pools.install(
          "mock", PoolOptions.defaults(Mode.BALANCED), List.of(ProviderSetup.anonymous("mock")));
      LOG.info("no provider is set up: the built-in mock answers as provider mock");
    }

    private static HttpOptions httpOptions(Configuration c) {
      HttpOptions d = HttpOptions.defaults();
      return new HttpOptions(
          c.get(Settings.HOST),
          c.get(Settings.PORT),
          c.get(Settings.MAX_REQUEST_BODY),
          d.maxHeaders(),
          d.idle(),
          d.bodyPause(),
          c.get(Settings.STREAM_KEEPALIVE_SECONDS),
          c.get(Settings.STREAM_WRITE_STALL_SECONDS),
          String.join(",", c.get(Settings.CORS_ALLOW_ORIGINS)));
    }

    private static ModelAliases aliases(Configuration c) {
      ModelAliases aliases =
          c.find(Settings.MODEL_ALIASES).map(ModelAliases::read).orElse(ModelAliases.NONE);
      aliases.faults().forEach(fault -> LOG.warn("{} {}", Settings.MODEL_ALIASES, fault));
      return aliases;
    }

    /** By the name of the dialect; Gemini's clients name no provider (http-api.md 1.3). */
    private static Map<String, String> defaultProviders(Configuration c) {
      Map<String, String> byDialect = new TreeMap<>(Map.of("gemini", "gemini"));
      Map.of(
              "OPENAI", "openai-chat",
              "RESPONSES", "openai-responses",
              "ANTHROPIC", "anthropic",
              "GEMINI", "gemini")
          .forEach(
              (surface, dialect) ->
                  c.find(Settings.DEFAULT_PROVIDER.of(surface))
                      .ifPresent(
                          provider -> byDialect.put(dialect, provider.toLowerCase(Locale.ROOT))));
      return byDialect;
    }

    private static OutboundProxies proxies(Configuration c) {
      return new OutboundProxies(
          c.find(Settings.HTTPS_PROXY).orElse(null),
          c.find(Settings.HTTP_PROXY).orElse(null),
          c.get(Settings.NO_PROXY));
    }

    private static UpstreamTimeouts timeouts(Configuration c) {
      return new UpstreamTimeouts(
          c.get(Settings.TIMEOUT_CONNECT),
          c.get(Settings.TIMEOUT_POOL),
          c.get(Settings.TIMEOUT_WRITE),
          c.get(Settings.TIMEOUT_FIRST_BYTE_STREAMING),
          c.get(Settings.TIMEOUT_READ_STREAMING),
          c.get(Settings.TIMEOUT_READ_NON_STREAMING),
          c.get(Settings.REQUEST_HARD_TIMEOUT));
    }
  }
}
