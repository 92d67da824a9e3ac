package dev.caravan.upstream;

import dev.caravan.call.Access;
import dev.caravan.call.TimeSource;
import dev.caravan.pool.Baseline;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.provider.Provider;
import dev.caravan.provider.quota.QuotaReader;
import dev.caravan.provider.quota.ToldPlans;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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
  private final ToldPlans plans;
  private final Map<String, Long> dueAt = new ConcurrentHashMap<>();

  /**
   * Makes it.
   *
   * @param rhythm how long the figures of a provider of this name are good
   * @param plans where plans and groups are noted
   */
  public QuotaPages(
      UpstreamClient client,
      Pools pools,
      TimeSource time,
      Function<String, Duration> rhythm,
      ToldPlans plans) {
    this.client = client;
    this.pools = pools;
    this.time = time;
    this.rhythm = rhythm;
    this.plans = plans;
  }

  /**
   * Asks for what is due, and waits for the answers.
   *
   * @param changed is given the providers whose plans or groups are others now
   * @return credentials whose figures were taken over
   */
  public int read(Collection<Provider> providers, Consumer<Provider> changed) {
    int taken = 0;
    for (Provider provider : providers) {
      QuotaReader reader = provider.quotaReader().orElse(null);
      String url = provider.quotaPage().orElse(null);
      Pool pool = pools.find(provider.getName());
      if (reader != null && url != null && pool != null && isDue(provider.getName())) {
        AtomicBoolean news = new AtomicBoolean();
        taken += read(provider, reader, url, pool, news);
        if (readGroups(provider, pool) || news.get()) {
          changed.accept(provider);
        }
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

  private int read(
      Provider provider, QuotaReader reader, String url, Pool pool, AtomicBoolean news) {
    Semaphore places = new Semaphore(AT_A_TIME);
    AtomicInteger taken = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Credential credential : pool.credentials()) {
        threads.execute(
            () -> {
              places.acquireUninterruptibly();
              try {
                if (ask(provider, reader, url, pool, credential, news)) {
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

  /** Asks which models share a quota; whether they are others now. */
  private boolean readGroups(Provider provider, Pool pool) {
    boolean news = false;
    for (Map.Entry<String, String> group : provider.quotaGroupPages().entrySet()) {
      for (Credential credential : pool.credentials()) {
        try {
          @Nullable Access access = Grants.of(credential.secret(), PATIENCE, time);
          UpstreamClient.Page page =
              client.get(
                  Grants.url(provider, group.getValue(), access),
                  Grants.headers(provider, access),
                  provider.getProxyUrl(),
                  PATIENCE);
          if (page.status() == 200) {
            List<String> models =
                ModelList.read(page.body()).stream().map(ModelList.Model::id).toList();
            news |= plans.modelsAre(provider.getName(), group.getKey(), models);
            break;
          }
        } catch (IOException e) {
          LOG.debug("provider {}: the models of {} cannot be had", provider.getName(), group, e);
        }
      }
    }
    return news;
  }

  private boolean ask(
      Provider provider,
      QuotaReader reader,
      String url,
      Pool pool,
      Credential credential,
      AtomicBoolean news) {
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
      String told = reader.planIn(page.body());
      if (!told.isEmpty() && plans.planIs(provider.getName(), credential.id(), told)) {
        LOG.info(
            "provider {}: credential {}: its plan is {}",
            provider.getName(),
            credential.secret().fingerprint(),
            told);
        news.set(true);
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
