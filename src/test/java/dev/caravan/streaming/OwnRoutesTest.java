package dev.caravan.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes that a team adds in YAML, on the HTTP engine of the gateway. */
class OwnRoutesTest {
  private static final String OWN =
      """
      - route:
          id: hello
          from:
            uri: platform-http:/hello/{name}
            steps:
              - setBody: { simple: "Hello ${header.name}, ${header.greeting}, ${body}" }
              - setHeader: { name: X-Own, simple: "for ${header.name}" }
              - setHeader: { name: Content-Type, constant: "text/plain; charset=utf-8" }
              - setHeader: { name: CamelInternal, constant: "not for clients" }
      - route:
          id: bodies
          from:
            uri: platform-http:/bodies/{kind}?httpMethodRestrict=GET
            steps:
              - setBody: { method: { beanType: "BODIES", method: "make(${header.kind})" } }
      - route:
          id: teapot
          from:
            uri: platform-http:/teapot
            steps:
              - setHeader: { name: CamelHttpResponseCode, constant: 418 }
              - setBody: { constant: "short and stout" }
      - route:
          id: waiting
          from:
            uri: platform-http:/waiting
            steps:
              - delay: { constant: 500 }
              - setBody: { constant: "waited" }
      - route:
          id: broken
          from:
            uri: platform-http:/broken
            steps:
              - throwException: { exceptionType: java.lang.IllegalStateException, message: "hunter2" }
      """;

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  @TempDir Path routes;

  /** Bodies of every type that a step may set. */
  public static final class Bodies {
    private static volatile Fed fed = new Fed();
    private static final AtomicLong ENDLESS = new AtomicLong();
    private static volatile boolean endlessClosed;

    private Bodies() {}

    public static @Nullable Object make(String kind) {
      return switch (kind) {
        case "bytes" -> "bytes é".getBytes(StandardCharsets.UTF_8);
        case "string" -> "string é";
        case "buffer" -> Buffer.buffer("buffer é");
        case "nothing" -> null;
        case "fed" -> fed;
        case "endless" -> new Endless();
        case "failing" -> new Failing();
        case "number" -> 42;
        default -> throw new IllegalArgumentException(kind);
      };
    }
  }

  /** Gives what the test feeds it. */
  private static final class Fed extends InputStream {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    @Override
    public int read() {
      throw new UnsupportedOperationException("read in pieces");
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      try {
        String next = lines.take();
        if (next.isEmpty()) {
          return -1;
        }
        byte[] bytes = next.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, to, offset, bytes.length);
        return bytes.length;
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() {
      closed = true;
      lines.add("");
    }
  }

  private static final class Endless extends InputStream {
    @Override
    public int read() {
      return 'x';
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      Arrays.fill(to, offset, offset + length, (byte) 'x');
      Bodies.ENDLESS.addAndGet(length);
      return length;
    }

    @Override
    public void close() {
      Bodies.endlessClosed = true;
    }
  }

  private static final class Failing extends InputStream {
    private boolean begun;

    @Override
    public int read() {
      throw new IllegalStateException("read in pieces");
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      if (begun) {
        throw new IllegalStateException("the disk is gone");
      }
      begun = true;
      to[offset] = 'x';
      return 1;
    }
  }

  @BeforeEach
  void addRoutes() throws IOException {
    Bodies.fed = new Fed();
    Bodies.ENDLESS.set(0);
    Bodies.endlessClosed = false;
    copy(Path.of("routes"), routes);
    Files.writeString(
        routes.resolve("own.yaml"),
        OWN.replace("BODIES", Bodies.class.getName()),
        StandardCharsets.UTF_8);
    gateway.withKeys("sk-good-1").withRoutes(routes);
  }

  @Test
  void parametersOfPathAndQueryAreHeadersAndTheRouteSetsItsOwn() {
    ClientAnswer answer = gateway.client().get("/hello/J%C3%BCrgen%20S?greeting=good+day");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("Hello Jürgen S, good day, ");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.headers().map().keySet())
        .doesNotContain("camelinternal", "name", "greeting", "authorization", "host", "user-agent");
  }

