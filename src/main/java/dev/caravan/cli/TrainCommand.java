package dev.caravan.cli;

import dev.caravan.Gateway;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.mock.MockProvider;
import dev.caravan.observe.Logs;
import dev.caravan.observe.Redaction;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code caravan train}: the run that an AOT cache is made of. A gateway and the mock, both in this
 * process, so that the cache holds the classes that serving needs and the JVM knows from the start
 * which methods are hot. Exit codes: 0, or 1 when a call was not answered as it should be.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Rehearses calls against the mock, for the JVM to learn from.")
public final class TrainCommand implements Callable<Integer> {
  private static final String KEY = "sk-rehearsal-only-0";

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Path home = Files.createTempDirectory("caravan-train");
    Vertx vertx = Vertx.vertx();
    try (MockProvider mock = MockProvider.start(vertx, "127.0.0.1", 0);
        Gateway gateway = start(home, mock.baseUrl());
        Rehearsal rehearsal = new Rehearsal(gateway.port(), KEY)) {
      int calls = rehearsal.run(Duration.ofSeconds(seconds));
      spec.commandLine().getOut().println(calls + " calls rehearsed");
      return 0;
    } catch (Rehearsal.Surprise surprise) {
      spec.commandLine().getErr().println("train: " + surprise.getMessage());
      return 1;
    } finally {
      vertx.close();
      Files.delete(home);
    }
  }

  /** Started like {@code caravan run} does it, with what it prints thrown away. */
  private static Gateway start(Path home, String mock) throws Exception {
    Configuration configuration =
        Configuration.load(
            home,
            Map.of("HOST", "127.0.0.1", "PORT", "0", "LOG_LEVEL", "OFF"),
            Map.ofEntries(
                Map.entry("PROXY_API_KEY", KEY),
                // one key that works, one that is limited again and again, one that is revoked
                Map.entry("STEADY_API_BASE", mock),
                Map.entry("STEADY_API_KEY_1", "sk-good-1"),
                Map.entry("STEADY_API_KEY_2", "sk-rl1-1"),
                Map.entry("STEADY_API_KEY_3", "sk-bad-1"),
                Map.entry("STEADY_API_KEY_4", "sk-good-2"),
                Map.entry("WEARY_API_BASE", mock),
                Map.entry("WEARY_API_KEY_1", "sk-500-1"),
                Map.entry("WEARY_API_KEY_2", "sk-drop0-1")));
    ProxyKey proxyKey = ProxyKey.ensure(configuration);
    Logs.install(configuration, Redaction.of(configuration));
    Gateway gateway = Gateway.start(configuration, proxyKey, RouteFolder.of(configuration));
    new Greeting(gateway, proxyKey, new PrintWriter(PrintWriter.nullWriter())).print();
    return gateway;
  }
}
