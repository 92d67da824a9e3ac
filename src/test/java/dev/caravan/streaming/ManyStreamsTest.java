package dev.caravan.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many at once. */
class ManyStreamsTest {
  /** One after the other, 512 streams of 2 s would take 17 minutes, and 8 of them 16 s. */
  private static final Duration AT_MOST = Duration.ofSeconds(20);

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 64, 512})
  void streamsOfTwoSecondsRunBesideEachOther(int count) {
    Client client = gateway.client();
    long started = System.nanoTime();

    List<ClientStream> streams = client.streamsOf(count, "acme/mock-40x50ms");
    streams.forEach(ClientStream::awaitEnd);

    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(AT_MOST);
    // how many a loaded machine starts within two seconds is its affair; that they overlap is ours
    assertThat(gateway.mock().stats().maxInFlight()).isGreaterThanOrEqualTo(Math.min(count, 64));
    assertThat(streams).allMatch(ClientStream::isDone);
    assertThat(streams).allSatisfy(stream -> assertThat(stream.contents()).hasSize(40));
    assertThat(streams).allMatch(stream -> stream.errors().isEmpty());
  }

  @Test
  void streamsThatLeaveAndStreamsThatBreakDoNotTouchTheOthers() throws InterruptedException {
    gateway.withProvider("acme", "sk-good-1").withProvider("torn", "sk-drop5-1");
    List<ClientStream> steady = gateway.client().streamsOf(20, "acme/mock-20x25ms");
    List<ClientStream> leaving = gateway.client().streamsOf(20, "acme/mock-200x25ms");
    List<ClientStream> torn = gateway.client().streamsOf(10, "torn/mock-20x5ms");
    leaving.forEach(stream -> stream.awaitEvents(2).leave());
    torn.forEach(ClientStream::awaitEnd);
    steady.forEach(ClientStream::awaitEnd);

    assertThat(steady).allMatch(ClientStream::isDone);
    assertThat(torn).allMatch(stream -> stream.errors().size() == 1);
    assertThat(
            gateway
                .mock()
                .awaitStats(stats -> stats.aborted() == 20, GatewayFixture.PATIENCE)
                .aborted())
        .isEqualTo(20);
  }

  @Test
  void aThousandCallsWithFaultsLeaveNothingBehind() {
    gateway.withKeys("sk-flaky20-rl1-1", "sk-flaky20-500-2", "sk-flaky20-drop0-3", "sk-good-4");
    gateway.with("ROTATION_MODE_ACME", "balanced");
    List<ClientStream> streams = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      List<ClientStream> some = gateway.client().streamsOf(100, "acme/mock-5x0ms");
      some.forEach(ClientStream::awaitEnd);
      streams.addAll(some);
    }

    assertThat(streams).filteredOn(ClientStream::isDone).hasSize(1000);
    assertThat(gateway.pool("acme").credentials())
        .allSatisfy(credential -> assertThat(credential.active()).isZero());
  }
}
