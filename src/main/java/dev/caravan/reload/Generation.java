package dev.caravan.reload;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * One set of routes, running: a Camel context with every route in it, made of files, Java routes,
 * and beans that outlive it.
 */
public final class Generation implements AutoCloseable {

  /** What a generation is made of. */
  public interface Parts {

    /** Properties for the context, {@code camel.*} among them. */
    Map<String, String> properties();

    /** Binds what outlives the generation, and components. Called before any route is loaded. */
    void bind(CamelContext context) throws Exception;

    /** The routes in Java. */
    List<RoutesBuilder> javaRoutes();

    /** Called when the files are loaded and nothing runs yet; may add routes. */
    void complete(CamelContext context) throws Exception;
  }

  private final Main main;
  private final CamelContext context;

  private Generation(Main main) {
    this.main = main;
    this.context = main.getCamelContext();
  }

  /**
   * Builds and starts a generation. Its HTTP routes are reachable when the server has been switched
   * to it.
   *
   * @param templates files with route templates, loaded first
   * @param routes all other files
   * @throws Exception with everything undone, when any part of it is not right
   */
  public static Generation start(Parts parts, Collection<Path> templates, Collection<Path> routes)
      throws Exception {
    Main main = new Main();
    main.setDefaultPropertyPlaceholderLocation("false");
    parts.properties().forEach(main::addInitialProperty);
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport starting) {
            run(() -> parts.bind(starting.getCamelContext()));
          }

          @Override
          public void afterConfigure(BaseMainSupport starting) {
            CamelContext context = starting.getCamelContext();
            run(
                () -> {
                  load(context, templates);
                  load(context, routes);
                  for (RoutesBuilder builder : parts.javaRoutes()) {
                    context.addRoutes(builder);
                  }
                  parts.complete(context);
                });
          }
        });
    try {
      main.start();
      return new Generation(main);
    } catch (Exception e) {
      main.stop();
      throw e;
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

  private static void load(CamelContext context, Collection<Path> files) throws Exception {
    List<Resource> resources =
        files.stream()
            .map(file -> ResourceHelper.resolveResource(context, "file:" + file))
            .toList();
    PluginHelper.getRoutesLoader(context).loadRoutes(resources);
  }

  public CamelContext context() {
    return context;
  }

  /** Stops every route. What was handed over to the HTTP server goes on. */
  @Override
  public void close() {
    main.stop();
  }
}
