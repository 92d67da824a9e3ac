package dev.caravan.upstream;

import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of the providers, as clients may name them: what a definition lists, and what the
 * provider itself lists, asked now and then in the background and kept when it cannot be had
 * (http-api.md 11). Outlives the routes. Thread-safe.
 */
public final class ModelCards {
  private static final Logger LOG = LoggerFactory.getLogger(ModelCards.class);
  private static final int CREDENTIALS_TO_ASK_WITH = 3;

  /**
   * One model.
   *
   * @param id {@code provider/model}
   * @param created epoch seconds of its release, 0 when not known
   */
  public record Card(String id, String provider, long created) {}

  /** What one provider has answered. */
  private static final class Known {
    private volatile List<ModelList.Model> models = List.of();
    private volatile long untilMillis;
    private final AtomicBoolean asking = new AtomicBoolean();
  }

  private final UpstreamClient client;
  private final Pools pools;
  private final TimeSource time;
  private final Duration freshFor;
  private final Duration patience;
  private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

  /**
   * Sets up an empty memory.
   *
   * @param freshFor how long a list is believed
   * @param patience how long a caller waits for lists that are not there yet
   */
  public ModelCards(
      UpstreamClient client, Pools pools, TimeSource time, Duration freshFor, Duration patience) {
    this.client = client;
    this.pools = pools;
    this.time = time;
    this.freshFor = freshFor;
    this.patience = patience;
  }

  /**
   * The models of some providers, sorted by provider and name. Waits a little for what is not known
   * yet.
   */
  public List<Card> of(Collection<Provider> providers) throws InterruptedException {
    List<Provider> stale = providers.stream().filter(this::isStale).toList();
    if (!stale.isEmpty()) {
      CountDownLatch answered = new CountDownLatch(stale.size());
      stale.forEach(provider -> askInBackground(provider, answered));
      if (stale.stream().anyMatch(p -> knownOf(p).models.isEmpty())) {
        // what comes later is there for the next caller
        boolean all = answered.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        LOG.debug("model lists of {} providers asked for, all in time: {}", stale.size(), all);
      }
    }
    List<Card> cards = new ArrayList<>();
    for (Provider provider : providers) {
      cards.addAll(cardsOf(provider));
    }
    cards.sort(Comparator.comparing(Card::provider).thenComparing(Card::id));
    return cards;
  }

  private List<Card> cardsOf(Provider provider) {
    Map<String, Card> byId = new LinkedHashMap<>();
    String name = provider.getName();
    for (var model : provider.staticModels()) {
      byId.put(model.name(), new Card(name + "/" + model.name(), name, 0));
    }
    List<ModelList.Model> listed = knownOf(provider).models;
    for (ModelList.Model model : listed) {
      byId.putIfAbsent(model.id(), new Card(name + "/" + model.id(), name, model.created()));
    }
    if (byId.isEmpty()) {
      for (String model : provider.getFallbackModels()) {
        byId.put(model, new Card(name + "/" + model, name, 0));
      }
    }
    byId.keySet().removeIf(model -> !provider.filter().allows(name, model));
    return List.copyOf(byId.values());
  }

  private Known knownOf(Provider provider) {
    return known.computeIfAbsent(provider.getName(), name -> new Known());
  }

  private boolean isStale(Provider provider) {
    return provider.modelsUrl().isPresent() && knownOf(provider).untilMillis < time.epochMillis();
  }

  private void askInBackground(Provider provider, CountDownLatch answered) {
    Known memory = knownOf(provider);
    if (!memory.asking.compareAndSet(false, true)) {
      answered.countDown();
      return;
    }
    Thread.startVirtualThread(
        () -> {
          try {
            ask(provider, memory);
          } finally {
            memory.asking.set(false);
            answered.countDown();
          }
        });
  }

  private void ask(Provider provider, Known memory) {
    String url = provider.modelsUrl().orElseThrow();
    for (@Nullable Secret secret : secretsOf(provider)) {
      try {
        UpstreamClient.Page page =
            client.get(
                url,
                provider.requestHeaders(secret),
                provider.getProxyUrl(),
                Duration.ofSeconds(20));
        if (page.status() == 200) {
          memory.models = List.copyOf(ModelList.read(page.body()));
          memory.untilMillis = time.epochMillis() + freshFor.toMillis();
          return;
        }
        LOG.debug(
            "provider {}: its model list was refused with {}", provider.getName(), page.status());
      } catch (IOException e) {
        LOG.debug(
            "provider {}: its model list cannot be had: {}", provider.getName(), e.getMessage());
      }
    }
    // the last good list stays; a provider that cannot be asked is not asked at every call
    memory.untilMillis = time.epochMillis() + Math.min(60_000, freshFor.toMillis());
  }

  private List<@Nullable Secret> secretsOf(Provider provider) {
    List<@Nullable Secret> secrets = new ArrayList<>();
    Pool pool = pools.find(provider.getName());
    if (pool != null) {
      for (Credential credential : pool.credentials()) {
        if (secrets.size() < CREDENTIALS_TO_ASK_WITH) {
          secrets.add(credential.secret());
        }
      }
    }
    if (secrets.isEmpty()) {
      secrets.add(null);
    }
    return secrets;
  }
}