  @Test
  void whatTheClientSentIsNotSentBack() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          "GET /teapot?q=secret-query HTTP/1.1\r\nHost: gateway\r\nX-Mine: secret-header\r\nCookie: secret-cookie\r\n\r\n");
      RawConnection.Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(418);
      assertThat(answer.body()).isEqualTo("short and stout");
      assertThat(answer.headers().toString()).doesNotContain("secret");
    }
  }

  @Test
  void aHeaderThatTheRouteSetsIsSentEvenIfTheClientSentTheSame() {
    ClientAnswer answer =
        Client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/hello/me"))
                .header("Content-Type", "text/plain; charset=utf-8")
                .header("X-Own", "for me")
                .build());

    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("X-Own")).isEqualTo("for me");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes, 200, bytes é",
    "string, 200, string é",
    "buffer, 200, buffer é",
    "nothing, 204, ''",
    "number, 200, 42",
  })
  void everyTypeOfBodyIsServed(String kind, int status, String body) {
    ClientAnswer answer = gateway.client().get("/bodies/" + kind);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void aStreamBodyIsSentPieceByPieceAsItIsRead() {
    Bodies.fed.lines.add("data: one\n");
    ClientStream stream = gateway.client().follow("/bodies/fed").awaitEvents(1);
    Bodies.fed.lines.add("data: two\n");
    stream.awaitEvents(2);
    assertThat(stream.isOver()).isFalse();

    Bodies.fed.lines.add("");

    assertThat(stream.awaitEnd().data()).containsExactly("one", "two");
    Eventually.holds("it is closed", () -> Bodies.fed.closed);
  }

  @Test
  void aStreamBodyIsClosedWhenItsClientLeaves() {
    Bodies.fed.lines.add("data: one\n");
    ClientStream stream = gateway.client().follow("/bodies/fed").awaitEvents(1);

    stream.leave();

    Eventually.holds("it is closed", () -> Bodies.fed.closed);
  }

  @Test
  void aStreamBodyIsReadNoFasterThanItsClientReadsAndEndsWithAClientThatStalls()
      throws IOException {
    gateway.with("STREAM_WRITE_STALL_SECONDS", "1");
    try (RawConnection client = RawConnection.to(gateway.gateway().port(), 4096)) {
      client.send("GET /bodies/endless HTTP/1.1\r\nHost: gateway\r\n\r\n");

      Eventually.holds("it is closed", () -> Bodies.endlessClosed);
      assertThat(Bodies.ENDLESS.get()).isLessThan(100 << 20);
    }
  }

  @Test
  void aStreamBodyThatFailsEndsTheConnectionSoThatItDoesNotLookComplete() {
    ClientStream stream = gateway.client().follow("/bodies/failing").awaitEnd();

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.isBroken()).isTrue();
  }

  @Test
  void aStepThatBlocksHoldsUpNobodyElse() {
    var waiting = Stream.generate(() -> gateway.client().follow("/waiting")).limit(100).toList();

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(waiting)
        .allSatisfy(answer -> assertThat(answer.awaitEnd().lines()).contains("waited"));
  }

  @Test
  void aStepThatThrowsIsAnInternalErrorWithoutItsWords() {
    gateway.expectErrors();

    ClientAnswer answer = gateway.client().get("/broken");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.code()).isEqualTo("internal_error");
    assertThat(answer.body()).doesNotContain("hunter2").doesNotContain("Exception");
    assertThat(gateway.logged()).anyMatch(line -> line.contains(answer.header("X-Request-Id")));
  }

  @Test
  void theChatSurfaceIsThereAsBefore() {
    assertThat(gateway.streamOf("acme/mock-3x0ms").awaitEnd().isDone()).isTrue();
    assertThat(new Client(gateway.gateway().port(), "").get("/hello/x").status()).isEqualTo(200);
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
}
