package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However a provider's bytes are cut into pieces, the client's stream is the same. */
class TranscriptCutsTest {
  private static final List<Transcript> STREAMS = streams();

  private static List<Transcript> streams() {
    try {
      return TranscriptTest.transcripts().filter(Transcript::answersAsStream).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Provide
  Arbitrary<Transcript> stream() {
    return Arbitraries.of(STREAMS);
  }

  @Property(tries = 300)
  void aCutChangesNothing(@ForAll("stream") Transcript transcript, @ForAll Set<Integer> somewhere)
      throws Exception {
    byte[] events =
        (transcript.section(Transcript.UPSTREAM_ANSWER) + "\n").getBytes(StandardCharsets.UTF_8);
    int[] cuts =
        somewhere.stream()
            .mapToInt(place -> Math.floorMod(place, events.length))
            .sorted()
            .toArray();

    assertThat(told(transcript, events, cuts)).isEqualTo(told(transcript, events));
  }

  private static String told(Transcript transcript, byte[] events, int... cuts) throws Exception {
    return TranscriptTest.ids(
        Interpreter.of(
            transcript.client(),
            transcript.upstream(),
            transcript.section(Transcript.CLIENT_REQUEST),
            TranscriptTest.model(transcript))
            .stream(events, cuts));
  }
}
