package dev.caravan.oauth;

import dev.caravan.provider.account.AccountClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with the endpoints of accounts over the JDK's client, which is made with the first
 * request. Honest about who it is, follows no redirect, reads no more than 1 MiB. Thread-safe.
 */
public final class AccountHttp implements AccountClient {
  private static final int LARGEST = 1 << 20;
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** How to wait; a test's clock moves on instead. */
  @FunctionalInterface
  public interface Pauses {
    void pause(Duration length) throws InterruptedException;
  }

  private final String userAgent;
  private final Function<URI, @Nullable URI> proxies;
  private final Pauses pauses;
  private @Nullable HttpClient client;

  /**
   * Opens nothing yet.
   *
   * @param userAgent who asks
   * @param proxies the http proxy for an address, null for none
   */
  public AccountHttp(String userAgent, Function<URI, @Nullable URI> proxies, Pauses pauses) {
    this.userAgent = userAgent;
    this.proxies = proxies;
    this.pauses = pauses;
  }

  @Override
  public Answer send(Request request) throws IOException {
    HttpRequest wire;
    try {
      wire = of(request);
    } catch (IllegalArgumentException e) {
      throw new IOException(request + " is no request that can be sent", e);
    }
    // sendAsync would end on the common pool, and wait for whatever others do there
    FutureTask<HttpResponse<byte[]>> answer =
        new FutureTask<>(
            () -> client().send(wire, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST)));
    Thread.ofVirtual().name("account-http").start(answer);
    try {
      HttpResponse<byte[]> response =
          answer.get(request.patience().toMillis(), TimeUnit.MILLISECONDS);
      Map<String, String> headers = new LinkedHashMap<>();
      response
          .headers()
          .map()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
      return new Answer(
          response.statusCode(), headers, new String(response.body(), StandardCharsets.UTF_8));
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException(
          "%s did not answer within %d s"
              .formatted(host(request), Math.max(1, request.patience().toSeconds())),
          e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "%s cannot be reached (%s)".formatted(host(request), cause.getClass().getSimpleName()),
          cause);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public void pause(Duration length) throws IOException {
    try {
      pauses.pause(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private HttpRequest of(Request request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(request.url())).timeout(request.patience());
    request.headers().forEach(builder::setHeader);
    if (request.headers().keySet().stream().noneMatch("user-agent"::equalsIgnoreCase)) {
      builder.setHeader("user-agent", userAgent);
    }
    String body = request.body();
    return builder
        .method(
            request.method(),
            body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private synchronized HttpClient client() {
    HttpClient known = client;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT)
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .proxy(new Selector())
              .build();
      client = known;
    }
    return known;
  }

  private static String host(Request request) {
    return String.valueOf(URI.create(request.url()).getHost());
  }

  private final class Selector extends ProxySelector {
    @Override
    public List<Proxy> select(URI uri) {
      URI proxy = proxies.apply(uri);
      if (proxy == null || proxy.getHost() == null) {
        return List.of(Proxy.NO_PROXY);
      }
      int port = proxy.getPort() > 0 ? proxy.getPort() : 80;
      return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      // the request that needed it tells
    }
  }
}
