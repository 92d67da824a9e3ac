package dev.caravan;

import dev.caravan.call.TimeSource;
import dev.caravan.config.Settings;
import dev.caravan.dialect.hub.Manner;
import dev.caravan.event.EventsComponent;
import dev.caravan.http.StreamingHttpEngine;
import dev.caravan.mock.MockProvider;
import dev.caravan.pool.Mode;
import dev.caravan.pool.PoolOptions;
import dev.caravan.provider.Provider;
import dev.caravan.reload.Generation;
import dev.caravan.reload.Legal;
import dev.caravan.route.AccountCare;
import dev.caravan.route.Costs;
import dev.caravan.route.DryRun;
import dev.caravan.route.Faults;
import dev.caravan.route.HttpDefaults;
import dev.caravan.route.HttpSteps;
import dev.caravan.route.KeyRotation;
import dev.caravan.route.LiveProviders;
import dev.caravan.route.ModelRefresh;
import dev.caravan.route.NoteFailure;
import dev.caravan.route.QuotaReading;
import dev.caravan.route.ResolveAlias;
import dev.caravan.route.ResolveModel;
import dev.caravan.route.Sinks;
import dev.caravan.route.ToProviderDialect;
import dev.caravan.route.TryInTurn;
import dev.caravan.route.hook.HookComponent;
import dev.caravan.route.hook.Hooks;
import dev.caravan.upstream.PassedHeaders;
import dev.caravan.upstream.UpstreamComponent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/**
 * What one set of routes is made of: its own providers and HTTP table, bound to what outlives it.
 */
final class RouteParts implements Generation.Parts {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String MOCK_TEMPLATE = "openai-compatible";

  private final Lasting lasting;
  private final StreamingHttpEngine engine;
  private final LiveProviders providers = new LiveProviders();
  private final Hooks hooks;
  private final ProviderSetup setup;
  private final Runnable whenLive;
  private boolean hasMock;

  /**
   * Made for one set of routes.
   *
   * @param whenLive told when it has become live
   */
  RouteParts(Lasting lasting, Consumer<RouteParts> whenLive) {
    this.lasting = lasting;
    this.engine = new StreamingHttpEngine(lasting.server());
    this.hooks = new Hooks(lasting.hookCounts());
    this.setup =
        new ProviderSetup(
            lasting.configuration(),
            lasting.pools(),
            lasting.remembering().fingerprints(),
            lasting.accounts(),
            lasting.toldPlans());
    this.whenLive = () -> whenLive.accept(this);
  }

  LiveProviders providers() {
    return providers;
  }

  Hooks hooks() {
    return hooks;
  }

  boolean hasMock() {
    return hasMock;
  }

