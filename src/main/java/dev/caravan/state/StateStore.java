package dev.caravan.state;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps named values over restarts. What is behind it (files, a server shared by several gateways)
 * is nobody else's business; a value is always the whole of what is known under its name, so that
 * writing one twice, or an older one before a newer one, does no harm.
 *
 * <p>Used by one thread at a time: {@link #load} before the first {@link #write}.
 */
public interface StateStore extends AutoCloseable {

  /**
   * What a load has brought.
   *
   * @param values by name; names have no white space
   * @param findings what could not be read and where it was put, in sentences; empty when all was
   *     well
   */
  record Loaded(Map<String, byte[]> values, List<String> findings) {}

  /** Everything that is kept. Never fails: what cannot be read is put aside and told of. */
  Loaded load();

  /**
   * Everything that is kept, as {@link #load}, but only to look at it: nothing is put aside. From
   * any thread, also while another writes.
   */
  Map<String, byte[]> reread();

  /**
   * Keeps these values. When it returns they outlive the end of the process, however it ends.
   *
   * @param values by name; null forgets the name
   * @throws IOException when they could not be kept; calling again with the same or newer ones is
   *     always right
   */
  void write(Map<String, byte @Nullable []> values) throws IOException;

  /** Makes what was written outlive the end of the machine too. */
  void sync() throws IOException;

  /** Where it keeps things, for people. */
  String place();

  @Override
  void close() throws IOException;
}
