package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamCallTest {
  private static final String ROLE = chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null");
  private static final String HELLO = chunk("{\"content\":\"Hello\"}", "null");
  private static final String STOP = chunk("{}", "\"stop\"");
  private static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  // ---- whole answers

  @Test
  void aWholeAnswerIsHandedOverAsItCame() throws Exception {
    try (var upstream =
        FakeUpstream.answering(
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-some: thing\r\n\r\nbytes")) {
      UpstreamAnswer answer = wire.ask(upstream);

      assertThat(text(answer)).isEqualTo("bytes");
      assertThat(whole(answer).status()).isEqualTo(200);
      assertThat(whole(answer).headers().get("X-Some")).isEqualTo("thing");
      FakeUpstream.Received request = upstream.received();
      assertThat(request.line()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
      assertThat(request.headers())
          .containsEntry("authorization", "Bearer k")
          .doesNotContainKey("accept-encoding");
      assertThat(request.body()).isEqualTo("{\"model\":\"m\",\"messages\":[1]}");
    }
  }

  @Test
  void anAnswerInChunksIsPutTogether() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
              visit.chunk("ab").chunk("c").endOfBody().untilItEnds();
            })) {
      assertThat(text(wire.ask(upstream))).isEqualTo("abc");
    }
  }

  @Test
  void aLargeAnswerInManyPiecesIsWhole() throws Exception {
    String large = "0123456789".repeat(300_000);
    try (var upstream =
        FakeUpstream.answering(
            "HTTP/1.1 200 OK\r\ncontent-length: " + large.length() + "\r\n\r\n" + large)) {
      assertThat(text(wire.ask(upstream))).isEqualTo(large);
    }
  }

  @Test
  void trailersAndInformationBeforehandAreNoPartOfTheAnswer() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
              visit.send("HTTP/1.1 100 Continue\r\n\r\n");
              visit.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
              visit.chunk("body").send("0\r\nx-trailer: 1\r\n\r\n");
              visit.untilItEnds();
            })) {
      assertThat(text(wire.ask(upstream))).isEqualTo("body");
    }
  }

  @Test
  void anAnswerThatEndsWithItsConnectionIsWhole() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it");
            })) {
      assertThat(text(wire.ask(upstream))).isEqualTo("all of it");
    }
  }

  @Test
  void aStreamThatNobodyAskedForIsReadAsAWhole() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.stream().chunk(HELLO).chunk(DONE).endOfBody().untilItEnds();
            })) {
      assertThat(text(wire.ask(upstream))).isEqualTo(HELLO + DONE);
    }
  }

  @Test
  void aWholeAnswerInsteadOfAStreamIsReadAsAWhole() throws Exception {
    try (var upstream =
        FakeUpstream.answering(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")) {
      assertThat(text(wire.askForStream(upstream))).isEqualTo("{}");
    }
  }

  @Test
  void anErrorInsteadOfAStreamIsReadAsAWhole() throws Exception {
    try (var upstream =
        FakeUpstream.answering(
            "HTTP/1.1 429 Slow\r\ncontent-type: text/event-stream\r\ncontent-length: 4\r\n\r\nslow")) {
      UpstreamAnswer answer = wire.askForStream(upstream);

      assertThat(whole(answer).status()).isEqualTo(429);
      assertThat(text(answer)).isEqualTo("slow");
    }
  }

  @Test
  void ofAHugeErrorTheBeginningIsEnough() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send("HTTP/1.1 503 Down\r\ncontent-length: 99999999\r\n\r\n");
              for (int i = 0; i < 1700; i++) {
                visit.send("0123456789".repeat(100));
              }
              visit.untilItEnds();
            })) {
      UpstreamAnswer answer = wire.ask(upstream);

      assertThat(whole(answer).status()).isEqualTo(503);
      assertThat(whole(answer).body()).hasSize(1 << 20);
      assertThat(upstream.end()).isNotEmpty();
    }
  }

  @Test
  void anErrorThatIsCutIsStillThatError() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send("HTTP/1.1 401 No\r\ncontent-length: 100\r\n\r\n{\"error\"");
            })) {
      UpstreamAnswer answer = wire.ask(upstream);

      assertThat(whole(answer).status()).isEqualTo(401);
      assertThat(text(answer)).isEqualTo("{\"error\"");
    }
  }

  @Test
  void anAnswerThatIsCutIsNone() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\"");
            })) {
      assertThat(broken(wire.ask(upstream)).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
  }

  @Test
  void aConnectionThatIsClosedWithoutAnAnswerIsAFault() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
            })) {
      assertThat(broken(wire.ask(upstream)).kind()).isEqualTo(FaultClass.API_CONNECTION);
      assertThat(broken(wire.askForStream(upstream)).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
  }

  @Test
  void aConnectionThatIsResetWithoutAnAnswerIsAFault() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.reset();
            })) {
      assertThat(broken(wire.ask(upstream)).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
  }

  @Test
  void aServerThatIsNotThereIsAFaultThatNamesNoKey() throws Exception {
    FakeUpstream gone = FakeUpstream.answering("");
    gone.close();

    UpstreamAnswer.Broken broken = broken(wire.ask(gone));

    assertThat(broken.kind()).isEqualTo(FaultClass.API_CONNECTION);
    assertThat(broken.message()).contains("refused").doesNotContain("Bearer");
  }

  @Test
  void whatIsNotHttpIsAFault() throws Exception {
    try (var upstream = FakeUpstream.answering("SSH-2.0-OpenSSH_9.2\r\n\r\n")) {
      assertThat(broken(wire.ask(upstream)).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
  }

  // ---- packed answers

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "deflate"})
  void anAnswerThatCamePackedIsUnpacked(String encoding) throws Exception {
    byte[] packed = packed("{\"some\":\"answer\"}", encoding);
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send(
                  "HTTP/1.1 200 OK\r\ncontent-encoding: %s\r\ncontent-length: %d\r\n\r\n"
                      .formatted(encoding, packed.length));
              visit.send(packed).untilItEnds();
            })) {
      assertThat(text(wire.ask(upstream))).isEqualTo("{\"some\":\"answer\"}");
    }
  }

  @Test
  void aStreamThatCamePackedIsUnpackedPieceByPiece() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send(
                  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n");
              var zip = new GZIPOutputStream(bytes, true);
              zip.write(HELLO.getBytes(UTF_8));
              zip.flush();
              visit.chunk(taken(bytes));
              await(seen);
              zip.write(DONE.getBytes(UTF_8));
              zip.close();
              visit.chunk(taken(bytes)).endOfBody().untilItEnds();
            })) {
      UpstreamAnswer answer = wire.askForStream(upstream);
      seen.countDown();

      assertThat(wire.read(answer).text()).isEqualTo(HELLO + DONE);
    }
  }

  @Test
  void whatCannotBeUnpackedIsAFault() throws Exception {
    try (var upstream =
        FakeUpstream.answering(
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 20\r\n\r\nthis is no gzip text")) {
      UpstreamAnswer.Broken broken = broken(wire.ask(upstream));

      assertThat(broken.kind()).isEqualTo(FaultClass.UNREADABLE_ANSWER);
      assertThat(broken.message()).contains("unpacked");
    }
  }

  @Test
  void aPackedAnswerThatIsCutIsNone() throws Exception {
    byte[] packed = packed("{\"some\":\"answer\"}", "gzip");
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send(
                  "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
                      .formatted(packed.length - 9));
              visit.send(Arrays.copyOf(packed, packed.length - 9)).untilItEnds();
            })) {
      assertThat(broken(wire.ask(upstream)).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
  }

  // ---- streams

  @Test
  void aStreamIsHandedOverByteForByte() throws Exception {
    try (var upstream = streaming(ROLE, HELLO, ": life\n\n", STOP, USAGE, DONE)) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.text()).isEqualTo(ROLE + HELLO + ": life\n\n" + STOP + USAGE + DONE);
      assertThat(read.outcome()).isEqualTo(new Outcome.Succeeded(new Usage(3, 0, 0, 2, 0, false)));
    }
  }

  @Test
  void aStreamInSingleBytesIsTheSame() throws Exception {
    String all = ROLE + HELLO + STOP + USAGE + DONE;
    try (var upstream = streaming(all.split(""))) {
      assertThat(wire.read(wire.askForStream(upstream)).text()).isEqualTo(all);
    }
  }

  @Test
  void signsOfLifeBeforeTheFirstContentAreNotHandedOver() throws Exception {
    try (var upstream = streaming(": PROCESSING\n\n", ROLE, ": PROCESSING\n\n", HELLO, DONE)) {
      assertThat(wire.read(wire.askForStream(upstream)).text()).isEqualTo(ROLE + HELLO + DONE);
    }
  }

  @Test
  void aStreamMayEndWithoutItsLastBlankLine() throws Exception {
    try (var upstream = streaming(HELLO, "data: [DONE]")) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.text()).isEqualTo(HELLO + "data: [DONE]\n\n");
      assertThat(read.outcome()).isInstanceOf(Outcome.Succeeded.class);
    }
  }

  @Test
  void aLastChunkWithoutItsBlankLineIsNotLost() throws Exception {
    try (var upstream = streaming(HELLO, STOP.strip() + "\n")) {
      assertThat(wire.read(wire.askForStream(upstream)).text()).isEqualTo(HELLO + STOP);
    }
    try (var upstream = streaming(HELLO, STOP.strip())) {
      assertThat(wire.read(wire.askForStream(upstream)).text()).isEqualTo(HELLO + STOP);
    }
  }

  @Test
  void anEventThatIsCutIsLeftOutAndTheClientIsTold() throws Exception {
    try (var upstream = streaming(HELLO, "data: {\"choices\":[{\"delta\":{\"cont")) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.text()).isEqualTo(HELLO + "data: ! truncated_stream\n\n");
      assertThat(fault(read)).isEqualTo(FaultClass.TRUNCATED_STREAM);
    }
  }

  @Test
  void aStreamThatEndsTooEarlyIsToldAsTruncated() throws Exception {
    try (var upstream = streaming(ROLE, HELLO)) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.text()).isEqualTo(ROLE + HELLO + "data: ! truncated_stream\n\n");
      assertThat(fault(read)).isEqualTo(FaultClass.TRUNCATED_STREAM);
    }
  }

  @Test
  void aConnectionThatBreaksInsideOfAStreamIsToldAsTruncated() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.stream().chunk(HELLO);
            })) {
      assertThat(fault(wire.read(wire.askForStream(upstream))))
          .isEqualTo(FaultClass.TRUNCATED_STREAM);
    }
  }

  @Test
  void aConnectionThatBreaksAfterTheFinishReasonIsNoFault() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.stream().chunk(HELLO).chunk(STOP);
            })) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.text()).isEqualTo(HELLO + STOP);
      assertThat(read.outcome()).isInstanceOf(Outcome.Succeeded.class);
    }
  }

  @Test
  void aLongEventThatIsCutIsEndedBeforeTheClientIsTold() throws Exception {
    String huge = "data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(3 << 20);
    try (var upstream = streaming(HELLO, huge)) {
      String text = wire.read(wire.askForStream(upstream)).text();

      assertThat(text).isEqualTo(HELLO + huge + "\n\ndata: ! truncated_stream\n\n");
    }
  }

  @Test
  void anErrorAsTheFirstEventIsAnAnswerOfItsOwn() throws Exception {
    try (var upstream = streaming(ROLE, "data: {\"error\":{\"message\":\"overloaded\"}}\n\n")) {
      UpstreamAnswer answer = wire.askForStream(upstream);

      assertThat(answer)
          .asInstanceOf(InstanceOfAssertFactories.type(UpstreamAnswer.ErrorEvent.class))
          .extracting(event -> new String(event.json(), UTF_8))
          .isEqualTo("{\"error\":{\"message\":\"overloaded\"}}");
    }
  }

  @Test
  void anErrorAfterContentEndsTheStreamWithIt() throws Exception {
    try (var upstream =
        streaming(HELLO, "event: error\ndata: {\"message\":\"over\"}\n\n", HELLO, DONE)) {
      Wire.Read read = wire.read(wire.askForStream(upstream));

      assertThat(read.text()).isEqualTo(HELLO + "data: ! overloaded\n\n");
      assertThat(fault(read)).isEqualTo(FaultClass.OVERLOADED);
    }
  }

  @Test
  void aStreamWithoutContentIsEmptyOrCut() throws Exception {
    try (var upstream = streaming(ROLE, STOP, DONE)) {
      assertThat(broken(wire.askForStream(upstream)).kind()).isEqualTo(FaultClass.EMPTY_RESPONSE);
    }
    try (var upstream = streaming(ROLE)) {
      assertThat(broken(wire.askForStream(upstream)).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
    try (var upstream = streaming()) {
      assertThat(broken(wire.askForStream(upstream)).kind()).isEqualTo(FaultClass.API_CONNECTION);
    }
  }

  @Test
  void theEndMarkEndsAStreamThoughTheProviderKeepsItOpen() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.stream().chunk(HELLO).chunk(DONE);
              await(read);
              visit.chunk(HELLO).endOfBody();
              visit.request();
              visit.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").untilItEnds();
            })) {
      Wire.Read first = wire.read(wire.askForStream(upstream));
      read.countDown();

      assertThat(first.text()).isEqualTo(HELLO + DONE);
      assertThat(first.outcome()).isInstanceOf(Outcome.Succeeded.class);
    }
  }

  @Test
  void aSlowReaderPausesTheProvider() throws Exception {
    String piece = chunk("{\"content\":\"" + "x".repeat(100_000) + "\"}", "null");
    CountDownLatch allSent = new CountDownLatch(1);
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.stream();
              for (int i = 0; i < 300; i++) {
                visit.chunk(piece);
              }
              allSent.countDown();
              visit.chunk(DONE).endOfBody().untilItEnds();
            })) {
      UpstreamAnswer answer = wire.askForStream(upstream);

      // 30 MB do not fit into the sockets' memory, so as long as nobody reads not all is sent
      assertThat(allSent.getCount()).isEqualTo(1);
      assertThat(wire.read(answer).text()).hasSize(300 * piece.length() + DONE.length());
    }
  }

  // ---- connections

  @Test
  void aConnectionIsUsedAgain() throws Exception {
    try (var upstream = FakeUpstream.answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")) {
      wire.ask(upstream);
      wire.ask(upstream);
      wire.ask(upstream);

      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionIsUsedAgainAfterAStream() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              while (visit.request() != null) {
                visit.stream().chunk(HELLO + DONE).endOfBody();
              }
            })) {
      wire.read(wire.askForStream(upstream));
      wire.read(wire.askForStream(upstream));

      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void aPooledConnectionThatTheServerHasClosedIsNotUsed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
              closed.countDown();
            })) {
      String first = text(wire.ask(upstream));
      await(closed);
      UpstreamAnswer second = wire.ask(upstream);
      // the close may cross the second request on the wire; that is a fault that is tried again
      UpstreamAnswer third = second instanceof UpstreamAnswer.Whole ? second : wire.ask(upstream);

      assertThat(first).isEqualTo("ok");
      assertThat(text(third)).isEqualTo("ok");
    }
  }

  // ---- cancelling

  @Test
  void aCallThatIsCancelledBeforeItsAnswerResetsTheConnection() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              asked.countDown();
              visit.untilItEnds();
            })) {
      UpstreamCall call = wire.begin(upstream.baseUrl(), true);
      await(asked);
      call.cancel();

      assertThat(call.await()).isInstanceOf(UpstreamAnswer.Cancelled.class);
      assertThat(upstream.end()).isNotEmpty();
    }
  }

  @Test
  void aCallThatIsCancelledInsideOfAWholeAnswerResetsTheConnection() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
              begun.countDown();
              visit.untilItEnds();
            })) {
      UpstreamCall call = wire.begin(upstream.baseUrl(), false);
      await(begun);
      call.cancel();

      assertThat(call.await()).isInstanceOf(UpstreamAnswer.Cancelled.class);
      assertThat(upstream.end()).isNotEmpty();
    }
  }

  @Test
  void aCallThatIsCancelledBeforeTheFirstContentResetsTheConnection() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.stream().chunk(ROLE);
              begun.countDown();
              visit.untilItEnds();
            })) {
      UpstreamCall call = wire.begin(upstream.baseUrl(), true);
      await(begun);
      call.cancel();

      assertThat(call.await()).isInstanceOf(UpstreamAnswer.Cancelled.class);
      assertThat(upstream.end()).isNotEmpty();
    }
  }

  @Test
  void aStreamThatIsClosedResetsTheConnectionAndCountsWhatWasSeen() throws Exception {
    try (var upstream =
        FakeUpstream.that(
            visit -> {
              visit.request();
              visit.stream().chunk(ROLE + USAGE + HELLO).untilItEnds();
            })) {
      UpstreamStream stream = ((UpstreamAnswer.Opened) wire.askForStream(upstream)).stream();
      stream.close();

      assertThat(wire.read(stream).outcome())
          .isEqualTo(new Outcome.Cancelled(new Usage(3, 0, 0, 2, 0, false)));
      assertThat(upstream.end()).isNotEmpty();
    }
  }

  @Test
  void aCallThatIsCancelledAtOnceSendsNothing() throws Exception {
    try (var upstream = FakeUpstream.that(FakeUpstream.Visit::untilItEnds)) {
      UpstreamCall call = wire.begin(upstream.baseUrl(), true);
      call.cancel();

      assertThat(call.await()).isInstanceOf(UpstreamAnswer.Cancelled.class);
    }
  }

  @Test
  void cancellingWhatIsOverDoesNothing() throws Exception {
    try (var upstream = FakeUpstream.answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")) {
      UpstreamCall call = wire.begin(upstream.baseUrl(), false);
      UpstreamAnswer answer = call.await();
      call.cancel();
      wire.ask(upstream);

      assertThat(text(answer)).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  // ---- helpers

  private static String chunk(String delta, String reason) {
    return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n"
        .formatted(delta, reason);
  }

  private static FakeUpstream streaming(String... pieces) {
    return FakeUpstream.that(
        visit -> {
          visit.request();
          visit.stream();
          for (String piece : pieces) {
            visit.chunk(piece);
          }
          visit.endOfBody().untilItEnds();
        });
  }

  private static UpstreamAnswer.Whole whole(UpstreamAnswer answer) {
    assertThat(answer).isInstanceOf(UpstreamAnswer.Whole.class);
    return (UpstreamAnswer.Whole) answer;
  }

  private static String text(UpstreamAnswer answer) {
    return new String(whole(answer).body(), UTF_8);
  }

  private static UpstreamAnswer.Broken broken(UpstreamAnswer answer) {
    assertThat(answer).isInstanceOf(UpstreamAnswer.Broken.class);
    return (UpstreamAnswer.Broken) answer;
  }

  private static FaultClass fault(Wire.Read read) {
    return ((Outcome.Faulted) read.outcome()).fault().kind();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static byte[] taken(ByteArrayOutputStream bytes) {
    byte[] now = bytes.toByteArray();
    bytes.reset();
    return now;
  }

  private static byte[] packed(String text, String encoding) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var zip =
        encoding.equals("deflate")
            ? new DeflaterOutputStream(bytes)
            : new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
