package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every transcript, however its bytes arrive and however often it is translated. */
class TranscriptPropertyTest {
  private static final Pattern FRESH =
      Pattern.compile("(chatcmpl-|call_|msg_|toolu_|resp_|rs_|fc_|ctc_)[A-Za-z0-9]{24}");

  @Provide
  Arbitrary<Transcript> streams() throws Exception {
    return Arbitraries.of(
        TranscriptTest.transcripts()
            .filter(t -> !t.sections().containsKey(Transcript.REFUSED) && t.streams())
            .toList());
  }

  @Property(tries = 300)
  void anyCutOfTheProvidersBytesGivesTheSameStream(
      @ForAll("streams") Transcript transcript,
      @ForAll List<@net.jqwik.api.constraints.IntRange(min = 1, max = 5000) Integer> places)
      throws Exception {
    byte[] events =
        (transcript.section(Transcript.UPSTREAM_ANSWER) + "\n").getBytes(StandardCharsets.UTF_8);
    int[] cuts = places.stream().mapToInt(place -> place % events.length).sorted().toArray();

    assertThat(plain(interpreter(transcript).stream(events, cuts)))
        .isEqualTo(plain(interpreter(transcript).stream(events)));
  }

  @Property(tries = 50)
  void oneByteAtATimeIsNoDifferent(@ForAll("streams") Transcript transcript) throws Exception {
    byte[] events =
        (transcript.section(Transcript.UPSTREAM_ANSWER) + "\n").getBytes(StandardCharsets.UTF_8);
    int[] cuts = java.util.stream.IntStream.range(1, events.length).toArray();

    assertThat(plain(interpreter(transcript).stream(events, cuts)))
        .isEqualTo(plain(interpreter(transcript).stream(events)));
  }

  @Property(tries = 300)
  void aStreamThatIsCutShortKeepsTheRulesAndDoesNotLookWhole(
      @ForAll("streams") Transcript transcript,
      @ForAll @net.jqwik.api.constraints.IntRange(max = 20000) int place)
      throws Exception {
    byte[] events =
        (transcript.section(Transcript.UPSTREAM_ANSWER) + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] part = java.util.Arrays.copyOf(events, place % events.length);

    String client = interpreter(transcript).stream(part);

    StreamRules.of(transcript.client()).check(client, requested(transcript));
  }

  private static Interpreter interpreter(Transcript transcript) throws Exception {
    return Interpreter.of(
        transcript.client(),
        transcript.upstream(),
        transcript.section(Transcript.CLIENT_REQUEST),
        requested(transcript).substring(requested(transcript).indexOf('/') + 1));
  }

  private static String requested(Transcript transcript) throws Exception {
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(transcript.section(Transcript.CLIENT_REQUEST))
        .path("model")
        .asText();
  }

  private static String plain(String stream) {
    return FRESH.matcher(stream).replaceAll("$1*");
  }
}
