package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** Whether a range holds one JSON value and nothing else. */
  public static boolean isWhole(byte[] bytes, int start, int end) {
    try (JsonParser json = parse(bytes, start, end)) {
      if (json.nextToken() == null) {
        return false;
      }
      json.skipChildren();
      return json.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
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

  /** A member of an object with a comma behind it, {@code "name":value,}. */
  public static byte[] member(String name, Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      out.write(quote(name));
      out.write(':');
      try (JsonGenerator json = FACTORY.createGenerator(out)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        write(json, value);
      }
      out.write(',');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Writes plain values: null, booleans, numbers, maps, lists; anything else as its text. */
  public static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Boolean b -> json.writeBoolean(b);
      case Integer i -> json.writeNumber(i);
      case Long l -> json.writeNumber(l);
      case Double d -> json.writeNumber(d);
      case Number n -> json.writeNumber(n.toString());
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName(String.valueOf(entry.getKey()));
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      case Iterable<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          write(json, item);
        }
        json.writeEndArray();
      }
      default -> json.writeString(value.toString());
    }
  }

  private static boolean startsWithMark(byte[] b, int start, int end) {
    return end - start >= 3
        && b[start] == (byte) 0xEF
        && b[start + 1] == (byte) 0xBB
        && b[start + 2] == (byte) 0xBF;
  }
}
