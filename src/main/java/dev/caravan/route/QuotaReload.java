package dev.caravan.route;

import dev.caravan.pool.Pool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes in again what is kept of a pool. */
@FunctionalInterface
public interface QuotaReload {

  /**
   * Reads it and takes it in. May block.
   *
   * @param credentials ids of those that are meant, null for all
   * @param replace whether what is kept counts in place of what is known; otherwise the higher
   *     counts and the later ends of both
   */
  void reload(Pool pool, @Nullable List<String> credentials, boolean replace);
}
