package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamClientTest {
  private static final String HELLO =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private final Vertx vertx = Vertx.vertx();

  @SuppressWarnings("NullAway.Init") // made before the first test
  private static Certificate certificate;

  private final BlockingQueue<String> resets = new LinkedBlockingQueue<>();

  @BeforeAll
  static void makeCertificate(@TempDir Path folder) {
    certificate = Certificate.in(folder);
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  // ---- TLS

  @Test
  void aProviderThatSpeaksHttp2IsCalledWithIt() throws Exception {
    HttpServer server = tlsServer(true);
    try (Wire wire = trusting()) {
      UpstreamAnswer answer = wire.begin(url(server), false).await();

      assertThat(text(answer)).isEqualTo("HTTP_2 {\"model\":\"m\",\"messages\":[1]}");
    }
  }

  @Test
  void aProviderThatSpeaksHttp11AloneIsCalledWithIt() throws Exception {
    HttpServer server = tlsServer(false);
    try (Wire wire = trusting()) {
      UpstreamAnswer answer = wire.begin(url(server), false).await();

      assertThat(text(answer)).startsWith("HTTP_1_1 ");
    }
  }

  @Test
  void aStreamOverHttp2IsHandedOver() throws Exception {
    HttpServer server = tlsServer(true);
    try (Wire wire = trusting()) {
      Wire.Read read = wire.read(wire.begin(url(server) + "/stream", true).await());

      assertThat(read.text()).isEqualTo(HELLO + DONE);
      assertThat(read.outcome()).isInstanceOf(Outcome.Succeeded.class);
    }
  }

  @Test
  void manyStreamsOverHttp2ShareAConnectionAndOneThatIsClosedResetsItselfAlone() throws Exception {
    HttpServer server = tlsServer(true);
    try (Wire wire = trusting()) {
      UpstreamStream endless =
          ((UpstreamAnswer.Opened) wire.begin(url(server) + "/stream/endless", true).await())
              .stream();
      UpstreamStream other =
          ((UpstreamAnswer.Opened) wire.begin(url(server) + "/stream/endless", true).await())
              .stream();
      endless.close();

      assertThat(wire.read(endless).outcome()).isInstanceOf(Outcome.Cancelled.class);
      assertThat(resets.poll(20, TimeUnit.SECONDS)).isEqualTo("reset");
      assertThat(text(wire.begin(url(server), false).await())).startsWith("HTTP_2");
      other.close();
    }
  }

  @Test
  void aCertificateThatNobodyTrustsIsAFault() throws Exception {
    HttpServer server = tlsServer(true);
    try (Wire wire = new Wire()) {
      UpstreamAnswer answer = wire.begin(url(server), false).await();

      assertThat(((UpstreamAnswer.Broken) answer).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
  }

  // ---- proxies

  @Test
  void aPlainCallGoesThroughThePlainProxy() throws Exception {
    try (var proxy =
            FakeUpstream.answering("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfrom proxy");
        Wire wire = through(null, "http://me:s%40cret@127.0.0.1:" + proxy.port())) {
      UpstreamAnswer answer = wire.begin("http://acme.example:8080/v1", false).await();

      assertThat(text(answer)).isEqualTo("from proxy");
      FakeUpstream.Received request = proxy.received();
      assertThat(request.line())
          .isEqualTo("POST http://acme.example:8080/v1/chat/completions HTTP/1.1");
      assertThat(request.headers())
          .containsEntry("host", "acme.example:8080")
          .containsEntry("proxy-authorization", "Basic bWU6c0BjcmV0");
    }
  }

  @Test
  void anEncryptedCallGoesThroughATunnel() throws Exception {
    HttpServer server = tlsServer(true);
    try (var proxy = new TunnelProxy(server.actualPort());
        Wire wire = through("http://127.0.0.1:" + proxy.port(), null)) {
      UpstreamAnswer answer = wire.begin("https://acme.example/v1", false).await();

      assertThat(text(answer)).startsWith("HTTP_2 ");
      assertThat(proxy.asked()).isEqualTo("CONNECT acme.example:443 HTTP/1.1");
    }
  }

  @Test
  void aProxyThatRefusesIsAFault() throws Exception {
    try (var proxy =
            FakeUpstream.answering("HTTP/1.1 407 Who are you\r\ncontent-length: 0\r\n\r\n");
        Wire wire = through("http://127.0.0.1:" + proxy.port(), null)) {
      UpstreamAnswer answer = wire.begin("https://acme.example/v1", false).await();

      assertThat(((UpstreamAnswer.Broken) answer).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
  }

  @Test
  void thisMachineIsCalledDirectly() throws Exception {
    try (var upstream =
            FakeUpstream.answering("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ndirect");
        Wire wire = through(null, "http://127.0.0.1:1")) {
      assertThat(text(wire.ask(upstream))).isEqualTo("direct");
    }
  }

  // ---- pages

  @Test
  void aPageIsFetched() throws Exception {
    try (var upstream = FakeUpstream.answering("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npage");
        Wire wire = new Wire()) {
      UpstreamClient.Page page =
          wire.client.get(
              upstream.baseUrl() + "/models?a=b", Map.of("x-key", "k"), "", Duration.ofSeconds(20));

      assertThat(page.status()).isEqualTo(200);
      assertThat(new String(page.body(), UTF_8)).isEqualTo("page");
      FakeUpstream.Received request = upstream.received();
      assertThat(request.line()).isEqualTo("GET /v1/models?a=b HTTP/1.1");
      assertThat(request.headers()).containsEntry("x-key", "k");
    }
  }

  @Test
  void aPageThatDoesNotComeInTimeIsAnError() throws Exception {
    try (var upstream = FakeUpstream.that(FakeUpstream.Visit::untilItEnds);
        Wire wire = new Wire()) {
      assertThatThrownBy(
              () ->
                  wire.client.get(
                      upstream.baseUrl() + "/models", Map.of(), "", Duration.ofMillis(100)))
          .isInstanceOf(IOException.class);
    }
  }

  // ---- helpers

  private HttpServer tlsServer(boolean http2) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(0)
            .setSsl(true)
            .setUseAlpn(http2)
            .setKeyCertOptions(certificate.options());
    return vertx
        .createHttpServer(options)
        .requestHandler(this::serve)
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private void serve(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              if (!request.path().startsWith("/stream")) {
                request.response().end(request.version() + " " + body);
                return;
              }
              request.response().putHeader("content-type", "text/event-stream").setChunked(true);
              request.response().exceptionHandler(gone -> resets.add("reset"));
              request.response().write(HELLO);
              if (!request.path().contains("endless")) {
                request.response().end(DONE);
              }
            });
  }

  private Wire trusting() {
    return new Wire(
        Wire.PATIENT,
        OutboundProxies.NONE,
        options -> options.setTrustOptions(certificate.options()));
  }

  private Wire through(@Nullable String https, @Nullable String http) {
    return new Wire(
        Wire.PATIENT,
        new OutboundProxies(
            https == null ? null : URI.create(https),
            http == null ? null : URI.create(http),
            List.of()),
        options -> options.setTrustOptions(certificate.options()));
  }

  private static String url(HttpServer server) {
    return "https://127.0.0.1:" + server.actualPort();
  }

  private static String text(UpstreamAnswer answer) {
    assertThat(answer).isInstanceOf(UpstreamAnswer.Whole.class);
    return new String(((UpstreamAnswer.Whole) answer).body(), UTF_8);
  }
}
