package dev.caravan.mock;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A provider on this machine that answers what its {@linkplain Drills drills} say. It listens on as
 * many event loops as there are processors and sustains thousands of streams.
 *
 * <p>Endpoints: {@code POST /v1/chat/completions}, {@code POST /v1/responses}, embeddings in three
 * forms, the methods of Google's Code Assist below {@code /v1internal:}, certain providers as they
 * were recorded below {@code /providers/NAME}, and {@code GET /v1/models} (below any other prefix
 * and without one too), {@code GET} or {@code HEAD /}, and for people {@code GET /__stats}, {@code
 * GET /__last}, {@code POST /__reset}, {@code POST /__record?on=1}. HTTP/1.1 only, so that closing
 * a connection breaks one answer.
 *
 * <p>Keys and bodies are shown as they came: do not send it real ones. Thread-safe, but {@link
 * #start} and {@link #close} wait and must not be called on an event loop.
 */
public final class MockProvider implements AutoCloseable {
  // By this number the event loops of one mock find the same free port.
  private static final AtomicInteger FREE_PORTS = new AtomicInteger();

  private final Vertx vertx;
  private final Stage stage;
  private final String host;
  private final int port;
  private final String deployment;

  private MockProvider(Vertx vertx, Stage stage, String host, int port, String deployment) {
    this.vertx = vertx;
    this.stage = stage;
    this.host = host;
    this.port = port;
    this.deployment = deployment;
  }

  /**
   * Listens and returns.
   *
   * @param vertx stays the caller's, who closes it
   * @param host to listen on, {@code 127.0.0.1} unless others are to reach it
   * @param port to listen on, 0 for any free one
   * @throws IOException when the port is taken or the host is not of this machine
   */
  public static MockProvider start(Vertx vertx, String host, int port) throws IOException {
    try {
      if (port > 0) {
        refuseSharing(host, port);
      }
      var stage = new Stage();
      var listening = new AtomicInteger();
      SocketAddress address =
          port > 0
              ? SocketAddress.inetSocketAddress(port, host)
              : SocketAddress.sharedRandomPort(FREE_PORTS.incrementAndGet(), host);
      var doors = new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
      String deployment =
          await(vertx.deployVerticle(() -> new Door(stage, address, listening::set), doors));
      return new MockProvider(vertx, stage, host, listening.get(), deployment);
    } catch (IOException | CompletionException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "mock: cannot listen on " + host + ":" + port + ": " + reason.getMessage(), reason);
    }
  }

  // Within one Vertx a second server on the same port would quietly get every other connection.
  private static void refuseSharing(String host, int port) throws IOException {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
    }
  }

  /**
   * The providers that it can stand in for, each with its cases; they are below {@code
   * /providers/}.
   */
  public static Map<String, List<String>> standIns() {
    return ProviderDesk.cases();
  }

  public int port() {
    return port;
  }

  /** What a client takes as base URL, {@code http://127.0.0.1:PORT/v1}. */
  public String baseUrl() {
    return "http://" + host + ":" + port + "/v1";
  }

  public MockStats stats() {
    return stage.tally().stats();
  }

  /**
   * Waits until the figures are as wanted.
   *
   * @return the figures then, or at the end of patience
   */
  public MockStats awaitStats(Predicate<MockStats> wanted, Duration patience)
      throws InterruptedException {
    return stage.tally().await(wanted, patience);
  }

  /** Forgets counts and recorded requests; what is in flight stays so. */
  public void reset() {
    stage.reset();
  }

  /** Whether to keep the requests that come from now on. */
  public void record(boolean on) {
    stage.recorder().record(on);
  }

  /** The last 100 recorded requests, the oldest first. */
  public List<ReceivedRequest> requests() {
    return stage.recorder().requests();
  }

  /** Closes the port and all connections. */
  @Override
  public void close() {
    await(vertx.undeploy(deployment));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