  @Override
  public Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    // Quartz keeps its schedulers by this name for the whole JVM: two generations must not share
    // one
    properties.put("camel.main.name", "caravan-" + NUMBER.incrementAndGet());
    properties.put("camel.main.jmxEnabled", "false");
    properties.put("camel.main.streamCachingEnabled", "false");
    properties.put("camel.main.allowUseOriginalMessage", "false");
    properties.put("camel.main.autoConfigurationLogSummary", "false");
    properties.put("camel.main.startupSummaryLevel", "Off");
    properties.put("camel.main.loadTypeConverters", "false");
    properties.put("camel.main.shutdownTimeout", "2");
    // what the clock starts is short, and ten idle threads are not
    properties.put("camel.component.quartz.enableJmx", "false");
    properties.put("camel.component.quartz.properties[org.quartz.threadPool.threadCount]", "1");
    properties.putAll(lasting.configuration().camelProperties());
    return properties;
  }

  @Override
  public void bind(CamelContext context) {
    lasting.libraries().addTo(context);
    context.addLifecycleStrategy(new HttpDefaults());
    context.getRegistry().bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, engine);
    context.getRegistry().bind("circuitBreakers", lasting.breakers().fresh());
    context.getCamelContextExtension().registerEndpointCallback(new Sinks());
    UpstreamComponent component =
        new UpstreamComponent(
            lasting.upstream(),
            lasting.dialects(),
            TimeSource.system(),
            new PassedHeaders(lasting.configuration().get(Settings.UPSTREAM_HEADERS_PASS)),
            lasting.thoughts(),
            new Manner(
                lasting.configuration().get(Settings.STREAM_ESTIMATE_INPUT),
                lasting.configuration().get(Settings.FORWARD_USER_ID),
                lasting.configuration().get(Settings.AUTO_CACHE_BREAKPOINTS)),
            lasting.memories());
    context.addComponent("upstream", component);
    context.addComponent("hook", new HookComponent(hooks));
    context.addComponent("events", new EventsComponent(lasting.events()));
    Faults faults = new Faults(TimeSource.system());
    ResolveModel resolve =
        new ResolveModel(
            providers,
            lasting.defaultProviders(),
            lasting.modelLists(),
            lasting.configuration().get(Settings.ENFORCE_MODEL_FILTERS));
    Costs costs = new Costs(lasting.modelCatalogue(), providers);
    // one load balancer a route: Camel adds each route's output to the bean that it finds
    context
        .getRegistry()
        .bindAsPrototype(
            "keyRotation",
            KeyRotation.class,
            () ->
                new KeyRotation(
                    lasting.pools(),
                    faults,
                    lasting.breakers(),
                    lasting.logFiles().failures(),
                    hooks,
                    costs,
                    providers));
    context.getRegistry().bind("resolveAlias", new ResolveAlias(lasting.aliases()));
    context.getRegistry().bind("resolveModel", resolve);
    context
        .getRegistry()
        .bind("tryInTurn", new TryInTurn(providers, resolve, context.createProducerTemplate()));
    context.getRegistry().bind("noteFailure", new NoteFailure());
    context
        .getRegistry()
        .bind("toProviderDialect", new ToProviderDialect(providers, component.translations()));
    context.getRegistry().bind("pools", lasting.pools());
    context
        .getRegistry()
        .bind(
            "models",
            new ModelRefresh(
                providers,
                lasting.modelLists(),
                lasting.modelCatalogue(),
                lasting.publicTables(),
                TimeSource.system()));
    context
        .getRegistry()
        .bind(QuotaReading.NAME, new QuotaReading(lasting.quotaPages(), providers, setup::replan));
    context
        .getRegistry()
        .bind(
            "accounts",
            new AccountCare(lasting.accounts(), setup::replanAccounts, lasting::renewRoutes));
    HttpSteps http = new HttpSteps(lasting.dialects());
    context.getRegistry().bind("toHttpRequest", (Processor) http::toHttpRequest);
    context.getRegistry().bind("fromHttpAnswer", (Processor) http::fromHttpAnswer);
  }

  @Override
  public List<RoutesBuilder> javaRoutes() {
    return lasting.surfaces().routes(providers, hooks);
  }

  @Override
  public void complete(CamelContext context) throws Exception {
    setup.complete(context);
    Hooks.prepare(context);
    if (setup.hasNone() && ProviderSetup.hasTemplate(context, MOCK_TEMPLATE)) {
      addMock(context);
    }
  }

  /** With no provider set up, a stand-in lets a newcomer try everything. */
  private void addMock(CamelContext context) throws IOException {
    MockProvider mock = lasting.mock();
    Provider provider = Provider.named("mock");
    provider.setBaseUrl(mock.baseUrl());
    context.getRegistry().bind("mock", provider);
    ProviderSetup.addRoute(context, provider);
    setup.found(
        "mock", PoolOptions.defaults(Mode.BALANCED), List.of(ProviderSetup.anonymous("mock")));
    hasMock = true;
  }

  @Override
  public Legal legal(CamelContext context) {
    Set<String> beans =
        new TreeSet<>(context.getRegistry().findByTypeWithName(Object.class).keySet());
    beans.add("keyRotation"); // a prototype, which is not listed
    beans.addAll(context.getComponentNames());
    Set<String> ids = new TreeSet<>();
    Set<String> directs = new TreeSet<>();
    Set<String> paths = new TreeSet<>();
    for (Route route : context.getRoutes()) {
      ids.add(route.getRouteId());
      switch (route.getEndpoint()) {
        case PlatformHttpEndpoint http -> {
          for (String method : String.valueOf(http.getHttpMethodRestrict()).split(",")) {
            paths.add((method.equals("null") ? "*" : method) + " " + http.getPath());
          }
        }
        case DirectEndpoint direct ->
            directs.add(direct.getEndpointBaseUri().replace("direct://", ""));
        default -> {}
      }
    }
    Set<String> providers = new TreeSet<>(setup.names());
    providers.add("mock");
    return new Legal(beans, ids, directs, Set.of("dispatch"), Set.of("dispatch"), paths, providers);
  }

  @Override
  public void rehearse(CamelContext context) throws Exception {
    providers.collect(context);
    new DryRun(lasting.dialects(), providers).run(context);
  }

  @Override
  public void goLive(CamelContext context) {
    providers.collect(context);
    providers.sources(setup.sources());
    lasting.modelLists().recognise(providers.all().values());
    setup.installPools();
    lasting.breakers().adopt(context);
    lasting.server().serve(engine);
    whenLive.run();
  }

  @Override
  public void awaitLastRequest() throws InterruptedException {
    engine.awaitLastRequest();
    hooks.awaitAfterwards();
  }
}
