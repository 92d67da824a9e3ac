package dev.caravan.upstream;

import dev.caravan.loop.ChunkReader;
import dev.caravan.loop.Loop;
import dev.caravan.loop.Loops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The pooled connections to all providers. Each loop has its own, so that a stream is read on the
 * loop that writes it to its client. Outlives the routes. Thread-safe.
 */
public final class UpstreamClient implements AutoCloseable {
  private static final int CONNECTIONS_PER_HOST_AND_LOOP = 4096;
  private static final int LARGEST_PAGE = 16 << 20;
  private static final int CLOSE_WITHIN_SECONDS = 2;
  private static final int HTTP2_CONNECTIONS_PER_HOST_AND_LOOP = 8;

  private final Loops loops;
  private final UpstreamTimeouts timeouts;
  private final OutboundProxies outbound;
  private final UnaryOperator<HttpClientOptions> adjusted;
  private final HttpClient[] plain;
  private final HttpClient[] tls;
  private final ConcurrentMap<String, ProxyOptions> proxies = new ConcurrentHashMap<>();

  public UpstreamClient(Loops loops, UpstreamTimeouts timeouts, OutboundProxies outbound) {
    this(loops, timeouts, outbound, options -> options);
  }

  /**
   * For tests, which have certificates of their own.
   *
   * @param adjusted changes the options of every client
   */
  UpstreamClient(
      Loops loops,
      UpstreamTimeouts timeouts,
      OutboundProxies outbound,
      UnaryOperator<HttpClientOptions> adjusted) {
    this.loops = loops;
    this.timeouts = timeouts;
    this.outbound = outbound;
    this.adjusted = adjusted;
    int n = loops.all().size();
    this.plain = new HttpClient[n];
    this.tls = new HttpClient[n];
  }

  public UpstreamTimeouts timeouts() {
    return timeouts;
  }

  Loop anyLoop() {
    return loops.next();
  }

  /** Called on the loop. */
  HttpClient on(Loop loop, boolean withTls) {
    HttpClient[] kind = withTls ? tls : plain;
    HttpClient client = kind[loop.index()];
    if (client == null) {
      client = withTls ? openTls() : openPlain();
      kind[loop.index()] = client;
    }
    return client;
  }

  private HttpClient openPlain() {
    return open(options());
  }

  /** HTTP/2 where the provider speaks it, HTTP/1.1 otherwise. */
  private HttpClient openTls() {
    HttpClientOptions options =
        options()
            .setSsl(true)
            .setUseAlpn(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2MultiplexingLimit(100);
    return open(options);
  }

  /** What breaks a connection is told to its calls; without a handler Vert.x would log it too. */
  private HttpClient open(HttpClientOptions options) {
    return loops
        .vertx()
        .httpClientBuilder()
        .with(adjusted.apply(options))
        .with(pool())
        .withConnectHandler(
            connection -> {
              connection.exceptionHandler(cause -> {});
              ChunkReader.install(connection);
            })
        .build();
  }

  private HttpClientOptions options() {
    return new HttpClientOptions()
        .setConnectTimeout((int) Math.min(Integer.MAX_VALUE, timeouts.connect().toMillis()))
        .setKeepAlive(true)
        .setKeepAliveTimeout(50)
        .setHttp2KeepAliveTimeout(50)
        .setTcpNoDelay(true)
        .setMaxChunkSize(64 * 1024)
        .setMaxHeaderSize(64 * 1024)
        .setDecompressionSupported(false);
  }

  private static PoolOptions pool() {
    return new PoolOptions()
        .setHttp1MaxSize(CONNECTIONS_PER_HOST_AND_LOOP)
        .setHttp2MaxSize(HTTP2_CONNECTIONS_PER_HOST_AND_LOOP)
        .setCleanerPeriod(5_000);
  }

  /**
   * The proxy on the way to a provider, null for none.
   *
   * @param own the provider's own one, empty when it has none
   */
  @Nullable ProxyOptions proxy(String own, UpstreamTarget to) {
    String url = outbound.of(own, to);
    return url.isEmpty() ? null : proxies.computeIfAbsent(url, UpstreamClient::parseProxy);
  }

  private static ProxyOptions parseProxy(String url) {
    URI uri = URI.create(url.contains("://") ? url : "http://" + url);
    ProxyType type =
        switch (uri.getScheme()) {
          case "socks5" -> ProxyType.SOCKS5;
          case "socks4" -> ProxyType.SOCKS4;
          default -> ProxyType.HTTP;
        };
    int port = uri.getPort() > 0 ? uri.getPort() : type == ProxyType.HTTP ? 3128 : 1080;
    ProxyOptions options = new ProxyOptions().setType(type).setHost(uri.getHost()).setPort(port);
    String user = uri.getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      options.setUsername(colon < 0 ? user : user.substring(0, colon));
      options.setPassword(colon < 0 ? "" : user.substring(colon + 1));
    }
    return options;
  }

