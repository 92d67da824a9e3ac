package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;

/**
 * Jackson's streaming parser, set up for bodies in UTF-8 that are read on virtual threads.
 * Thread-safe.
 */
public final class JsonBytes {

  /**
   * Strings are as long as a body may be (images in base64). Buffers come from a shared pool, since
   * a thread-local one would be made anew for each virtual thread.
   */
  public static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNestingDepth(500)
                  .build())
          .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
          .build();

  private JsonBytes() {}

  /**
   * A parser over a range; a byte order mark at its head is skipped. Offsets count from {@code
   * start}.
   */
  public static JsonParser parse(byte[] bytes, int start, int end) throws IOException {
    int skip = startsWithMark(bytes, start, end) ? 3 : 0;
    return FACTORY.createParser(bytes, start + skip, end - start - skip);
  }

  /** How many bytes {@link #parse} skips at the head. */
  public static int markLength(byte[] bytes) {
    return startsWithMark(bytes, 0, bytes.length) ? 3 : 0;
  }

  /** A text as a JSON string in UTF-8, quotes included. */
  public static byte[] quote(String text) {
    byte[] inner = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    byte[] quoted = new byte[inner.length + 2];
    quoted[0] = '"';
    System.arraycopy(inner, 0, quoted, 1, inner.length);
    quoted[quoted.length - 1] = '"';
    return quoted;
  }

  private static boolean startsWithMark(byte[] b, int start, int end) {
    return end - start >= 3
        && b[start] == (byte) 0xEF
        && b[start + 1] == (byte) 0xBB
        && b[start + 2] == (byte) 0xBF;
  }
}
