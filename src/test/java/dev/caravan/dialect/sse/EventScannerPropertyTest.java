package dev.caravan.dialect.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class EventScannerPropertyTest {

  private static final List<String> FRAGMENTS =
      List.of(
          "data:",
          "data: ",
          "event: error",
          "event:error",
          "event: ",
          ": ",
          "id: 1",
          "retry: 2",
          "\n",
          "\n\n",
          "\r\n",
          "\r\n\r\n",
          "\r",
          "\"usage\"",
          "\"error\":",
          "\"finish_reason\"",
          "\"finish_reason\" : \"stop\"",
          "\"finish_reason\":null",
          "\"choices\" :  [ ]",
          "\"choices\":[",
          "]",
          "\"",
          "\\\"",
          ":",
          " ",
          "\t",
          "{",
          "}",
          "[DONE]",
          "x",
          "usage",
          "\u00e4\u20ac".substring(0, 1));

  @Property(tries = 3000)
  void howAStreamIsCutChangesNothing(
      @ForAll("streams") String stream,
      @ForAll @IntRange(min = 1, max = 40) int longest,
      @ForAll long seed) {
    byte[] bytes = stream.getBytes(ISO_8859_1);

    Recorded whole = Recorded.whole(bytes);
    Recorded cut = Recorded.cut(bytes, longest, new Random(seed));

    assertThat(cut.reports).isEqualTo(whole.reports);
  }

  @Property(tries = 2000)
  void whatIsReportedIsTheStream(
      @ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 9) int longest, @ForAll long seed) {
    Recorded cut = Recorded.cut(bytes, longest, new Random(seed));

    assertThat(cut.bytes()).isEqualTo(bytes);
  }

  @Property(tries = 20)
  void ofLongEventsToo(
      @ForAll @IntRange(min = 1, max = 3) int events,
      @ForAll @IntRange(min = 500, max = 70_000) int longest,
      @ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < events; i++) {
      stream.append("data: ").append("ab\n".repeat(random.nextInt(EventScanner.MAX_EVENT)));
      stream.append(random.nextBoolean() ? "\n" : "\r\n");
    }
    byte[] bytes = stream.toString().getBytes(ISO_8859_1);

    Recorded cut = Recorded.cut(bytes, longest, random);

    assertThat(cut.bytes()).isEqualTo(bytes);
  }

  /** A quadratic scanner would need minutes for this. */
  @Property(tries = 1)
  void singleBytesOfALongEventCostNoMoreThanTheirNumber() {
    byte[] bytes = ("data: " + "\"e\"".repeat(900_000 / 3) + "\n\n").getBytes(ISO_8859_1);

    Recorded cut = Recorded.cut(bytes, 1, null);

    assertThat(cut.events()).hasSize(1);
  }

  @Provide
  Arbitrary<String> streams() {
    return Arbitraries.of(FRAGMENTS).list().ofMaxSize(40).map(parts -> String.join("", parts));
  }
}
