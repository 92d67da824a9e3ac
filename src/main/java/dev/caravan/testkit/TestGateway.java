package dev.caravan.testkit;

import dev.caravan.Gateway;
import dev.caravan.RouteTrial;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.mock.MockProvider;
import dev.caravan.reload.Complaint;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/**
 * A gateway that serves a folder of routes on a free port of this machine, before a mock provider
 * whose keys say how it behaves: {@code sk-good-1} answers, {@code sk-rl7-1} is limited for seven
 * seconds, {@code sk-500-1} fails (docs/mock.md has them all).
 *
 * <pre>{@code
 * try (TestGateway gateway =
 *     TestGateway.of(Path.of("routes")).provider("groq", "sk-500-1").provider("acme", "sk-good-1").start()) {
 *   assertEquals(200, gateway.ask("company/fast").statusCode());
 *   assertEquals(1, gateway.mock().stats().ofKey("sk-500-1"));
 * }
 * }</pre>
 *
 * <p>Thread-safe once it is started.
 */
public final class TestGateway implements AutoCloseable {
  private static final String KEY = "sk-test-client-0123456789";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path home;
  private final Vertx vertx;
  private final MockProvider mock;
  private final Gateway gateway;

  private TestGateway(Path home, Vertx vertx, MockProvider mock, Gateway gateway) {
    this.home = home;
    this.vertx = vertx;
    this.mock = mock;
    this.gateway = gateway;
  }

  /** A gateway to be, with the routes of this folder. */
  public static Builder of(Path routes) {
    return new Builder(routes);
  }

  /**
   * What {@code caravan validate} says of a folder of routes; nothing when it can serve.
   *
   * @throws IOException when there is no such folder
   */
  public static List<Complaint> complaints(Path routes) throws IOException {
    Path home = Files.createTempDirectory("caravan-test");
    try {
      return RouteTrial.of(Configuration.load(home, Map.of(), Map.of()), routes);
    } finally {
      delete(home);
    }
  }

  /** What a gateway is started with. */
  public static final class Builder {
    private final Path routes;
    private final Map<String, String> settings = new TreeMap<>();
    private final Map<String, List<String>> providers = new TreeMap<>();

    private Builder(Path routes) {
      this.routes = routes;
    }

    /** A provider of this name is the mock, and has these keys, used in this order. */
    public Builder provider(String name, String... keys) {
      providers.put(name, List.of(keys));
      return this;
    }

    /** A setting, as in {@code .env}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /**
     * Starts it.
     *
     * @throws Exception when the routes cannot be used; its message has file and line
     */
    public TestGateway start() throws Exception {
      Path home = Files.createTempDirectory("caravan-test");
      Vertx vertx = Vertx.vertx();
      MockProvider mock = MockProvider.start(vertx, "127.0.0.1", 0);
      try {
        Configuration configuration =
            Configuration.load(home, Map.of("HOST", "127.0.0.1", "PORT", "0"), all(mock));
        ProxyKey key = ProxyKey.ensure(configuration);
        Gateway gateway = Gateway.start(key.appliedTo(configuration), key, routes);
        return new TestGateway(home, vertx, mock, gateway);
      } catch (Exception e) {
        mock.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        delete(home);
        throw e;
      }
    }

    private Map<String, String> all(MockProvider mock) {
      Map<String, String> all = new TreeMap<>();
      all.put("PROXY_API_KEY", KEY);
      all.put("TRANSIENT_RETRY_DELAY", "0.01");
      all.put("TRANSIENT_RETRY_JITTER", "0");
      all.put("MODEL_INFO_OFFLINE", "true");
      providers.forEach(
          (name, keys) -> {
            String prefix = name.toUpperCase(Locale.ROOT);
            all.put(prefix + "_API_BASE", mock.baseUrl());
            all.put("ROTATION_MODE_" + prefix, "sequential");
            for (int i = 0; i < keys.size(); i++) {
              all.put(prefix + "_API_KEY_" + (i + 1), keys.get(i));
            }
          });
      all.putAll(settings);
      return all;
    }
  }

  /** Its address, {@code http://127.0.0.1:port}. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + gateway.port());
  }

  /** The key that its clients present. */
  public String key() {
    return KEY;
  }

  /** The provider behind all providers; counts what it was asked. */
  public MockProvider mock() {
    return mock;
  }

  /** The Camel context of the routes, for what Camel's own test tools do. */
  public CamelContext context() {
    return gateway.context();
  }

  /** The gateway itself. */
  public Gateway gateway() {
    return gateway;
  }

  /** A short plain question to a model, in OpenAI's dialect. */
  public HttpResponse<String> ask(String model) throws IOException, InterruptedException {
    return post(
        "/v1/chat/completions",
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model));
  }

  /** Any request with a JSON body and the client's key. */
  public HttpResponse<String> post(String path, String json)
      throws IOException, InterruptedException {
    return send(
        to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
  }

  /** A page, asked for with the client's key. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(to(path));
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(address() + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + KEY);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException {
    http.shutdownNow();
    gateway.close();
    mock.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    delete(home);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
