package dev.caravan.dialect.hub.embeddings;

import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The two forms of a vector: an array of numbers, and base64 of 32-bit floats with the lowest byte
 * first (OpenAI API reference, embeddings).
 */
final class Vectors {
  private Vectors() {}

  static Raw toBase64(Raw numbers) throws IOException {
    ByteBuffer floats = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    try (JsonReader json = new JsonReader(numbers.bytes(), numbers.start(), numbers.end())) {
      json.next();
      if (!json.isArray()) {
        throw new IOException("a vector that is none");
      }
      while (json.nextElement()) {
        Double number = json.real();
        if (number == null) {
          throw new IOException("a vector of something else than numbers");
        }
        if (floats.remaining() < Float.BYTES) {
          floats =
              ByteBuffer.wrap(Arrays.copyOf(floats.array(), 2 * floats.capacity()))
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .position(floats.position());
        }
        floats.putFloat(number.floatValue());
      }
    }
    byte[] plain = Arrays.copyOf(floats.array(), floats.position());
    return Raw.of('"' + Base64.getEncoder().encodeToString(plain) + '"');
  }

  static Raw toNumbers(Raw base64) throws IOException {
    byte[] plain;
    try {
      plain =
          Base64.getDecoder().decode(base64.text().string().getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new IOException("a vector that is not base64", e);
    }
    ByteBuffer floats = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
    JsonWriter out = new JsonWriter(16 + 14 * plain.length / Float.BYTES);
    out.beginArray();
    while (floats.remaining() >= Float.BYTES) {
      out.raw(Raw.of(Float.toString(floats.getFloat())));
    }
    return Raw.of(out.endArray().toBytes());
  }
}
