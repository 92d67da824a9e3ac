package dev.caravan.upstream;

import static dev.caravan.upstream.Wire.NEVER;
import static dev.caravan.upstream.Wire.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each limit is tiny in turn, and all others are off. */
class UpstreamTimeoutsTest {
  private static final String HELLO =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
  private static final String ROLE =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";
  private static final String STOP =
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

  @Test
  void aConnectionThatDoesNotComeAboutIsGivenUp() throws Exception {
    try (var full = new Full();
        var wire = new Wire(new UpstreamTimeouts(SOON, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER))) {
      UpstreamAnswer.Broken broken = broken(wire.begin(full.baseUrl(), true).await());

      assertThat(broken.kind()).isEqualTo(FaultClass.API_CONNECTION);
      assertThat(broken.message()).contains("timed out");
    }
  }

  @Test
  void aProvidersOwnPatienceForConnectingIsKept() throws Exception {
    try (var full = new Full();
        var wire =
            new Wire(
                new UpstreamTimeouts(
                    Duration.ofSeconds(20), SOON, NEVER, NEVER, NEVER, NEVER, NEVER))) {
      UpstreamAnswer.Broken broken = broken(wire.begin(full.baseUrl(), true).await());

      assertThat(broken.kind()).isEqualTo(FaultClass.TIMEOUT);
      assertThat(broken.evidence()).isEqualTo("TIMEOUT_POOL");
    }
  }

  @Test
  void aRequestThatIsNotTakenIsGivenUp() throws Exception {
    try (var upstream = FakeUpstream.that(visit -> idle());
        var wire = new Wire(new UpstreamTimeouts(NEVER, NEVER, SOON, NEVER, NEVER, NEVER, NEVER))) {
      wire.saying("{" + "x".repeat(30 << 20));

      UpstreamAnswer.Broken broken = broken(wire.ask(upstream));

      assertThat(broken.kind()).isEqualTo(FaultClass.TIMEOUT);
      assertThat(broken.evidence()).isEqualTo("TIMEOUT_WRITE");
    }
  }

  @Test
  void aStreamThatDoesNotBeginIsGivenUp() throws Exception {
    UpstreamTimeouts limits = new UpstreamTimeouts(NEVER, NEVER, NEVER, SOON, NEVER, NEVER, NEVER);
    try (var silent =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.untilItEnds();
                });
        var headOnly =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.stream().untilItEnds();
                });
        var wire = new Wire(limits)) {
      for (FakeUpstream upstream : List.of(silent, headOnly)) {
        UpstreamAnswer.Broken broken = broken(wire.askForStream(upstream));

        assertThat(broken.kind()).isEqualTo(FaultClass.TIMEOUT);
        assertThat(broken.evidence()).isEqualTo("TIMEOUT_FIRST_BYTE_STREAMING");
        assertThat(upstream.end()).isNotEmpty();
      }
    }
  }

  @Test
  void aStreamThatStopsBeforeItsContentIsGivenUp() throws Exception {
    try (var upstream =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.stream().chunk(ROLE).untilItEnds();
                });
        var wire = new Wire(new UpstreamTimeouts(NEVER, NEVER, NEVER, NEVER, SOON, NEVER, NEVER))) {
      UpstreamAnswer.Broken broken = broken(wire.askForStream(upstream));

      assertThat(broken.kind()).isEqualTo(FaultClass.TIMEOUT);
      assertThat(broken.evidence()).isEqualTo("TIMEOUT_READ_STREAMING");
    }
  }

  @Test
  void aStreamThatFallsSilentEndsWithAnError() throws Exception {
    try (var upstream =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.stream().chunk(HELLO).untilItEnds();
                });
        var wire = new Wire(new UpstreamTimeouts(NEVER, NEVER, NEVER, NEVER, SOON, NEVER, NEVER))) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.text()).isEqualTo(HELLO + "data: ! timeout\n\n");
      assertThat(((Outcome.Faulted) read.outcome()).fault().evidence())
          .isEqualTo("TIMEOUT_READ_STREAMING");
      assertThat(upstream.end()).isNotEmpty();
    }
  }

  @Test
  void aStreamThatFallsSilentAfterItsFinishReasonIsComplete() throws Exception {
    try (var upstream =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.stream().chunk(HELLO + STOP).untilItEnds();
                });
        var wire = new Wire(new UpstreamTimeouts(NEVER, NEVER, NEVER, NEVER, SOON, NEVER, NEVER))) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.text()).isEqualTo(HELLO + STOP);
      assertThat(read.outcome()).isInstanceOf(Outcome.Succeeded.class);
      assertThat(upstream.end()).isNotEmpty();
    }
  }

  @Test
  void aStreamThatIsNotClosedAfterItsEndMarkIsResetAfterAMoment() throws Exception {
    try (var upstream =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.stream().chunk(HELLO + "data: [DONE]\n\n").untilItEnds();
                });
        var wire = new Wire(new UpstreamTimeouts(NEVER, NEVER, SOON, NEVER, NEVER, NEVER, NEVER))) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.outcome()).isInstanceOf(Outcome.Succeeded.class);
      assertThat(upstream.end()).isNotEmpty();
    }
  }

  @Test
  void aWholeAnswerThatDoesNotComeIsGivenUp() throws Exception {
    UpstreamTimeouts limits = new UpstreamTimeouts(NEVER, NEVER, NEVER, NEVER, NEVER, SOON, NEVER);
    try (var silent =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.untilItEnds();
                });
        var half =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").untilItEnds();
                });
        var wire = new Wire(limits)) {
      for (FakeUpstream upstream : List.of(silent, half)) {
        UpstreamAnswer.Broken broken = broken(wire.ask(upstream));

        assertThat(broken.kind()).isEqualTo(FaultClass.TIMEOUT);
        assertThat(broken.evidence()).isEqualTo("TIMEOUT_READ_NON_STREAMING");
        assertThat(upstream.end()).isNotEmpty();
      }
    }
  }

  @Test
  void theHardLimitCutsARunningStream() throws Exception {
    try (var upstream =
            FakeUpstream.that(
                visit -> {
                  visit.request();
                  visit.stream();
                  while (true) {
                    visit.chunk(HELLO);
                  }
                });
        var wire = new Wire(new UpstreamTimeouts(NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, SOON))) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(((Outcome.Faulted) read.outcome()).fault().evidence())
          .isEqualTo("REQUEST_HARD_TIMEOUT");
      assertThat(read.text()).endsWith("data: ! timeout\n\n");
    }
  }

  private static UpstreamAnswer.Broken broken(UpstreamAnswer answer) {
    assertThat(answer).isInstanceOf(UpstreamAnswer.Broken.class);
    return (UpstreamAnswer.Broken) answer;
  }

  private static void idle() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A port whose queue is full, so that the system leaves a new connection without an answer. */
  private static final class Full implements AutoCloseable {
    private final ServerSocket door;
    private final List<Socket> waiting = new ArrayList<>();

    Full() throws IOException {
      door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      for (int i = 0; i < 8; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(new InetSocketAddress(door.getInetAddress(), door.getLocalPort()), 100);
        } catch (IOException full) {
          return;
        }
      }
    }

    String baseUrl() {
      return "http://127.0.0.1:" + door.getLocalPort() + "/v1";
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : waiting) {
        socket.close();
      }
      door.close();
    }
  }
}
