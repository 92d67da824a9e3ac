package dev.caravan.pool;

import dev.caravan.call.TimeSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All pools of the gateway, one a provider. Outlives every change of the routes, and so does all
 * that the pools know. Thread-safe.
 */
public final class Pools {
  private final Map<String, Pool> byProvider = new ConcurrentHashMap<>();
  private final TimeSource time;
  private final RandomGenerator random;
  private volatile PoolMemory memory = PoolMemory.NONE;

  /**
   * @param random seeds the chance of each pool; need not be thread-safe
   */
  public Pools(TimeSource time, RandomGenerator random) {
    this.time = time;
    this.random = random;
  }

  /** Where pools that are made from now on keep what they know; before the first one is made. */
  public void keepIn(PoolMemory where) {
    memory = where;
  }

  /**
   * Makes the pool of a provider, or gives it other options and credentials. Credentials that stay,
   * by id, keep their leases, counters and cooldowns; of two with the same id the first counts.
   * Leases of credentials that go end normally.
   */
  public Pool install(String provider, PoolOptions options, List<Credential> credentials) {
    Pool pool = byProvider.computeIfAbsent(provider, name -> create(name, options));
    pool.install(options, credentials);
    return pool;
  }

  private Pool create(String provider, PoolOptions options) {
    long seed;
    synchronized (random) {
      seed = random.nextLong();
    }
    PoolMemory kept = memory;
    PoolMemory.Remembered known = kept.load(provider);
    return new Pool(provider, options, time, new SplittableRandom(seed), kept, known);
  }

  public @Nullable Pool find(String provider) {
    return byProvider.get(provider);
  }

  /** All pools, as they are now. */
  public Collection<Pool> all() {
    return List.copyOf(byProvider.values());
  }
}
