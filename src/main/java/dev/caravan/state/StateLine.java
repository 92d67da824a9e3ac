package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One line of a state file: {@code <crc32c, 8 hex digits> <name> <JSON on one line>}, or {@code -}
 * in place of the JSON when the name is forgotten. The checksum covers all that follows it.
 *
 * <p>Lines, since a reader finds its way again at the next line break after a damaged one, and
 * since people can look at them.
 *
 * @param value null when the name is forgotten
 */
record StateLine(String name, byte @Nullable [] value) {
  private static final int CHECKSUM = 8;
  private static final byte[] NOTHING = {'-'};

  void writeTo(ByteArrayOutputStream out) {
    byte[] named = (name + " ").getBytes(UTF_8);
    byte[] rest = value == null ? NOTHING : value;
    byte[] checksum = (HexFormat.of().toHexDigits(checksum(named, rest)) + " ").getBytes(UTF_8);
    out.writeBytes(checksum);
    out.writeBytes(named);
    out.writeBytes(rest);
    out.write('\n');
  }

  private static int checksum(byte[]... parts) {
    CRC32C crc = new CRC32C();
    for (byte[] part : parts) {
      crc.update(part, 0, part.length);
    }
    return (int) crc.getValue();
  }

  /** Null when the line is damaged. */
  static @Nullable StateLine parse(byte[] line) {
    if (line.length < CHECKSUM + 4 || line[CHECKSUM] != ' ') {
      return null;
    }
    byte[] rest = Arrays.copyOfRange(line, CHECKSUM + 1, line.length);
    String checksum = new String(line, 0, CHECKSUM, UTF_8);
    if (!HexFormat.of().toHexDigits(checksum(rest)).equals(checksum)) {
      return null;
    }
    int space = indexOfSpace(rest);
    if (space <= 0) {
      return null;
    }
    byte[] value = Arrays.copyOfRange(rest, space + 1, rest.length);
    return new StateLine(
        new String(rest, 0, space, UTF_8), Arrays.equals(value, NOTHING) ? null : value);
  }

  private static int indexOfSpace(byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (text[i] == ' ') {
        return i;
      }
    }
    return -1;
  }
}
