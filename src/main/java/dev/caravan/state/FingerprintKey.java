package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key that fingerprints of credentials are made with, by which state is kept: made once at
 * random and kept in the state folder, so that it moves with the folder, and so that nobody who
 * reads a log can test a guessed API key against it.
 */
public final class FingerprintKey {
  private static final Logger LOG = LoggerFactory.getLogger(FingerprintKey.class);
  private static final int BYTES = 32;
  private static final int LEAST = 16;

  private FingerprintKey() {}

  /**
   * The key of a folder; one is made when it has none.
   *
   * @param otherwise where no file can be read or written, some text that stays the same
   */
  public static byte[] in(Path folder, String otherwise) {
    Path file = folder.resolve("fingerprint.key");
    try {
      if (!Files.exists(file)) {
        write(file);
      }
      byte[] key = Files.readString(file).strip().getBytes(UTF_8);
      if (key.length >= LEAST) {
        return key;
      }
      LOG.warn("state: {} is cut; credentials start with empty counts", file);
    } catch (IOException e) {
      LOG.warn(
          "state: {} cannot be used ({}); fingerprints are made of the folder's name instead",
          file,
          FileStore.reason(e));
    }
    return otherwise.getBytes(UTF_8);
  }

  private static void write(Path file) throws IOException {
    Path folder = file.resolveSibling("");
    OwnFiles.makeFolder(folder);
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    Path unfinished = folder.resolve("fingerprint.key.tmp");
    Files.deleteIfExists(unfinished);
    try (FileChannel out = OwnFiles.create(unfinished)) {
      out.write(ByteBuffer.wrap((HexFormat.of().formatHex(key) + "\n").getBytes(UTF_8)));
      out.force(true);
    }
    Files.move(unfinished, file, ATOMIC_MOVE);
    OwnFiles.syncFolder(folder);
  }
}
