package dev.caravan.pool;

import dev.caravan.call.TimeSource;
import java.time.Duration;
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
  private static final Duration IDLE = Duration.ofHours(1);

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

  /**
   * Makes the pool of one tenant or user at a provider, or gives it other credentials (rotation.md
   * 7.8). It shares nothing with the pool of everybody, and forgets itself after an hour without a
   * call; what it knows stays with the {@link PoolMemory}.
   *
   * @param classifier who it is for; any text
   */
  public Pool installFor(
      String classifier, String provider, PoolOptions options, List<Credential> credentials) {
    return install(nameFor(classifier, provider), options, credentials);
  }

  /** The pool of one tenant or user; null when it has none, whatever everybody has. */
  public @Nullable Pool findFor(String classifier, String provider) {
    return byProvider.get(nameFor(classifier, provider));
  }

  /** Name of such a pool: safe as the name of a folder, a slash, the provider. */
  static String nameFor(String classifier, String provider) {
    String safe = classifier.replaceAll("[^A-Za-z0-9_-]", "_");
    boolean asItWas = safe.equals(classifier) && safe.length() <= 40 && !safe.isEmpty();
    String cut = safe.length() <= 40 ? safe : safe.substring(0, 40);
    String name = asItWas ? safe : cut + "-" + Long.toHexString(hash(classifier) & Long.MAX_VALUE);
    return name + "/" + provider;
  }

  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * What the clock asks for: ends the windows whose time has come ({@link Pool#endWindows}), and
   * forgets the pools of tenants that were silent for an hour.
   *
   * @return windows that ended
   */
  public int endWindows() {
    byProvider
        .entrySet()
        .removeIf(e -> e.getKey().indexOf('/') >= 0 && e.getValue().idleNanos() > IDLE.toNanos());
    return byProvider.values().stream().mapToInt(Pool::endWindows).sum();
  }

  /** All pools, as they are now. */
  public Collection<Pool> all() {
    return List.copyOf(byProvider.values());
  }
}
