package dev.caravan.observe.files;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request to a provider, and what came of it. Guarded by its {@link TakenCall}. */
final class Sent {
  final String target;
  final Iterable<Map.Entry<String, String>> headers;
  final long atNanos;
  final Tape answer = new Tape();
  List<ByteBuffer> body;
  int status;
  @Nullable Iterable<Map.Entry<String, String>> answerHeaders;

  Sent(
      String target,
      Iterable<Map.Entry<String, String>> headers,
      List<ByteBuffer> body,
      long atNanos) {
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.atNanos = atNanos;
  }

  byte[] joinedBody() {
    int length = body.stream().mapToInt(ByteBuffer::remaining).sum();
    byte[] joined = new byte[length];
    int at = 0;
    for (ByteBuffer range : body) {
      int more = range.remaining();
      range.duplicate().get(joined, at, more);
      at += more;
    }
    return joined;
  }
}
