package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import dev.caravan.dialect.Splice.Slice;
import dev.caravan.dialect.openai.OpenAiChat;
import dev.caravan.loop.Loops;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Upstream calls without anything above them. */
final class Wire implements AutoCloseable {
  static final Duration NEVER = Duration.ZERO;
  static final Duration SOON = Duration.ofMillis(150);
  static final UpstreamTimeouts PATIENT =
      new UpstreamTimeouts(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          NEVER);

  private final Vertx vertx = Vertx.vertx();
  private final UpstreamTimeouts timeouts;
  final UpstreamClient client;
  private String body = "{\"model\":\"m\",\"messages\":[1]}";

  Wire(UpstreamTimeouts timeouts, OutboundProxies proxies, UnaryOperator<HttpClientOptions> seam) {
    this.timeouts = timeouts;
    this.client = new UpstreamClient(new Loops(vertx, 1), timeouts, proxies, seam);
  }

  Wire(UpstreamTimeouts timeouts) {
    this(timeouts, OutboundProxies.NONE, options -> options);
  }

  Wire() {
    this(PATIENT);
  }

  Wire saying(String text) {
    body = text;
    return this;
  }

  UpstreamCall begin(String url, boolean stream) {
    UpstreamTarget to = UpstreamTarget.of(url + "/chat/completions");
    byte[] bytes = body.getBytes(UTF_8);
    UpstreamRequest request =
        new UpstreamRequest(
            to,
            Map.of("authorization", "Bearer k", "content-type", "application/json"),
            List.of(new Slice(bytes, 0, 1), new Slice(bytes, 1, bytes.length)),
            stream,
            true,
            "acme/mock-1",
            new OpenAiChat(),
            null,
            timeouts,
            client.proxy("", to));
    UpstreamCall call = new UpstreamCall(request, client, client.anyLoop(), new Words());
    call.start();
    return call;
  }

  UpstreamAnswer ask(FakeUpstream upstream) throws InterruptedException {
    return begin(upstream.baseUrl(), false).await();
  }

  UpstreamAnswer askForStream(FakeUpstream upstream) throws InterruptedException {
    return begin(upstream.baseUrl(), true).await();
  }

  /** What a stream was, to its end. */
  record Read(String text, Outcome outcome) {}

  Read read(UpstreamAnswer answer) throws Exception {
    return read(((UpstreamAnswer.Opened) answer).stream());
  }

  Read read(UpstreamStream stream) throws Exception {
    CompletableFuture<String> text = new CompletableFuture<>();
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Buffer all = Buffer.buffer();
    stream.onOutcome(outcome::complete);
    client
        .anyLoop()
        .run(
            () -> {
              stream.handler(all::appendBuffer);
              stream.endHandler(nothing -> text.complete(all.toString()));
              stream.resume();
            });
    return new Read(text.get(20, TimeUnit.SECONDS), outcome.get(20, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static final class Words implements StreamIntake.Failures {
    @Override
    public Fault ofEvent(byte[] json, MultiMap headers) {
      return Fault.of(FaultClass.OVERLOADED, "event", new String(json, UTF_8));
    }

    @Override
    public Fault ofBreak(FaultClass kind, String evidence, String message) {
      return Fault.of(kind, evidence, message);
    }

    @Override
    public byte[] event(Fault fault) {
      return ("data: ! " + fault.kind().word() + "\n\n").getBytes(UTF_8);
    }
  }
}
