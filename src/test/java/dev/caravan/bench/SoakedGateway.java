package dev.caravan.bench;

import dev.caravan.Gateway;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.mock.MockProvider;
import dev.caravan.mock.MockStats;
import dev.caravan.pool.Pool;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A gateway and its providers in this process, so that one can look inside: {@code mock} with four
 * good keys, {@code drill} with two good ones and five that fail in 5 % of their requests.
 */
final class SoakedGateway implements AutoCloseable {
  private static final String CLIENT_KEY = "sk-soak-client-0123456789";
  private static final Duration A_MOMENT = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final MockProvider mock;
  private final Gateway gateway;

  SoakedGateway(Path home, Path routes) throws Exception {
    mock = MockProvider.start(vertx, "127.0.0.1", 0);
    Configuration first =
        Configuration.load(
            home, Map.of("HOST", "127.0.0.1", "PORT", "0"), environment(mock.baseUrl()));
    ProxyKey proxyKey = ProxyKey.ensure(first);
    gateway = Gateway.start(proxyKey.appliedTo(first), proxyKey, routes);
  }

  private static Map<String, String> environment(String baseUrl) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PROXY_API_KEY", CLIENT_KEY);
    // longer than the pause after an overload, so that calls that meet one may wait for its end
    environment.put("GLOBAL_TIMEOUT", "10");
    environment.put("TRANSIENT_RETRY_DELAY", "0.01");
    environment.put("TRANSIENT_RETRY_JITTER", "0.01");
    environment.put("SMALL_COOLDOWN_RETRY_THRESHOLD", "0");
    environment.put("MOCK_API_BASE", baseUrl);
    number(environment, "MOCK_API_KEY_", "sk-good-1", "sk-good-2", "sk-good-3", "sk-good-4");
    environment.put("DRILL_API_BASE", baseUrl);
    number(
        environment,
        "DRILL_API_KEY_",
        "sk-good-5",
        "sk-good-6",
        "sk-rl1-flaky5",
        "sk-500-flaky5",
        "sk-drop0-flaky5",
        "sk-err0-flaky5",
        "sk-drop3-flaky5");
    return environment;
  }

  private static void number(Map<String, String> environment, String prefix, String... keys) {
    for (int i = 0; i < keys.length; i++) {
      environment.put(prefix + (i + 1), keys[i]);
    }
  }

  Gateway gateway() {
    return gateway;
  }

  Address address() {
    return new Address(gateway.port(), CLIENT_KEY, "");
  }

  MockStats upstream() {
    return mock.stats();
  }

  /**
   * Waits until nothing runs.
   *
   * @return what still does, none when all is well
   */
  List<String> awaitQuiet() throws InterruptedException {
    List<String> left = leftovers();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!left.isEmpty() && System.nanoTime() - end < 0) {
      mock.awaitStats(_ -> false, A_MOMENT);
      left = leftovers();
    }
    return left;
  }

  private List<String> leftovers() {
    List<String> left = new ArrayList<>();
    note(left, "requests in flight at the gateway", gateway.inFlight());
    note(left, "requests in flight upstream", mock.stats().inFlight());
    for (Pool pool : gateway.pools().all()) {
      note(left, "active leases of " + pool.provider(), pool.view().leasesActive());
      note(left, "expired leases of " + pool.provider(), pool.view().leasesExpired());
      note(left, "calls in the queue of " + pool.provider(), pool.view().waiting());
    }
    return left;
  }

  /**
   * Waits until the gateway has closed the upstream connections that it keeps for later.
   *
   * @return how many are open then
   */
  int awaitUpstreamClosed(Duration patience) throws InterruptedException {
    return mock.awaitStats(s -> s.openConnections() == 0, patience).openConnections();
  }

  /** Bytes of heap that are in use after the garbage is collected. */
  static long heapInUse() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void note(List<String> left, String what, long count) {
    if (count != 0) {
      left.add(count + " " + what);
    }
  }

  @Override
  public void close() {
    gateway.close();
    mock.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
