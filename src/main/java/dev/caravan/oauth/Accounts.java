package dev.caravan.oauth;

import dev.caravan.provider.Provider;
import dev.caravan.provider.account.OAuth;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All accounts of the gateway. Outlives the routes: an account that stays keeps its token and the
 * refresh that is under way. Looks after them by the clock: those that are due are refreshed one
 * after the other, so that many do not ask a provider at once (providers.md 2.4). Thread-safe.
 */
public final class Accounts {
  private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);
  private static final Duration LAST_WAIT = Duration.ofSeconds(5);
  private static final Duration LONGEST_GAP = Duration.ofSeconds(30);

  private final CredentialStore store;
  private final AccountSources sources;
  private final Surroundings around;
  private final UnaryOperator<String> fingerprint;
  private final Duration interval;
  private final RandomGenerator random;
  private final Map<String, OAuthAccount> known = new ConcurrentHashMap<>();
  private final Map<String, List<OAuthAccount>> live = new ConcurrentHashMap<>();
  private final Map<String, Line> lines = new LinkedHashMap<>();
  private long checkAtMillis;
  private volatile @Nullable String looked;

  /** Those of a provider that wait for their refresh. */
  private static final class Line {
    private final Deque<OAuthAccount> waiting = new ArrayDeque<>();
    private long nextAtMillis;
    private long gapMillis;
  }

  /**
   * Knows nobody yet.
   *
   * @param fingerprint names identities
   * @param interval between two looks at who is due
   * @param checkAtOnce whether the first look is taken right after the start
   */
  public Accounts(
      CredentialStore store,
      Surroundings around,
      UnaryOperator<String> fingerprint,
      Duration interval,
      boolean checkAtOnce,
      RandomGenerator random) {
    this.store = store;
    this.sources = new AccountSources(store);
    this.around = around;
    this.fingerprint = fingerprint;
    this.interval = interval;
    this.random = random;
    this.checkAtMillis = around.time().epochMillis() + (checkAtOnce ? 0 : interval.toMillis());
  }

  /** The names of the providers that seem to have an account. */
  public Set<String> present(Collection<String> providers) {
    return sources.present(providers, around.variables().get());
  }

  /** The accounts of a provider, as its places hold them now. */
  public List<OAuthAccount> of(Provider provider) {
    OAuth oauth = provider.oauth().orElse(null);
    if (oauth == null) {
      return List.of();
    }
    List<OAuthAccount> accounts = new ArrayList<>();
    for (AccountSources.Found found :
        sources.of(provider.getName(), oauth, around.variables().get())) {
      OAuthAccount account = account(provider, found);
      if (account.isDisabled()) {
        LOG.info(
            "provider {}: account {} is disabled in its file", account.provider(), account.name());
      } else {
        accounts.add(account);
      }
    }
    return List.copyOf(accounts);
  }

  private OAuthAccount account(Provider provider, AccountSources.Found found) {
    String key = provider.getName() + "|" + found.name() + "|" + found.identity();
    @Nullable OAuthAccount there = known.get(key);
    if (there != null) {
      there.adopt(provider);
      there.lookAgain();
      return there;
    }
    double share;
    synchronized (random) {
      share = random.nextDouble();
    }
    OAuthAccount fresh =
        new OAuthAccount(
            found.name(),
            fingerprint.apply("account " + provider.getName() + " " + found.identity()),
            found.file(),
            store,
            provider,
            found.document(),
            around,
            share);
    OAuthAccount first = known.putIfAbsent(key, fresh);
    return first == null ? fresh : first;
  }

  /** These are the accounts that a provider uses from now on. */
  public void use(String provider, List<OAuthAccount> accounts) {
    live.put(provider, List.copyOf(accounts));
  }

  /**
   * Whether the folder has other files than when its accounts were last looked for, or an account
   * has another plan; asked for by who makes the pools.
   */
  public boolean haveChanged() {
    String now = look();
    String before = looked;
    return before != null && !before.equals(now);
  }

  /** What there is, so that a change of it is seen. */
  private String look() {
    StringBuilder all = new StringBuilder(sources.files().toString());
    for (OAuthAccount account : new TreeMap<>(known).values()) {
      Map<String, String> facts = account.facts();
      all.append('|').append(account.name()).append(facts.get("tier"));
      all.append(facts.get("plan_type")).append(account.label()).append(account.isDisabled());
    }
    return all.toString();
  }

  /** From now on {@link #haveChanged} tells what is new. */
  public void looked() {
    looked = look();
  }

  /** The accounts that are in use. */
  public List<OAuthAccount> all() {
    return live.values().stream().flatMap(List::stream).toList();
  }

  /**
   * What the clock asks for: looks after every account, and refreshes those whose turn it is.
   * Returns at once; refreshes run in the background.
   *
   * @return refreshes that were begun
   */
  public synchronized int tend() {
    long now = around.time().epochMillis();
    List<OAuthAccount> all = all();
    all.forEach(OAuthAccount::tend);
    known.values().stream().filter(OAuthAccount::isDisabled).forEach(OAuthAccount::tend);
    if (now >= checkAtMillis) {
      checkAtMillis = now + interval.toMillis();
      for (OAuthAccount account : all) {
        // whoever ends before the next look is due now
        if (account.dueAtMillis() <= now) {
          line(account.provider(), now).waiting.add(account);
        }
      }
      lines.values().forEach(this::spread);
    }
    return lines.values().stream().mapToInt(line -> advance(line, now)).sum();
  }

  private Line line(String provider, long now) {
    Line line = lines.computeIfAbsent(provider, name -> new Line());
    if (line.waiting.isEmpty()) {
      line.nextAtMillis = Math.max(line.nextAtMillis, now);
    }
    return line;
  }

  private void spread(Line line) {
    List<OAuthAccount> once = line.waiting.stream().distinct().toList();
    line.waiting.clear();
    line.waiting.addAll(once);
    line.gapMillis =
        Math.min(LONGEST_GAP.toMillis(), interval.toMillis() / Math.max(1, once.size()));
  }

  private static int advance(Line line, long now) {
    int begun = 0;
    while (line.nextAtMillis <= now) {
      OAuthAccount next = line.waiting.poll();
      if (next == null) {
        return begun;
      }
      if (next.dueAtMillis() <= now) {
        next.refreshIfDue();
        begun++;
        line.nextAtMillis += line.gapMillis;
      }
    }
    return begun;
  }

  /**
   * The end: waits a while for refreshes that are under way, whose answers would be lost with the
   * process, and saves what is not on disk yet.
   */
  public void close() {
    CompletableFuture.allOf(
            all().stream().map(OAuthAccount::landing).toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    all().forEach(OAuthAccount::saveAgain);
  }
}
