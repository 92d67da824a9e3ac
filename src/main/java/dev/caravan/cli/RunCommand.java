package dev.caravan.cli;

import dev.caravan.Gateway;
import dev.caravan.PortInUse;
import dev.caravan.config.AdminToken;
import dev.caravan.config.BindRule;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.config.Settings;
import dev.caravan.observe.Logs;
import dev.caravan.observe.Redaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves, until a signal says that it is enough. */
@Command(
    name = "run",
    description =
        "Serve. With no provider set up, the built-in mock answers, so that everything can be tried.",
    footerHeading =
        "%nSettings come from flags, the environment, .env and application.properties%n",
    footer = {
      "in the data folder, in this order; docs/settings.md has all of them.",
      "A provider is set up by its key: GROQ_API_KEY=..., or by a file in routes/providers/."
    })
public final class RunCommand implements Callable<Integer> {
  private static final int CONFIGURATION_INVALID = 3;
  private static final int PORT_IN_USE = 4;
  private static final int HOME_UNUSABLE = 5;

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default 127.0.0.1).")
  @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port to listen on (default 8000; 0 for any).")
  @Nullable String port;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Data folder with .env and application.properties (default: the current one).")
  @Nullable String home;

  @Option(
      names = "--routes",
      paramLabel = "FOLDER",
      description =
          "Route files (default: routes/ in the data folder, else those that come with Caravan).")
  @Nullable String routes;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "TRACE, DEBUG, INFO, WARN or ERROR (default INFO).")
  @Nullable String logLevel;

  @Option(names = "--json-logs", description = "Log one JSON object a line.")
  boolean jsonLogs;

  @Option(
      names = "--drain-timeout",
      paramLabel = "SECONDS",
      description = "How long running streams may go on after SIGTERM (default 60).")
  @Nullable String drainTimeout;

  @Option(
      names = "--enable-request-logging",
      description = "Write a folder about each call below logs/transactions (REQUEST_LOG).")
  boolean requestLogging;

  @Option(
      names = "--enable-raw-logging",
      description = "Write what clients send and get below logs/raw_io (RAW_LOG).")
  boolean rawLogging;

  @Override
  public Integer call() throws Exception {
    Map<String, String> environment = System.getenv();
    Map<String, String> flags = flags();
    Configuration first =
        Configuration.load(Configuration.home(flags, environment), flags, environment);
    ProxyKey proxyKey = ProxyKey.ensure(first);
    Configuration configuration = AdminToken.ensuredIn(proxyKey.appliedTo(first));
    Redaction redaction = Redaction.of(configuration);
    Logs logs = Logs.install(configuration, redaction);
    Logger log = LoggerFactory.getLogger(RunCommand.class);
    configuration.warnings().forEach(warning -> log.warn("{}", warning));

    List<String> obstacles = obstacles(configuration, proxyKey);
    if (!obstacles.isEmpty()) {
      obstacles.forEach(obstacle -> log.error("gateway: {}", obstacle));
      return CONFIGURATION_INVALID;
    }
    Path folder = RouteFolder.of(configuration);
    if (!Files.isDirectory(folder)) {
      log.error("gateway: there is no routes folder at {}; name one with --routes", folder);
      return HOME_UNUSABLE;
    }
    try (Gateway gateway = Gateway.start(configuration, proxyKey, folder)) {
      keepAdminToken(configuration, log);
      new Greeting(gateway, proxyKey, out()).print();
      gateway.watchRoutes();
      Signals.onHangUp(gateway::reloadRoutes);
      awaitSignal(gateway, configuration.get(Settings.DRAIN_TIMEOUT_SECONDS), log);
      return 0;
    } catch (PortInUse e) {
      log.error("gateway: {}", e.getMessage());
      return PORT_IN_USE;
    } catch (Exception e) {
      if (causedBy(e, BindException.class)) {
        log.error(
            "gateway: port {} is in use; choose another with --port, or 0 for any",
            configuration.get(Settings.PORT));
        return PORT_IN_USE;
      }
      log.error("gateway: it does not start: {}", e.getMessage());
      log.debug("gateway: why it does not start", e);
      return CONFIGURATION_INVALID;
    } finally {
      logs.flush();
    }
  }

  private static void keepAdminToken(Configuration configuration, Logger log) {
    try {
      AdminToken.keep(configuration);
    } catch (IOException e) {
      log.warn(
          "gateway: {} cannot be written, so nobody knows the token of the admin surface; set ADMIN_TOKEN",
          configuration.home().resolve("state"));
    }
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new TreeMap<>();
    put(flags, "HOST", host);
    put(flags, "PORT", port);
    put(flags, "CARAVAN_HOME", home);
    put(flags, "CARAVAN_ROUTES", routes);
    put(flags, "LOG_LEVEL", logLevel);
    put(flags, "DRAIN_TIMEOUT_SECONDS", drainTimeout);
    put(flags, "LOG_FORMAT", jsonLogs ? "json" : null);
    put(flags, "REQUEST_LOG", requestLogging ? "true" : null);
    put(flags, "RAW_LOG", rawLogging ? "true" : null);
    return flags;
  }

  private static void put(Map<String, String> flags, String name, @Nullable String value) {
    if (value != null) {
      flags.put(name, value);
    }
  }

  /** What must not be: see operations.md 3 and http-api.md 1.2, rule 8. */
  private static List<String> obstacles(Configuration configuration, ProxyKey proxyKey) {
    return new BindRule(configuration, proxyKey).refusal().stream().toList();
  }

  private static void awaitSignal(Gateway gateway, Duration drain, Logger log)
      throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    Signals.onTerminate(
        () -> {
          if (times.incrementAndGet() == 1) {
            told.countDown();
          } else {
            Runtime.getRuntime().halt(0);
          }
        });
    told.await();
    int running = gateway.inFlight();
    if (running > 0) {
      log.info(
          "gateway: shutting down; {} requests may go on for {} s", running, drain.toSeconds());
    }
    if (!gateway.drain(drain)) {
      log.warn("gateway: {} requests are cut, the drain time is over", gateway.inFlight());
    }
  }

  private static boolean causedBy(Throwable problem, Class<? extends Throwable> type) {
    for (Throwable t = problem; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  private PrintWriter out() {
    return spec == null
        ? new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8)
        : spec.commandLine().getOut();
  }
}
