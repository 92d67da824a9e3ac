package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However a provider's stream is cut into pieces, clients get the same events. */
class ResponsesCutsPropertyTest {
  private static final List<Transcript> STREAMS = streams();

  private static List<Transcript> streams() {
    try {
      return TranscriptTest.transcripts()
          .filter(t -> (t.client() + t.upstream()).contains("openai-responses"))
          .filter(t -> t.sections().containsKey(Transcript.UPSTREAM_ANSWER) && t.streams())
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Property(tries = 150)
  void piecesDoNotMatter(
      @ForAll("transcripts") Transcript transcript, @ForAll("places") List<Double> at)
      throws IOException {
    byte[] events =
        (transcript.section(Transcript.UPSTREAM_ANSWER) + "\n").getBytes(StandardCharsets.UTF_8);
    int[] cuts =
        at.stream().mapToInt(place -> (int) (place * events.length)).sorted().distinct().toArray();

    String cut = TranscriptTest.ids(interpreter(transcript).stream(events, cuts));

    assertThat(cut.strip() + "\n").isEqualTo(transcript.section(Transcript.CLIENT_ANSWER));
  }

  private static Interpreter interpreter(Transcript transcript) throws IOException {
    return Interpreter.of(
        transcript.client(),
        transcript.upstream(),
        transcript.section(Transcript.CLIENT_REQUEST),
        TranscriptTest.model(transcript));
  }

  @Provide
  Arbitrary<Transcript> transcripts() {
    return Arbitraries.of(STREAMS);
  }

  @Provide
  Arbitrary<List<Double>> places() {
    return Arbitraries.doubles().between(0, 1).list().ofMaxSize(40);
  }
}
