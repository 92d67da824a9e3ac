package dev.caravan.upstream;

import dev.caravan.call.Access;
import dev.caravan.call.TimeSource;
import dev.caravan.pool.Baseline;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.provider.Provider;
import dev.caravan.provider.quota.QuotaReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
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
  private static final int AT_A_TIME = 5;

  private final UpstreamClient client;
  private final Pools pools;
  private final TimeSource time;
  private final Function<String, Duration> rhythm;
  private final Map<String, Long> dueAt = new ConcurrentHashMap<>();

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
      if (reader != null && url != null && pool != null && isDue(provider.getName())) {
        taken += read(provider, reader, url, pool);
      }
    }
    return taken;
  }

  private boolean isDue(String provider) {
    long now = time.epochMillis();
    Long due = dueAt.get(provider);
    if (due != null && due > now) {
      return false;
    }
    dueAt.put(provider, now + rhythm.apply(provider).toMillis());
    return true;
  }

  private int read(Provider provider, QuotaReader reader, String url, Pool pool) {
    Semaphore places = new Semaphore(AT_A_TIME);
    AtomicInteger taken = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Credential credential : pool.credentials()) {
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
    try {
      @Nullable Access access = Grants.of(credential.secret(), PATIENCE, time);
      UpstreamClient.Page page =
          client.ask(
              Grants.url(provider, url, access),
              Grants.headers(provider, access),
              reader.question(access),
              provider.getProxyUrl(),
              PATIENCE);
      if (page.status() != 200) {
        LOG.info(
            "provider {}: credential {}: its quota was refused with {}; the last figures stay",
            provider.getName(),
            credential.secret().fingerprint(),
            page.status());
        return false;
      }
      String plan = Objects.requireNonNullElse(credential.tier(), "");
      for (Baseline baseline :
          reader.read(page.body(), time.epochMillis(), model -> provider.quotaLimit(model, plan))) {
        pool.take(credential.id(), baseline);
      }
      return true;
    } catch (IOException e) {
      LOG.info(
          "provider {}: credential {}: its quota cannot be read ({}); the last figures stay",
          provider.getName(),
          credential.secret().fingerprint(),
          e.getClass().getSimpleName());
      return false;
    }
  }
}
