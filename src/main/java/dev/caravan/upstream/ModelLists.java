package dev.caravan.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.call.Access;
import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.provider.LocalServer;
import dev.caravan.provider.ModelFilter;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of the providers, as clients may name them: what a definition lists, and what the
 * provider itself lists. It is asked in the background, now and then; its last good list is kept in
 * memory and on disk, and stays when it cannot be had (http-api.md 11). Lists are answered from
 * memory: a provider that is slow or down is waited for by nobody but who comes before anything is
 * known of it, and not for long. Outlives the routes. Thread-safe.
 */
public final class ModelLists {
  private static final Logger LOG = LoggerFactory.getLogger(ModelLists.class);
  private static final int CREDENTIALS_TO_ASK_WITH = 3;
  private static final int ASKED_AT_ONCE = 8;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final long FIRST_REST_MILLIS = 60_000;
  private static final long LONGEST_REST_MILLIS = 3_600_000;

  /**
   * One model.
   *
   * @param id {@code provider/model}, as clients name it
   * @param owner the provider
   * @param factsOf the name by which tables of prices know it: the same, unless the definition
   *     gives it another name
   * @param created epoch seconds of its release, 0 when not known
   * @param context tokens that a server of one's own has set for it, 0 when it does not tell
   */
  public record Card(String id, String owner, String factsOf, long created, long context) {
    /** One whose provider tells no context. */
    public Card(String id, String owner, String factsOf, long created) {
      this(id, owner, factsOf, created, 0);
    }
  }

  /**
   * How asking a provider has gone.
   *
   * @param listed how many models it listed
   * @param fetchedAtMillis when its last good list came, 0 for never
   * @param dueAtMillis when it is asked again
   * @param trouble why the last question had no answer, empty when it had
   * @param server the program that answers, null when it does not tell
   */
  public record Standing(
      int listed,
      long fetchedAtMillis,
      long dueAtMillis,
      String trouble,
      @Nullable LocalServer server) {}

  /** What is known of one provider. */
  private static final class Known {
    private @Nullable CountDownLatch question;
    private volatile List<ModelList.Model> models = List.of();
    private volatile @Nullable LocalServer server;
    private volatile String url = "";
    private volatile long fetchedAtMillis;
    private volatile long dueAtMillis;
    private volatile boolean answered;
    private volatile int failures;
    private volatile String trouble = "";
    private volatile boolean told;
  }

  private final UpstreamClient client;
  private final Pools pools;
  private final TimeSource time;
  private final Duration freshFor;
  private final Duration patience;
  private final ModelListFiles files;
  private final Semaphore turns = new Semaphore(ASKED_AT_ONCE);
  private final AtomicLong version = new AtomicLong();
  private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

  /**
   * Knows nothing yet, and asks nobody before it is asked.
   *
   * @param freshFor how long a list is believed
   * @param patience how long a caller waits for providers of which nothing is known yet
   * @param folder where lists are kept over a restart
   */
  public ModelLists(
      UpstreamClient client,
      Pools pools,
      TimeSource time,
      Duration freshFor,
      Duration patience,
      Path folder) {
    this.client = client;
    this.pools = pools;
    this.time = time;
    this.freshFor = freshFor;
    this.patience = patience;
    this.files = new ModelListFiles(folder);
  }

  /** Tells those of new routes which program they are, as far as that is known. */
  public void recognise(Collection<Provider> providers) {
    providers.stream().filter(Provider::isOnesOwn).forEach(this::knownOf);
  }

  /** Asks the providers whose list has grown old, in the background. */
  public void refresh(Collection<Provider> providers) {
    providers.stream().filter(this::isDue).forEach(this::askInBackground);
  }

  /**
   * Sees to it that as much is known as can be for now: asks for what is old, and waits a little
   * for what has never been known.
   */
  public void prepare(Collection<Provider> providers) throws InterruptedException {
    List<CountDownLatch> first = new ArrayList<>();
    for (Provider provider : providers) {
      if (isDue(provider)) {
        CountDownLatch question = askInBackground(provider);
        if (!knownOf(provider).answered) {
          first.add(question);
        }
      }
    }
    long until = time.nanos() + patience.toNanos();
    for (CountDownLatch question : first) {
      // what comes later is there for the next caller
      if (!question.await(until - time.nanos(), TimeUnit.NANOSECONDS)) {
        LOG.debug("a model list was not there in time");
      }
    }
  }

  /** The models of some providers as they are known now, sorted by provider and name. */
  public List<Card> of(Collection<Provider> providers) {
    List<Card> cards = new ArrayList<>();
    for (Provider provider : providers) {
      cards.addAll(cardsOf(provider));
    }
    cards.sort(Comparator.comparing(Card::owner).thenComparing(Card::id));
    return cards;
  }

  /** Changes with every list that has changed. */
  public long version() {
    return version.get();
  }

  /** How asking that provider has gone. */
  public Standing standing(Provider provider) {
    Known memory = knownOf(provider);
    return new Standing(
        memory.models.size(),
        memory.fetchedAtMillis,
        memory.dueAtMillis,
        memory.trouble,
        memory.server);
  }

