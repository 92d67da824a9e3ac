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
import dev.caravan.provider.quota.ToldPlans;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
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
  private final ToldPlans plans;
  private final Map<String, Turn> turns = new ConcurrentHashMap<>();
  private final Map<String, Long> groupsDueAt = new ConcurrentHashMap<>();

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
    return read(providers, changed, this::due).taken();
  }

  /**
   * What has come of asking.
   *
   * @param asked credentials whose provider was asked
   * @param taken those of them whose figures were taken over
   */
  public record Tally(int asked, int taken) {}

  /**
   * Asks at once, whether it is due or not.
   *
   * @param whose the credentials that are meant; those that are out of use are left out
   */
  public Tally readNow(
      Collection<Provider> providers, Consumer<Provider> changed, Predicate<Credential> whose) {
    return read(
        providers, changed, (provider, pool) -> inUse(pool).stream().filter(whose).toList());
  }

  private Tally read(
      Collection<Provider> providers,
      Consumer<Provider> changed,
      BiFunction<String, Pool, List<Credential>> whose) {
    int asked = 0;
    int taken = 0;
    for (Provider provider : providers) {
      QuotaReader reader = provider.quotaReader().orElse(null);
      String url = provider.quotaPage().orElse(null);
      Pool pool = pools.find(provider.getName());
      if (reader != null && url != null && pool != null) {
        List<Credential> due = whose.apply(provider.getName(), pool);
        if (!due.isEmpty()) {
          AtomicBoolean news = new AtomicBoolean();
          asked += due.size();
          taken += read(provider, reader, url, pool, due, news);
          boolean others = areGroupsDue(provider.getName()) && readGroups(provider, pool);
          if (others || news.get()) {
            changed.accept(provider);
          }
        }
      }
    }
    return new Tally(asked, taken);
  }

  private static List<Credential> inUse(Pool pool) {
    List<Credential> inUse = new ArrayList<>();
    for (Credential credential : pool.credentials()) {
      Pool.@Nullable Glance glance = pool.glance(credential.id());
      if (glance != null && !glance.off()) {
        inUse.add(credential);
      }
    }
    return inUse;
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
      Provider provider,
      QuotaReader reader,
      String url,
      Pool pool,
      List<Credential> due,
      AtomicBoolean news) {
    Semaphore places = new Semaphore(AT_A_TIME);
    AtomicInteger taken = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Credential credential : due) {
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

  /** Which models share a quota is the same for all credentials, so one round asks once. */
  private boolean areGroupsDue(String provider) {
    long now = time.epochMillis();
    if (now < groupsDueAt.getOrDefault(provider, 0L)) {
      return false;
    }
    groupsDueAt.put(provider, now + rhythm.apply(provider).toMillis());
    return true;
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
