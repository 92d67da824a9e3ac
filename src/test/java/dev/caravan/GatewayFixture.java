package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.mock.MockProvider;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolView;
import dev.caravan.route.QuotaReading;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A gateway on a free port before a mock provider, both new for each test, and a client of it. The
 * gateway starts when a test first needs it; what the test sets before then is its environment.
 *
 * <p>After each test nothing may be left: no lease, no request in flight on either side, and no
 * error of the gateway's own or text of a key in the log.
 */
public final class GatewayFixture implements BeforeEachCallback, AfterEachCallback {
  public static final String CLIENT_KEY = "gk-client-0123456789abcdef";
  public static final String ADMIN_TOKEN = "ga-admin-0123456789abcdef";
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> keys = new ArrayList<>(List.of(CLIENT_KEY));
  private Path routes = Path.of("routes");
  private @Nullable Vertx vertx;
  private @Nullable MockProvider mock;
  private @Nullable Path home;
  private @Nullable Gateway gateway;
  private @Nullable LogWatch log;
  private boolean errorsAreExpected;

  /** Credentials of provider {@code acme}, taken in this order as long as they are good. */
  public GatewayFixture withKeys(String... acmeKeys) {
    return withProvider("acme", acmeKeys);
  }

  /** A provider before the same mock, whose credentials are taken in this order. */
  public GatewayFixture withProvider(String name, String... itsKeys) {
    String prefix = name.toUpperCase(java.util.Locale.ROOT);
    with(prefix + "_API_BASE", mock().baseUrl()).with("ROTATION_MODE_" + prefix, "sequential");
    for (int i = 0; i < itsKeys.length; i++) {
      with(prefix + "_API_KEY_" + (i + 1), itsKeys[i]);
      keys.add(itsKeys[i]);
    }
    return this;
  }

  /** A variable of the environment. */
  public GatewayFixture with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /**
   * One more route file beside those that come with the gateway, such as {@code hooks/mine.yaml}.
   */
  public GatewayFixture withRouteFile(String name, String yaml) {
    try {
      Path folder = home().resolve("routes");
      if (!Files.exists(folder)) {
        copy(Path.of("routes"), folder);
      }
      Path file = folder.resolve(name);
      Files.createDirectories(file.resolveSibling(""));
      Files.writeString(file, yaml);
      return withRoutes(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** Another folder than the routes that come with the gateway. */
  public GatewayFixture withRoutes(Path folder) {
    routes = folder;
    return this;
  }

  /** The providers' side. */
  public MockProvider mock() {
    return Objects.requireNonNull(mock, "before the test");
  }

  /** Address of the mock, without a path. */
  public String mockAddress() {
    return "http://127.0.0.1:" + mock().port();
  }

  /** The data folder. */
  public Path home() {
    return Objects.requireNonNull(home, "before the test");
  }

  /** The running gateway. */
  public Gateway gateway() {
    Gateway running = gateway;
    if (running == null) {
      running = start();
      gateway = running;
    }
    return running;
  }

  /** Stops the gateway properly; whoever needs it next gets another one on the same data folder. */
  public void restart() {
    gateway().close();
    gateway = null;
  }

  /** A client with the right key. */
  public Client client() {
    return new Client(gateway().port(), CLIENT_KEY);
  }

  /** The admin surface, served on the main port. */
  public GatewayFixture withAdmin() {
    keys.add(ADMIN_TOKEN);
    return with("ADMIN_TOKEN", ADMIN_TOKEN).with("MANAGEMENT_PORT", "0");
  }

  /** A client with the token of {@link #withAdmin}. */
  public Client admin() {
    return new Client(gateway().port(), ADMIN_TOKEN);
  }

  /** A plain answer to this body. */
  public ClientAnswer post(String json) {
    return client().post(json);
  }

  /** A plain answer of this model to a short question. */
  public ClientAnswer ask(String model) {
    return client().ask(model);
  }

  /** The stream that answers this body. */
  public ClientStream stream(String json) {
    return client().stream(json);
  }

  /** A stream of this model for a short question. */
  public ClientStream streamOf(String model) {
    return client().streamOf(model);
  }

  /** Reads the quota pages of providers, as the clock does in time. */
  public QuotaReading quotaReading() {
    return gateway()
        .context()
        .getRegistry()
        .lookupByNameAndType(QuotaReading.NAME, QuotaReading.class);
  }

  /** What a pool knows. */
  public PoolView pool(String provider) {
    return Objects.requireNonNull(gateway().pools().find(provider), provider).view();
  }

  /** How one credential of {@code acme} stands, by its place among the keys, from 1. */
  public PoolView.CredentialView credential(int number) {
    return pool("acme").credentials().get(number - 1);
  }

  /** This test lets something throw that must not. */
  public void expectErrors() {
    errorsAreExpected = true;
  }

  /** What the gateway has logged in this test so far. */
  public List<String> logged() {
    return Objects.requireNonNull(log).lines();
  }

  private Gateway start() {
    if (environment.keySet().stream().noneMatch(name -> name.endsWith("_API_BASE"))) {
      withKeys("sk-good-1");
    }
    Map<String, String> all = new TreeMap<>(environment);
    all.putIfAbsent("PROXY_API_KEY", CLIENT_KEY);
    // what is waited for in earnest is tested in the pool, on a clock of its own
    all.putIfAbsent("TRANSIENT_RETRY_DELAY", "0.01");
    all.putIfAbsent("TRANSIENT_RETRY_JITTER", "0");
    all.putIfAbsent("MODEL_INFO_OFFLINE", "true"); // tests ask nobody on the network
    Configuration first = Configuration.load(home(), Map.of("PORT", "0", "HOST", "127.0.0.1"), all);
    ProxyKey proxyKey = ProxyKey.ensure(first);
    try {
      return Gateway.start(proxyKey.appliedTo(first), proxyKey, routes);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    begin();
  }

  /** For tests that share one gateway: what otherwise happens before each of them. */
  public void begin() throws Exception {
    log = LogWatch.begin();
    home = Files.createTempDirectory("caravan-home");
    vertx = Vertx.vertx();
    mock = MockProvider.start(vertx, "127.0.0.1", 0);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    end();
  }

  /** For tests that share one gateway: what otherwise happens after each of them. */
  public void end() throws Exception {
    try {
      if (gateway != null) {
        nothingIsLeft(gateway);
      }
      if (!errorsAreExpected) {
        assertThat(Objects.requireNonNull(log).errors()).as("errors in the log").isEmpty();
      }
      assertThat(logged()).as("log").noneMatch(line -> keys.stream().anyMatch(line::contains));
    } finally {
      close();
    }
  }

  private void nothingIsLeft(Gateway running) throws InterruptedException {
    Collection<Pool> pools = running.pools().all();
    Eventually.holds(
        "no lease is out", () -> pools.stream().allMatch(p -> p.view().leasesActive() == 0));
    Eventually.holds("nothing is in flight", () -> running.inFlight() == 0);
    assertThat(pools).allSatisfy(pool -> assertThat(pool.view().leasesExpired()).isZero());
    assertThat(pools).allSatisfy(pool -> assertThat(pool.view().waiting()).isZero());
    assertThat(mock().awaitStats(stats -> stats.inFlight() == 0, PATIENCE).inFlight())
        .as("upstream requests in flight")
        .isZero();
  }

  private void close() throws IOException {
    if (gateway != null) {
      gateway.close();
    }
    mock().close();
    Objects.requireNonNull(vertx).close().toCompletionStage().toCompletableFuture().join();
    Objects.requireNonNull(log).close();
    try (Stream<Path> files = Files.walk(home())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
