package dev.caravan.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.Gateway;
import dev.caravan.GatewayFixture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway on its way out (http-api.md 19, case 72). */
class DrainTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void whatRunsEndsNormallyWhileNewCallsAreSentAway() {
    ClientStream running = gateway.streamOf("acme/mock-30x50ms").awaitEvents(2);

    CompletableFuture<Boolean> drained = drain(Duration.ofSeconds(20));
    Client stranger = new Client(gateway.gateway().port(), "");
    Eventually.holds("not ready", () -> stranger.get("/health/ready").status() == 503);
    ClientAnswer call = gateway.ask("acme/mock-1");
    ClientAnswer models = gateway.client().get("/v1/models");
    ClientAnswer alive = stranger.get("/health/live");
    boolean early = running.isOver();
    running.awaitEnd();

    assertThat(stranger.get("/health/ready").text("/status")).isEqualTo("DOWN");
    assertThat(alive.status()).isEqualTo(200);
    assertThat(call.status()).isEqualTo(503);
    assertThat(call.code()).isEqualTo("gateway_unavailable");
    assertThat(Integer.parseInt(call.header("Retry-After"))).isPositive();
    assertThat(models.status()).isEqualTo(503);
    assertThat(early).as("the stream was over too early to tell anything").isFalse();
    assertThat(running.contents()).hasSize(30);
    assertThat(running.isDone()).isTrue();
    assertThat(drained.join()).isTrue();
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void anIdleGatewayIsDrainedAtOnce() {
    gateway.ask("acme/mock-1");

    assertThat(drain(Duration.ofSeconds(20)).join()).isTrue();
  }

  @Test
  void whatTakesTooLongIsCutInTheEnd() throws Exception {
    ClientStream running = gateway.streamOf("acme/mock-1000x50ms").awaitEvents(2);

    boolean drained = drain(Duration.ofMillis(300)).join();
    gateway.gateway().close();

    assertThat(drained).isFalse();
    assertThat(running.awaitEnd().isDone()).isFalse();
    assertThat(running.isBroken()).isTrue();
    assertThat(
            gateway.mock().awaitStats(s -> s.inFlight() == 0, GatewayFixture.PATIENCE).inFlight())
        .isZero();
  }

  private CompletableFuture<Boolean> drain(Duration atMost) {
    Gateway running = gateway.gateway();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return running.drain(atMost);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
