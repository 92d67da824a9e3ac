package dev.caravan.upstream;

import dev.caravan.call.Access;
import dev.caravan.call.AccountUnusable;
import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import dev.caravan.pool.Baseline;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.provider.Provider;
import dev.caravan.provider.quota.QuotaReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers for the quotas of their credentials and tells the pools (rotation.md 4.5). What
 * cannot be had or read changes nothing; of a refusal only the status is logged. Outlives the
 * routes, so that a reload asks nobody. Thread-safe.
 */
public final class QuotaPages {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaPages.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LONGEST_GAP = Duration.ofSeconds(5);
  private static final int AT_A_TIME = 5;

  private final UpstreamClient client;
  private final Pools pools;
  private final TimeSource time;
  private final Function<String, Duration> rhythm;
  private final Map<String, Turn> turns = new ConcurrentHashMap<>();

  /** Whose figures are asked for when. */
  private static final class Turn {
    private long dueAt;
    private long readAt;
    private long refusedAt;
    private @Nullable Secret refused;

    Turn(long dueAt) {
      this.dueAt = dueAt;
    }

    /**
     * Whether it is this one's turn; then the next comes a round later. Left out is who is out of
     * use, whoever was refused and has neither a new secret nor an answer since, and whose figures
     * cannot have changed.
     */
    synchronized boolean take(
        long now, long round, Credential credential, Pool.@Nullable Glance glance) {
      if (now < dueAt) {
        return false;
      }
      dueAt = now + jittered(round);
      if (glance == null || glance.off()) {
        return false;
      }
      if (refused != null
          && credential.secret().equals(refused)
          && glance.lastSuccess() <= refusedAt) {
        return false;
      }
      return readAt == 0 || glance.rests() || glance.lastUsed() >= readAt;
    }

    synchronized void read(long now) {
      readAt = now;
      refusedAt = 0;
      refused = null;
    }

    synchronized void refused(long now, Secret secret) {
      refusedAt = now;
      refused = secret;
    }
  }

  /**
   * Makes it.
   *
   * @param rhythm how long the figures of a provider of this name are good
   */
  public QuotaPages(
      UpstreamClient client, Pools pools, TimeSource time, Function<String, Duration> rhythm) {
    this.client = client;
    this.pools = pools;
    this.time = time;
    this.rhythm = rhythm;
  }

  /**
   * Asks for what is due, and waits for the answers.
   *
   * @return credentials whose figures were taken over
   */
  public int read(Collection<Provider> providers) {
    int taken = 0;
    for (Provider provider : providers) {
      QuotaReader reader = provider.quotaReader().orElse(null);
      String url = provider.quotaPage().orElse(null);
      Pool pool = pools.find(provider.getName());
      if (reader != null && url != null && pool != null) {
        List<Credential> due = due(provider.getName(), pool);
        taken += due.isEmpty() ? 0 : read(provider, reader, url, pool, due);
      }
    }
    return taken;
  }

  /**
   * Whose turn it is. The first round is spread, a few seconds from one to the next or over the
   * whole interval where there are many, and each goes on from there with an interval that is never
   * quite the same.
   */
  private List<Credential> due(String provider, Pool pool) {
    long now = time.epochMillis();
    long round = rhythm.apply(provider).toMillis();
    List<Credential> all = pool.credentials();
    long gap = Math.min(LONGEST_GAP.toMillis(), round / Math.max(1, all.size()));
    List<Credential> due = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Credential credential = all.get(i);
      long first = now + i * gap;
      Turn turn = turns.computeIfAbsent(key(provider, credential), name -> new Turn(first));
      if (turn.take(now, round, credential, pool.glance(credential.id()))) {
        due.add(credential);
      }
    }
    return due;
  }

  private static String key(String provider, Credential credential) {
    return provider + "/" + credential.id();
  }

  private static long jittered(long millis) {
    return Math.round(millis * (0.9 + 0.2 * ThreadLocalRandom.current().nextDouble()));
  }

  private int read(
      Provider provider, QuotaReader reader, String url, Pool pool, List<Credential> due) {
    Semaphore places = new Semaphore(AT_A_TIME);
    AtomicInteger taken = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Credential credential : due) {
        threads.execute(
            () -> {
              places.acquireUninterruptibly();
              try {
                if (ask(provider, reader, url, pool, credential)) {
                  taken.incrementAndGet();
                }
              } finally {
                places.release();
              }
            });
      }
    }
    return taken.get();
  }

  private boolean ask(
      Provider provider, QuotaReader reader, String url, Pool pool, Credential credential) {
    Turn turn = turns.computeIfAbsent(key(provider.getName(), credential), name -> new Turn(0));
    try {
      @Nullable Access access = Grants.of(credential.secret(), PATIENCE, time);
      UpstreamClient.Page page =
          client.ask(
              Grants.url(provider, url, access),
              Grants.headers(provider, access),
              reader.question(access),
              provider.getProxyUrl(),
              PATIENCE);
      if (page.status() == 401 || page.status() == 403) {
        turn.refused(time.epochMillis(), credential.secret());
      }
      if (page.status() != 200) {
        LOG.info(
            "provider {}: credential {}: its quota was refused with {}; the last figures stay",
            provider.getName(),
            credential.secret().fingerprint(),
            page.status());
        return false;
      }
      turn.read(time.epochMillis());
      String plan = Objects.requireNonNullElse(credential.tier(), "");
      for (Baseline baseline :
          reader.read(page.body(), time.epochMillis(), model -> provider.quotaLimit(model, plan))) {
        pool.take(credential.id(), baseline);
      }
      return true;
    } catch (IOException e) {
      if (e instanceof AccountUnusable unusable && unusable.needsLogin()) {
        turn.refused(time.epochMillis(), credential.secret());
      }
      LOG.info(
          "provider {}: credential {}: its quota cannot be read ({}); the last figures stay",
          provider.getName(),
          credential.secret().fingerprint(),
          e.getClass().getSimpleName());
      return false;
    }
  }
}
