package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.pool.PoolState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the usage files of the reference implementation, {@code usage/usage_<provider>.json}
 * in the data folder: each once, which the store remembers, and without touching it.
 */
public final class UsageImport {
  private static final Logger LOG = LoggerFactory.getLogger(UsageImport.class);
  private static final String MARK = ":imported/";

  private final Path folder;
  private final UnaryOperator<String> fingerprints;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Set<String> fresh = ConcurrentHashMap.newKeySet();

  /**
   * Looks into that folder.
   *
   * @param folder {@code usage/} of the data folder; need not exist
   * @param fingerprints from an API key to the id of its credential
   */
  public UsageImport(Path folder, UnaryOperator<String> fingerprints) {
    this.folder = folder;
    this.fingerprints = fingerprints;
  }

  /** Whether a name of the store is one of the marks made here; it is taken note of then. */
  boolean isMark(String name) {
    if (!name.startsWith(MARK)) {
      return false;
    }
    known.add(name.substring(MARK.length()));
    return true;
  }

  /** Marks that have to be kept since this was asked last. */
  Map<String, byte @Nullable []> done() {
    Map<String, byte @Nullable []> marks = new HashMap<>();
    fresh.removeIf(
        provider -> {
          marks.put(MARK + provider, "{}".getBytes(UTF_8));
          return true;
        });
    return marks;
  }

  /** What its file tells about a provider; null when there is none or it was taken over before. */
  @Nullable PoolState of(String provider) {
    Path file = folder.resolve("usage_" + provider + ".json");
    if (!Files.isRegularFile(file) || !known.add(provider)) {
      return null;
    }
    try {
      PoolState state =
          new UsageFile(provider, fingerprints, System.currentTimeMillis())
              .read(Files.readAllBytes(file));
      fresh.add(provider);
      LOG.info(
          "state: took over what {} tells about {} credentials of {}; the file stays as it is",
          file,
          state.credentials().size(),
          provider);
      return state;
    } catch (IOException e) {
      LOG.warn("state: {} is not taken over: {}", file, FileStore.reason(e));
      return null;
    }
  }
}
