package dev.caravan.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.Eventually;
import dev.caravan.RawConnection;
import dev.caravan.dialect.Dialects;
import dev.caravan.http.HttpOptions;
import dev.caravan.http.StreamingHttpEngine;
import dev.caravan.http.StreamingHttpServer;
import dev.caravan.loop.Loops;
import dev.caravan.route.ClientErrors;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that send as slowly as they are let, at a server that lets them for 0.3 s. */
class SlowLorisTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Vertx vertx = Vertx.vertx();
  private final CamelContext camel = new DefaultCamelContext();
  private final StreamingHttpServer server =
      new StreamingHttpServer(
          new Loops(vertx, 1),
          new HttpOptions(
              "127.0.0.1", 0, 1 << 20, 64 << 10, SHORT, SHORT, Duration.ZERO, SHORT, "*"),
          new ClientErrors(Dialects.onClassPath()));

  @BeforeEach
  void start() throws Exception {
    StreamingHttpEngine engine = new StreamingHttpEngine(server);
    camel.getRegistry().bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, engine);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("platform-http:/echo").transform(simple("heard ${body}"));
            from("platform-http:/slow").delay(3 * SHORT.toMillis()).setBody(constant("at last"));
          }
        });
    camel.start();
    server.serve(engine);
    server.start();
  }

  @AfterEach
  void stop() {
    Eventually.holds("nothing is in flight", () -> server.inFlight() == 0);
    server.close();
    camel.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aHeadThatDribblesInIsCutAndOthersAreServedMeanwhile() throws IOException {
    try (RawConnection slow = RawConnection.to(server.port(), 0)) {
      slow.send("POST /echo HTTP/1.1\r\n");
      dribble(slow, "X-Slow: a\r\n");

      slow.awaitClosed();
    }
  }

  @Test
  void aBodyThatStopsComingIsATimeoutOfTheRequest() throws IOException {
    try (RawConnection slow = RawConnection.to(server.port(), 0)) {
      slow.send("POST /echo HTTP/1.1\r\nHost: gateway\r\nContent-Length: 100\r\n\r\nsome");
      RawConnection.Answer answer = slow.answer();

      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.code()).isEqualTo("request_timeout");
      slow.awaitClosed();
    }
  }

  @Test
  void aBodyThatComesSlowlyButSteadilyIsHeard() throws IOException {
    try (RawConnection slow = RawConnection.to(server.port(), 0)) {
      slow.send("POST /echo HTTP/1.1\r\nHost: gateway\r\nContent-Length: 6\r\n\r\n");
      for (String letter : List.of("s", "t", "e", "a", "d", "y")) {
        LockSupport.parkNanos(SHORT.toNanos() / 3);
        slow.send(letter);
      }

      assertThat(slow.answer().body()).isEqualTo("heard steady");
    }
  }

  @Test
  void connectionsThatSayNothingAreClosedHoweverManyTheyAre() throws IOException {
    List<RawConnection> idle = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      idle.add(RawConnection.to(server.port(), 0));
    }

    assertThat(new Client(server.port(), "").get("/echo").status()).isEqualTo(200);
    for (RawConnection connection : idle) {
      connection.awaitClosed();
      connection.close();
    }
  }

  @Test
  void aRequestThatIsBeingServedIsNotIdle() {
    assertThat(new Client(server.port(), "").get("/slow").body()).isEqualTo("at last");
  }

  /** Sends a line now and then until the other side has had enough. */
  private void dribble(RawConnection slow, String line) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    try {
      while (System.nanoTime() < until) {
        slow.send(line);
        assertThat(new Client(server.port(), "").get("/echo").body()).isEqualTo("heard ");
        LockSupport.parkNanos(SHORT.toNanos() / 6);
      }
    } catch (IOException cut) {
      return;
    }
    throw new AssertionError("a head may take more than 20 s");
  }
}
