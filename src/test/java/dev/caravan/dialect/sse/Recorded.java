package dev.caravan.dialect.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a scanner has reported, in order. */
final class Recorded implements EventScanner.Events {

  /**
   * One report.
   *
   * @param kind {@code event}, {@code part} or {@code torn}
   */
  record Report(String kind, String text, int hints) {}

  final List<Report> reports = new ArrayList<>();
  private final ByteArrayOutputStream all = new ByteArrayOutputStream();

  @Override
  public void event(byte[] bytes, int start, int end, int hints) {
    note("event", bytes, start, end, hints);
  }

  @Override
  public void part(byte[] bytes, int start, int end) {
    note("part", bytes, start, end, 0);
  }

  @Override
  public void torn(byte[] bytes, int start, int end, int hints) {
    note("torn", bytes, start, end, hints);
  }

  private void note(String kind, byte[] bytes, int start, int end, int hints) {
    all.write(bytes, start, end - start);
    String text = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    reports.add(new Report(kind, text, hints));
  }

  byte[] bytes() {
    return all.toByteArray();
  }

  List<String> events() {
    return reports.stream().filter(r -> r.kind().equals("event")).map(Report::text).toList();
  }

  /** Reads a stream in one piece. */
  static Recorded whole(byte[] stream) {
    return cut(stream, stream.length, null);
  }

  /** Reads a stream in pieces of random lengths up to a longest one. */
  static Recorded cut(byte[] stream, int longest, @Nullable RandomGenerator random) {
    Recorded recorded = new Recorded();
    EventScanner scanner = new EventScanner();
    int at = 0;
    while (at < stream.length) {
      int length =
          Math.min(stream.length - at, random == null ? longest : random.nextInt(1, longest + 1));
      // as it comes from the wire: somewhere in an array of its own
      byte[] piece = new byte[length + 7];
      System.arraycopy(stream, at, piece, 3, length);
      scanner.feed(piece, 3, 3 + length, recorded);
      at += length;
    }
    scanner.flush(recorded);
    return recorded;
  }
}
