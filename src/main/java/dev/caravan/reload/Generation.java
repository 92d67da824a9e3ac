package dev.caravan.reload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One set of routes, running: a Camel context with every route in it, made of files, Java routes,
 * and beans that outlive it.
 *
 * <p>The way of one: {@link #build}, {@link #rehearse}, {@link #startConsumers}, {@link #goLive};
 * and when the next one is there {@link #stopConsumers} and {@link #retire}.
 */
public final class Generation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);
  private static final Duration PATIENCE_WITH_OTHERS = Duration.ofMinutes(1);

  /** What a generation is made of. Used for one generation only. */
  public interface Parts {

    /** Properties for the context, {@code camel.*} among them. */
    Map<String, String> properties();

    /** Binds what outlives the generation, and components. Called before any route is loaded. */
    void bind(CamelContext context) throws Exception;

    /** The routes in Java. */
    List<RoutesBuilder> javaRoutes();

    /** Called when the files are loaded and nothing runs yet; may add routes. */
    void complete(CamelContext context) throws Exception;

    /** What files may name besides what they declare; asked of a context that has no files. */
    Legal legal(CamelContext context);

    /** Proves what was built, and leaves no trace outside of it. */
    void rehearse(CamelContext context) throws Exception;

    /** Makes it what new requests see. Fails never. */
    void goLive(CamelContext context);

    /** Waits for the last request that began here; called when another one is live. */
    void awaitLastRequest() throws InterruptedException;
  }

  private final Parts parts;
  private final RouteSet files;
  private final Main main;
  private final CamelContext context;
  private final List<RouteDefinition> waiting;
  private final List<Consumer> consumers = new ArrayList<>();

  private Generation(Parts parts, RouteSet files, Main main, List<RouteDefinition> waiting) {
    this.parts = parts;
    this.files = files;
    this.main = main;
    this.context = main.getCamelContext();
    this.waiting = waiting;
  }

  /**
   * Builds a generation and starts it, but for the consumers that take work from outside, such as
   * Quartz, files or Kafka: two generations must not both take it. HTTP requests reach it when it
   * goes live.
   *
   * @throws RoutesRejected with everything undone, when any part of it is not right
   */
  public static Generation build(Parts parts, RouteSet files) throws RoutesRejected {
    if (!files.complaints().isEmpty()) {
      throw new RoutesRejected(files.complaints(), null);
    }
    Main main = new Main();
    // its own one keeps every Main in a shutdown hook for as long as the JVM lives
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    main.setDefaultPropertyPlaceholderLocation("false");
    parts.properties().forEach(main::addInitialProperty);
    Loading loading = new Loading(parts, files);
    main.addMainListener(loading);
    try {
      main.start();
      return new Generation(parts, files, main, loading.waiting);
    } catch (Exception e) {
      main.stop();
      throw Blame.of(e, files, loading.origins);
    }
  }

  /** Loads everything into a context that has not started. */
  private static final class Loading extends MainListenerSupport {
    private final Parts parts;
    private final RouteSet files;
    private final Map<RouteDefinition, RouteFile> origins = new HashMap<>();
    private final List<RouteDefinition> waiting = new ArrayList<>();

    Loading(Parts parts, RouteSet files) {
      this.parts = parts;
      this.files = files;
    }

    @Override
    public void beforeConfigure(BaseMainSupport starting) {
      run(() -> parts.bind(starting.getCamelContext()));
    }

    @Override
    public void afterConfigure(BaseMainSupport starting) {
      CamelContext context = starting.getCamelContext();
      run(
          () -> {
            for (RouteFile file : files.files()) {
              load(context, file);
            }
            for (RoutesBuilder builder : parts.javaRoutes()) {
              context.addRoutes(builder);
            }
            parts.complete(context);
            for (RouteDefinition route : model(context).getRouteDefinitions()) {
              if (OutsideWork.isTakenBy(route, context)) {
                route.setAutoStartup("false");
                waiting.add(route);
              }
            }
          });
    }

    // One at a time, so that a broken one is known by name and a route of an id that is taken does
    // not silently replace the other.
    private void load(CamelContext context, RouteFile file) throws RoutesRejected {
      List<RouteDefinition> before = List.copyOf(model(context).getRouteDefinitions());
      try {
        PluginHelper.getRoutesLoader(context)
            .loadRoutes(ResourceHelper.fromBytes(file.label(), file.bytes()));
      } catch (Exception e) {
        throw Blame.ofFile(e, file);
      }
      List<RouteDefinition> after = model(context).getRouteDefinitions();
      for (RouteDefinition route : after) {
        if (before.stream().noneMatch(known -> known == route)) {
          origins.put(route, file);
        }
      }
      for (RouteDefinition known : before) {
        if (after.stream().noneMatch(route -> route == known)) {
          RouteFile first = origins.get(known);
          throw RoutesRejected.because(
              Blame.at(
                  file,
                  known.getRouteId(),
                  "route id '%s' is taken, by a route of %s"
                      .formatted(
                          known.getRouteId(), first == null ? "the gateway" : first.label())),
              null);
        }
      }
    }

    private static ModelCamelContext model(CamelContext context) {
      return (ModelCamelContext) context;
    }
  }

  /** A step that may fail. */
  private interface Step {
    void run() throws Exception;
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  public CamelContext context() {
    return context;
  }

  /** What files may name, as a generation without any shows it. */
  static Legal legal(Parts parts) throws RoutesRejected {
    try (Generation bare = build(parts, RouteSet.of(List.of()))) {
      return parts.legal(bare.context);
    }
  }

  /** The files that it was made of. */
  public RouteSet files() {
    return files;
  }

  /**
   * Sends calls through its routes that end in a sink.
   *
   * @throws RoutesRejected when one of them fails by the routes' own fault
   */
  public void rehearse() throws RoutesRejected {
    try {
      parts.rehearse(context);
    } catch (Exception e) {
      throw Blame.of(e, files, Map.of());
    }
  }

  /**
   * Lets it take work from outside.
   *
   * @throws RoutesRejected with none of them started, when one does not start
   */
  public void startConsumers() throws RoutesRejected {
    @Nullable RouteDefinition current = null;
    try {
      if (consumers.isEmpty()) {
        for (RouteDefinition route : waiting) {
          current = route;
          context.getRouteController().startRoute(route.getRouteId());
          Route started = context.getRoute(route.getRouteId());
          consumers.add(started.getConsumer());
        }
      } else {
        // they were stopped for a successor that then did not come
        ServiceHelper.startService(consumers);
      }
    } catch (Exception e) {
      stopConsumers();
      consumers.clear();
      String id = current == null ? "" : current.getRouteId();
      throw Blame.ofRoute(e, files, id);
    }
  }

  /** Takes no more work from outside; what it has taken goes on. */
  public void stopConsumers() {
    for (Consumer consumer : consumers) {
      try {
        ServiceHelper.stopService(consumer);
      } catch (RuntimeException e) {
        LOG.warn(
            "routes: a consumer of {} does not stop: {}", consumer.getEndpoint(), e.getMessage());
      }
    }
  }

  /** Makes it what new requests see. */
  public void goLive() {
    parts.goLive(context);
  }

  /**
   * Waits until all that began on it has ended, and closes it. Called when another one is live;
   * blocks as long as the longest stream takes.
   */
  public void retire() throws InterruptedException {
    parts.awaitLastRequest();
    long until = System.nanoTime() + PATIENCE_WITH_OTHERS.toNanos();
    while (context.getInflightRepository().size() > 0 && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    close();
  }

  /** Stops every route. What was handed over to the HTTP server goes on. */
  @Override
  public void close() {
    main.stop();
  }
}
