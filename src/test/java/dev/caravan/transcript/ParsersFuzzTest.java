package dev.caravan.transcript;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that reads what strangers send, fed with anything. As part of the suite it goes
 * through the transcripts and through what fuzzing has found before; {@code docs/developing.md}
 * says how to look for more.
 */
class ParsersFuzzTest {

  static Stream<byte[]> clientRequests() throws IOException {
    return sections(Transcript.CLIENT_REQUEST);
  }

  static Stream<byte[]> upstreamAnswers() throws IOException {
    return sections(Transcript.UPSTREAM_ANSWER);
  }

  private static Stream<byte[]> sections(String name) throws IOException {
    return TranscriptTest.transcripts()
        .filter(transcript -> transcript.sections().containsKey(name))
        .map(transcript -> transcript.section(name).getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("clientRequests")
  @FuzzTest(maxDuration = "1m")
  void requests(byte[] body) {
    Parsers.ALL.forEach(parsers -> parsers.request(body));
  }

  @MethodSource("upstreamAnswers")
  @FuzzTest(maxDuration = "1m")
  void answers(byte[] body) {
    Parsers.ALL.forEach(parsers -> parsers.answer(body));
  }

  @MethodSource("upstreamAnswers")
  @FuzzTest(maxDuration = "1m")
  void streams(byte[] events) {
    Parsers.ALL.forEach(parsers -> parsers.stream(events));
  }
}