  private List<Card> cardsOf(Provider provider) {
    Map<String, Card> byId = new LinkedHashMap<>();
    String name = provider.getName();
    for (var model : provider.staticModels()) {
      byId.put(model.name(), new Card(name + "/" + model.name(), name, name + "/" + model.id(), 0));
    }
    Known memory = knownOf(provider);
    for (ModelList.Model model : memory.models) {
      byId.computeIfAbsent(model.id(), id -> card(name, id, model.created(), model.context()));
    }
    if (byId.isEmpty()) {
      for (String model : provider.getFallbackModels()) {
        byId.put(model, card(name, model, 0, 0));
      }
    }
    int before = byId.size();
    ModelFilter filter = provider.filter();
    byId.keySet().removeIf(model -> !filter.allows(name, model));
    if (byId.isEmpty() && before > 0 && !memory.told) {
      memory.told = true;
      LOG.warn(
          "provider {}: its filters hide all of its {} models; look at IGNORE_MODELS_{} and WHITELIST_MODELS_{}",
          name,
          before,
          variable(name),
          variable(name));
    }
    return List.copyOf(byId.values());
  }

  private static Card card(String provider, String model, long created, long context) {
    String id = provider + "/" + model;
    return new Card(id, provider, id, created, context);
  }

  private static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** What is known of a provider; a list that was found at another address is not its own. */
  private Known knownOf(Provider provider) {
    String url = provider.modelsUrl().orElse("");
    Known memory = known.get(provider.getName());
    if (memory == null || !memory.url.equals(url)) {
      memory = remember(provider.getName(), url);
    }
    provider.seenAs(memory.server);
    return memory;
  }

  private synchronized Known remember(String provider, String url) {
    Known there = known.get(provider);
    if (there != null && there.url.equals(url)) {
      return there;
    }
    Known memory = new Known();
    memory.url = url;
    ModelListFiles.Kept kept = url.isEmpty() ? null : files.read(provider, url);
    if (kept != null) {
      memory.models = kept.models();
      memory.server = kept.server();
      memory.fetchedAtMillis = kept.atMillis();
      memory.dueAtMillis = Math.min(kept.atMillis(), time.epochMillis()) + freshFor.toMillis();
      memory.answered = true;
    }
    known.put(provider, memory);
    version.incrementAndGet();
    return memory;
  }

  private boolean isDue(Provider provider) {
    Known memory = knownOf(provider);
    return !memory.url.isEmpty() && memory.dueAtMillis <= time.epochMillis();
  }

  /** The question that is under way, or a new one. */
  private CountDownLatch askInBackground(Provider provider) {
    Known memory = knownOf(provider);
    CountDownLatch mine = new CountDownLatch(1);
    synchronized (memory) {
      CountDownLatch running = memory.question;
      if (running != null) {
        return running;
      }
      memory.question = mine;
    }
    Thread.startVirtualThread(() -> ask(provider, memory, mine));
    return mine;
  }

  private void ask(Provider provider, Known memory, CountDownLatch question) {
    try {
      turns.acquire();
      try {
        ask(provider, memory);
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      memory.answered = true;
      synchronized (memory) {
        memory.question = null;
      }
      question.countDown();
    }
  }

  private void ask(Provider provider, Known memory) {
    String trouble = "";
    for (@Nullable Secret secret : secretsOf(provider)) {
      try {
        adopt(provider, memory, list(provider, secret));
        return;
      } catch (IOException e) {
        trouble = String.valueOf(e.getMessage());
      }
    }
    failed(provider, memory, trouble);
  }

  private ModelList.Page list(Provider provider, @Nullable Secret secret) throws IOException {
    Access access = Grants.of(secret, ANSWER_WITHIN, time);
    UpstreamClient.Page page =
        client.get(
            Grants.url(provider, provider.modelsUrl().orElseThrow(), access),
            Grants.headers(provider, access),
            provider.getProxyUrl(),
            ANSWER_WITHIN);
    if (page.status() != 200) {
      throw new IOException("it was refused with " + page.status());
    }
    if (page.type().contains("html")) {
      throw new IOException("it is a web page, not JSON");
    }
    try {
      return ModelList.page(page.body());
    } catch (JsonProcessingException e) {
      throw new IOException("it is not JSON", e);
    }
  }

  private void adopt(Provider provider, Known memory, ModelList.Page page) {
    List<ModelList.Model> models = page.models();
    memory.server = page.server();
    provider.seenAs(page.server());
    if (!models.equals(memory.models)) {
      memory.models = models;
      memory.told = false;
      version.incrementAndGet();
    }
    memory.failures = 0;
    memory.trouble = "";
    memory.fetchedAtMillis = time.epochMillis();
    memory.dueAtMillis = memory.fetchedAtMillis + freshFor.toMillis();
    files.write(
        provider.getName(),
        memory.url,
        new ModelListFiles.Kept(models, memory.fetchedAtMillis, page.server()));
    if (models.size() >= ModelList.MOST) {
      LOG.warn(
          "provider {}: it lists too many models; the first {} are known",
          provider.getName(),
          ModelList.MOST);
    }
  }

  /** The last good list stays; a provider that cannot be asked is asked less and less often. */
  private void failed(Provider provider, Known memory, String trouble) {
    int before = memory.failures;
    long rest = Math.min(LONGEST_REST_MILLIS, FIRST_REST_MILLIS << Math.min(before, 10));
    memory.failures = before + 1;
    memory.trouble = trouble;
    memory.dueAtMillis = time.epochMillis() + rest; // last: then all of it is known
    if (before == 0) {
      LOG.info(
          "provider {}: its model list cannot be had ({}); {} models are known of it, and it is asked again in {} s",
          provider.getName(),
          trouble,
          memory.models.size(),
          rest / 1000);
    }
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
