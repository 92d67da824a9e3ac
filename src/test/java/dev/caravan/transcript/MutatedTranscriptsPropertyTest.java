package dev.caravan.transcript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Transcripts with bytes lost, doubled, exchanged and put elsewhere: nothing that reads them
 * breaks.
 */
class MutatedTranscriptsPropertyTest {
  private static final List<byte[]> REQUESTS = sections(Transcript.CLIENT_REQUEST);
  private static final List<byte[]> ANSWERS = sections(Transcript.UPSTREAM_ANSWER);
  private static final List<String> ODD =
      List.of(
          "null",
          "[]",
          "{}",
          "\"\"",
          "-1",
          "1e999",
          "true",
          "[[",
          "}",
          "\\ud800",
          "\"",
          ",",
          ":",
          "\n\n",
          "data: ",
          "event: error\n",
          "{\"type\":\"error\"}",
          "\u00ff",
          "18446744073709551616");

  @Property(tries = 1500)
  void requests(@ForAll long seed) {
    byte[] body = mutated(REQUESTS, new Random(seed));
    Parsers.ALL.forEach(parsers -> parsers.request(body));
  }

  @Property(tries = 1500)
  void answers(@ForAll long seed) {
    byte[] body = mutated(ANSWERS, new Random(seed));
    Parsers.ALL.forEach(parsers -> parsers.answer(body));
  }

  @Property(tries = 1000)
  void streams(@ForAll long seed) {
    byte[] events = mutated(ANSWERS, new Random(seed));
    Parsers.ALL.forEach(parsers -> parsers.stream(events));
  }

  private static List<byte[]> sections(String name) {
    try {
      return TranscriptTest.transcripts()
          .filter(transcript -> transcript.sections().containsKey(name))
          .map(transcript -> transcript.section(name).getBytes(StandardCharsets.UTF_8))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] mutated(List<byte[]> all, Random random) {
    byte[] bytes = all.get(random.nextInt(all.size())).clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      bytes = mutated(bytes, random);
    }
    return bytes;
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(40));
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> replaced(bytes, at, at + length, new byte[0]);
      case 2 -> replaced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      case 3 -> value(bytes, at, random);
      case 4 -> {
        byte[] odd = ODD.get(random.nextInt(ODD.size())).getBytes(StandardCharsets.UTF_8);
        yield replaced(bytes, at, at + random.nextInt(2), odd);
      }
      default -> {
        byte[] flipped = bytes.clone();
        flipped[at] = (byte) random.nextInt(256);
        yield flipped;
      }
    };
  }

  /** Another value where one begins, so that what comes of it is JSON more often than not. */
  private static byte[] value(byte[] bytes, int at, Random random) {
    int colon = at;
    while (colon < bytes.length && bytes[colon] != ':') {
      colon++;
    }
    int end = colon;
    while (end < bytes.length && bytes[end] != ',' && bytes[end] != '}' && bytes[end] != '\n') {
      end++;
    }
    byte[] odd = ODD.get(random.nextInt(7)).getBytes(StandardCharsets.UTF_8);
    return replaced(bytes, Math.min(colon + 1, bytes.length), Math.max(end, colon + 1), odd);
  }

  private static byte[] replaced(byte[] bytes, int from, int to, byte[] with) {
    int start = Math.min(from, bytes.length);
    int end = Math.clamp(to, start, bytes.length);
    byte[] made = new byte[start + with.length + bytes.length - end];
    System.arraycopy(bytes, 0, made, 0, start);
    System.arraycopy(with, 0, made, start, with.length);
    System.arraycopy(bytes, end, made, start + with.length, bytes.length - end);
    return made;
  }
}
