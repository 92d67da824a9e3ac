package dev.caravan.dialect.sse;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR;
import static dev.caravan.dialect.sse.EventScanner.ERROR_EVENT;
import static dev.caravan.dialect.sse.EventScanner.FINISHED;
import static dev.caravan.dialect.sse.EventScanner.MAX_EVENT;
import static dev.caravan.dialect.sse.EventScanner.NO_CHOICES;
import static dev.caravan.dialect.sse.EventScanner.USAGE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.dialect.sse.Recorded.Report;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventScannerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data: {"x":1}                                    | 16
          data:{"x":1}                                     | 16
          data: {"usage":null}                             | 17
          data: {"error":{}}                               | 18
          data: {"a":{"error" : 1}}                        | 18
          data: {"finish_reason":"stop"}                   | 20
          data: {"finish_reason" : "length"}               | 20
          data: {"finish_reason":null}                     | 16
          data: {"choices":[]}                             | 24
          data: {"choices" : [ ] }                         | 24
          data: {"choices":[{}]}                           | 16
          data: {"choices":[],"usage":{}}                  | 25
          data: {"text":"say \\"usage\\" and \\"error\\""} | 16
          data: {"text":"usage"}                           | 17
          : a comment                                      | 0
          id: 7                                            | 0
          event: error                                     | 32
          event:error                                      | 32
          event: message                                   | 0
          metadata: 1                                      | 0
          """)
  void anEventCarriesTheHintsOfItsWords(String line, int hints) {
    byte[] stream = bytes(line.strip() + "\n\n");

    Recorded seen = Recorded.whole(stream);

    assertThat(seen.reports).containsExactly(new Report("event", line.strip() + "\n\n", hints));
  }

  @Test
  void hintsOfSeveralLinesBelongToOneEvent() {
    Recorded seen = Recorded.whole(bytes("event: error\ndata: {\"error\":1}\n\ndata: 2\n\n"));

    assertThat(seen.reports)
        .extracting(Report::hints)
        .containsExactly(ERROR_EVENT | ERROR | DATA, DATA);
  }

  @Test
  void hintsDoNotLeakIntoTheNextEvent() {
    Recorded seen =
        Recorded.whole(bytes("data: {\"usage\":1}\n\ndata: {\"choices\":[]}\n\n: life\n\n"));

    assertThat(seen.reports)
        .extracting(Report::hints)
        .containsExactly(USAGE | DATA, NO_CHOICES | DATA, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void linesMayEndInEitherWay(String end) {
    String one = "event: x" + end + "data: {\"finish_reason\":\"stop\"}" + end + end;
    String two = "data: 2" + end + end;

    Recorded seen = Recorded.whole(bytes(one + two));

    assertThat(seen.reports)
        .containsExactly(new Report("event", one, DATA | FINISHED), new Report("event", two, DATA));
  }

  @Test
  void blankLinesBetweenEventsAreNoEvents() {
    Recorded seen = Recorded.whole(bytes("\n\r\ndata: 1\n\n\n\n"));

    assertThat(seen.events()).containsExactly("data: 1\n\n");
    assertThat(seen.bytes()).isEqualTo(bytes("\n\r\ndata: 1\n\n\n\n"));
  }

  @Test
  void anEventWithoutItsEndIsToldAsTorn() {
    Recorded seen = Recorded.whole(bytes("data: 1\n\ndata: {\"usage\":1}\n"));

    assertThat(seen.reports.getLast())
        .isEqualTo(new Report("torn", "data: {\"usage\":1}\n", DATA | USAGE));
  }

  @Test
  void aWordThatIsTornAnywhereIsSeen() {
    String event =
        "data: {\"choices\" : [ ],\"usage\":{\"error\":1},\"finish_reason\" : \"stop\"}\n\n";
    byte[] stream = bytes(event);

    for (int cut = 1; cut < stream.length; cut++) {
      Recorded seen = new Recorded();
      EventScanner scanner = new EventScanner();
      scanner.feed(stream, 0, cut, seen);
      scanner.feed(stream, cut, stream.length, seen);

      assertThat(seen.reports)
          .as("cut at %d", cut)
          .containsExactly(
              new Report("event", event, DATA | NO_CHOICES | USAGE | ERROR | FINISHED));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 16 * 1024, 64 * 1024 - 1})
  void anEventThatIsTooLongComesInPartsAndTheNextOneIsAnEvent(int piece) {
    String huge = "data: " + "x\"usage\"".repeat(MAX_EVENT / 4) + "\ndata: more\r\n\r\n";
    String next = "data: {\"usage\":1}\n\n";
    byte[] stream = bytes(huge + next);

    Recorded seen = Recorded.cut(stream, piece, new Random(piece));

    assertThat(seen.bytes()).isEqualTo(stream);
    assertThat(seen.reports.getLast()).isEqualTo(new Report("event", next, DATA | USAGE));
    assertThat(seen.reports.subList(0, seen.reports.size() - 1))
        .hasSizeGreaterThan(1)
        .allMatch(report -> report.kind().equals("part"));
  }

  @Test
  void aLongEventThatIsTornAtALineEndIsStillOne() {
    byte[] first = bytes("data: " + "x".repeat(MAX_EVENT) + "\nda");
    byte[] second = bytes("ta: more\n\n");
    Recorded seen = new Recorded();
    EventScanner scanner = new EventScanner();

    scanner.feed(first, 0, first.length, seen);
    boolean inside = scanner.isInsideLongOne();
    scanner.feed(second, 0, second.length, seen);

    assertThat(seen.reports).allMatch(report -> report.kind().equals("part"));
    assertThat(inside).isTrue();
    assertThat(scanner.isInsideLongOne()).isFalse();
  }

  @Test
  void bytesOfOtherEncodingsPassThrough() {
    byte[] stream = "data: \u00ff\u00fe\u0000\n\n".getBytes(ISO_8859_1);

    assertThat(Recorded.whole(stream).bytes()).isEqualTo(stream);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