  /**
   * A page that was asked for in passing, such as a model list.
   *
   * @param type its content type, empty when not told
   */
  record Page(int status, String type, byte[] body) {}

  /**
   * The body of a page that is nobody's secret; for virtual threads.
   *
   * @throws IOException when there is no good answer in time
   */
  public byte[] page(String url, Duration atMost) throws IOException {
    Page page = get(url, Map.of("accept", "application/json"), "", atMost);
    if (page.status() != 200) {
      throw new IOException("it answered with " + page.status());
    }
    return page.body();
  }

  /**
   * Asks for a page and waits for it; for virtual threads. Pages of more than {@value
   * #LARGEST_PAGE} bytes are refused while they come.
   *
   * @param ownProxy the provider's own proxy, empty when it has none
   * @throws IOException when there is no answer in time
   */
  Page get(String url, Map<String, String> headers, String ownProxy, Duration atMost)
      throws IOException {
    return ask(url, headers, null, ownProxy, atMost);
  }

  /**
   * The same, asked with a JSON.
   *
   * @param json null for none
   */
  Page ask(
      String url,
      Map<String, String> headers,
      @Nullable String json,
      String ownProxy,
      Duration atMost)
      throws IOException {
    UpstreamTarget to = UpstreamTarget.of(url);
    ProxyOptions proxy = proxy(ownProxy, to);
    RequestOptions options =
        new RequestOptions()
            .setMethod(json == null ? HttpMethod.GET : HttpMethod.POST)
            .setServer(to.server())
            .setHost(to.host())
            .setPort(to.port())
            .setSsl(to.tls())
            .setURI(to.path())
            .setTimeout(atMost.toMillis());
    if (proxy != null) {
      options.setProxyOptions(proxy);
    }
    headers.forEach(options::putHeader);
    if (json != null) {
      options.putHeader("content-type", "application/json");
    }
    CompletableFuture<Page> page = new CompletableFuture<>();
    Loop loop = anyLoop();
    loop.context()
        .emit(
            null,
            nothing ->
                on(loop, to.tls())
                    .request(options)
                    .compose(request -> json == null ? request.send() : request.send(json))
                    .compose(UpstreamClient::page)
                    .onSuccess(page::complete)
                    .onFailure(page::completeExceptionally));
    try {
      return page.get(atMost.toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(inWords(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("no answer in time", e);
    }
  }

  private static String inWords(@Nullable Throwable cause) {
    return switch (cause) {
      case null -> "no answer";
      case ConnectException refused -> "the connection is refused";
      case UnknownHostException unknown -> "there is no such host";
      case TimeoutException late -> "no answer in time";
      default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
  }

  private static Future<Page> page(HttpClientResponse answer) {
    Promise<Page> page = Promise.promise();
    Buffer body = Buffer.buffer();
    answer.handler(
        piece -> {
          if (body.length() + piece.length() > LARGEST_PAGE) {
            page.tryFail("the page is larger than %d bytes".formatted(LARGEST_PAGE));
            answer.request().reset();
          } else {
            body.appendBuffer(piece);
          }
        });
    answer.exceptionHandler(page::tryFail);
    answer.endHandler(
        nothing ->
            page.tryComplete(
                new Page(
                    answer.statusCode(),
                    Objects.requireNonNullElse(answer.getHeader("content-type"), ""),
                    body.getBytes())));
    return page.future();
  }

  @Override
  public void close() {
    for (Loop loop : loops.all()) {
      for (HttpClient client : new HttpClient[] {plain[loop.index()], tls[loop.index()]}) {
        if (client != null) {
          client
              .close()
              .toCompletionStage()
              .toCompletableFuture()
              .orTimeout(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS)
              .exceptionally(t -> null)
              .join();
        }
      }
    }
  }
}
