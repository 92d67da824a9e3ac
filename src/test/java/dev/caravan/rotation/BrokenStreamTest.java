package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import dev.caravan.pool.PoolView.State;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that do not reach their end, from either side. */
class BrokenStreamTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @DisplayName("rotation.md case 49, W10: what was sent is never sent again")
  @ValueSource(strings = {"sk-drop3-1", "sk-err3-1", "sk-rl-err3-1"})
  void aBreakAfterTheFirstContentEndsInAnErrorEventAndNoOtherCredentialIsTried(String failing) {
    gateway.withKeys(failing, "sk-good-1");

    ClientStream stream = gateway.streamOf("acme/mock-9x0ms").awaitEnd();

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.text()).isEqualTo("token 1 token 2 token 3 ");
    assertThat(stream.errors()).hasSize(1);
    assertThat(stream.errors().getFirst().get("code").asText()).isEqualTo("bad_gateway");
    assertThat(stream.isDone()).isFalse();
    assertThat(stream.isBroken()).isFalse();
    assertThat(gateway.mock().stats().ofKey("sk-good-1")).isZero();
    assertThat(gateway.mock().stats().ofKey(failing)).isEqualTo(1);
    assertThat(gateway.credential(1).successes()).isZero();
  }

  @Test
  @DisplayName("rotation.md case 53: a stream that is cut is no success")
  void aCutStreamIsNotedAsAFailureOfItsCredential() {
    gateway.withKeys("sk-drop3-1");

    gateway.streamOf("acme/mock-9x0ms").awaitEnd();

    Eventually.holds("a failure", () -> gateway.credential(1).failures() == 1);
    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
  }

  @Test
  void aLimitThatIsToldInTheMiddleOfAStreamStillRestsTheCredential() {
    gateway.withKeys("sk-rl-err3-1", "sk-good-1");
    gateway.streamOf("acme/mock-9x0ms").awaitEnd();

    ClientStream next = gateway.streamOf("acme/mock-9x0ms").awaitEnd();

    assertThat(next.isDone()).isTrue();
    assertThat(gateway.mock().stats().ofKey("sk-rl-err3-1")).isEqualTo(1);
  }

  @Test
  void aStreamThatFallsSilentEndsInAnErrorEvent() throws Exception {
    gateway.withKeys("sk-stall3-1").with("TIMEOUT_READ_STREAMING", "0.3");

    ClientStream stream = gateway.streamOf("acme/mock-9x0ms").awaitEnd();

    assertThat(stream.contents()).hasSize(3);
    assertThat(stream.errors().getFirst().get("code").asText()).isEqualTo("upstream_timeout");
    assertThat(stream.isDone()).isFalse();
    assertThat(gateway.mock().awaitStats(s -> s.aborted() == 1, SOON).aborted()).isEqualTo(1);
  }

  @Test
  void aClientThatLeavesAStreamStopsTheProviderAtOnceAndFreesTheLease() throws Exception {
    ClientStream stream = gateway.streamOf("acme/mock-200x50ms").awaitEvents(3);
    assertThat(gateway.pool("acme").leasesActive()).isEqualTo(1);

    stream.leave();

    assertThat(
            gateway.mock().awaitStats(s -> s.aborted() == 1 && s.inFlight() == 0, SOON).inFlight())
        .isZero();
    assertThat(gateway.mock().stats().chunks()).isLessThan(100);
    assertThat(gateway.credential(1).failures()).isZero();
    assertThat(gateway.credential(1).cooldowns()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatLeavesBeforeAnyAnswerStopsTheProviderToo(boolean stream) throws Exception {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(RawConnection.chat(Client.question("acme/mock-hang", stream)));
      assertThat(gateway.mock().awaitStats(s -> s.inFlight() == 1, SOON).inFlight()).isEqualTo(1);
    }

    assertThat(gateway.mock().awaitStats(s -> s.aborted() == 1, SOON).inFlight()).isZero();
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void aClientThatLeavesWhileItWaitsForACredentialLeavesTheQueue() throws IOException {
    gateway.withKeys("sk-rl8-1").with("SMALL_COOLDOWN_RETRY_THRESHOLD", "0");
    gateway.gateway();
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(RawConnection.chat(Client.question("acme/mock-1", false)));
      Eventually.holds("it waits", () -> gateway.pool("acme").waiting() == 1);
    }

    Eventually.holds("nobody waits", () -> gateway.pool("acme").waiting() == 0);
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void aStreamWithoutAnEndMarkButWithAFinishReasonIsComplete() {
    ClientStream stream = gateway.streamOf("acme/mock-nodone-3x0ms").awaitEnd();

    assertThat(stream.contents()).hasSize(3);
    assertThat(stream.errors()).isEmpty();
    assertThat(gateway.credential(1).successes()).isEqualTo(1);
  }
}
