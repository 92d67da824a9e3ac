package dev.caravan.observe;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A log that begins anew when it has grown to a size, and keeps a few of its predecessors: {@code
 * proxy.log}, {@code proxy.log.1.gz}, {@code proxy.log.2.gz}. When it is deleted or moved away it
 * comes back within a second. Thread-safe.
 */
public final class RollingFile implements AutoCloseable {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path file;
  private final long most;
  private final int kept;
  private final boolean packed;
  private @Nullable SeekableByteChannel channel;
  private long size;
  private long lookedNanos;

  /**
   * Describes one; nothing is opened yet.
   *
   * @param most bytes, beyond which a new one begins
   * @param kept how many predecessors are kept
   * @param packed whether these are packed with gzip
   */
  public RollingFile(Path file, long most, int kept, boolean packed) {
    this.file = file;
    this.most = most;
    this.kept = kept;
    this.packed = packed;
  }

  /** Adds a line, its end included. */
  public synchronized void append(byte[] line) throws IOException {
    SeekableByteChannel to = opened();
    if (size > 0 && size + line.length > most) {
      roll();
      to = opened();
    }
    LogFolder.writeAll(to, ByteBuffer.wrap(line));
    size += line.length;
  }

  private SeekableByteChannel opened() throws IOException {
    SeekableByteChannel known = channel;
    long now = System.nanoTime();
    if (known != null && now - lookedNanos > LOOK_NANOS) {
      lookedNanos = now;
      if (!Files.exists(file)) {
        close();
        known = null;
      }
    }
    if (known == null) {
      known = LogFolder.append(file);
      channel = known;
      size = Files.size(file);
      lookedNanos = now;
    }
    return known;
  }

  private void roll() throws IOException {
    close();
    for (String ending : new String[] {"", ".gz"}) {
      Files.deleteIfExists(numbered(kept, ending));
      for (int i = kept - 1; i >= 1; i--) {
        if (Files.exists(numbered(i, ending))) {
          Files.move(numbered(i, ending), numbered(i + 1, ending), REPLACE_EXISTING);
        }
      }
    }
    Path first = numbered(1, "");
    Files.move(file, first, REPLACE_EXISTING);
    if (packed) {
      Thread.startVirtualThread(() -> pack(first));
    }
  }

  private Path numbered(int number, String ending) {
    return file.resolveSibling(file.getFileName() + "." + number + ending);
  }

  /** One that cannot be packed stays as it is. */
  private void pack(Path old) {
    Path to = numbered(1, ".gz");
    try {
      LogFolder.write(to, new byte[0], 0);
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(to))) {
        Files.copy(old, out);
      }
      Files.deleteIfExists(old);
    } catch (IOException stays) {
      // it takes more room, and that is all
    }
  }

  @Override
  public synchronized void close() throws IOException {
    SeekableByteChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
