package dev.caravan.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import dev.caravan.mock.MockStats;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that do not take what they asked for. */
class SlowClientTest {
  private static final int CHUNKS = 400_000;

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aClientThatReadsNothingIsCutAndHoldsBackItsProviderInsteadOfFillingTheMemory()
      throws Exception {
    gateway.withKeys("sk-good-1").with("STREAM_WRITE_STALL_SECONDS", "1");
    try (RawConnection client = RawConnection.to(gateway.gateway().port(), 4096)) {
      client.send(RawConnection.chat(Client.question("acme/mock-" + CHUNKS + "x0ms", true)));
      gateway.mock().awaitStats(s -> s.chunks() > 100, GatewayFixture.PATIENCE);

      ClientStream other = gateway.streamOf("acme/mock-20x5ms").awaitEnd();

      assertThat(other.isDone()).isTrue();
      MockStats then = gateway.mock().awaitStats(s -> s.aborted() == 1, GatewayFixture.PATIENCE);
      assertThat(then.aborted()).isEqualTo(1);
      assertThat(then.chunks()).isLessThan(CHUNKS / 2);
      client.awaitClosed();
    }
    Eventually.holds("its lease is free", () -> gateway.pool("acme").leasesActive() == 0);
    assertThat(gateway.credential(1).failures()).isZero();
  }

  @Test
  void aClientThatPausesAndGoesOnMissesNothing() throws IOException, InterruptedException {
    int chunks = 100_000;
    try (RawConnection client = RawConnection.to(gateway.gateway().port(), 4096)) {
      client.send(RawConnection.chat(Client.question("acme/mock-" + chunks + "x0ms", true)));
      awaitHeldBack();
      assertThat(gateway.mock().stats().chunks()).isLessThan(chunks);

      String body = client.answer().body();

      assertThat(body).endsWith("data: [DONE]\n\n");
      assertThat(body.split("\"token ", -1)).hasSize(chunks + 1);
      assertThat(body).contains("token " + chunks + " ");
    }
  }

  /** Until the provider's count has not moved for a while. */
  private void awaitHeldBack() throws InterruptedException {
    long before = -1;
    long now = gateway.mock().stats().chunks();
    while (now == 0 || now != before) {
      before = now;
      long was = now;
      now = gateway.mock().awaitStats(s -> s.chunks() > was, Duration.ofMillis(300)).chunks();
    }
  }
}
