package dev.caravan;

import dev.caravan.call.RecentCalls;
import dev.caravan.call.TimeSource;
import dev.caravan.config.Choice.GeminiAlt;
import dev.caravan.config.ClientKeys;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import dev.caravan.config.Settings;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.hub.Thoughts;
import dev.caravan.dialect.openai.OpenAiChat;
import dev.caravan.dialect.openai.embeddings.OpenAiEmbeddings;
import dev.caravan.event.EventBus;
import dev.caravan.http.HttpOptions;
import dev.caravan.http.StreamingHttpServer;
import dev.caravan.loop.Loops;
import dev.caravan.mock.MockProvider;
import dev.caravan.oauth.AccountHttp;
import dev.caravan.oauth.Accounts;
import dev.caravan.oauth.CredentialStore;
import dev.caravan.oauth.FolderLock;
import dev.caravan.oauth.Surroundings;
import dev.caravan.observe.Redaction;
import dev.caravan.observe.files.LogFiles;
import dev.caravan.pool.Fingerprints;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.pool.Sessions;
import dev.caravan.provider.ModelAliases;
import dev.caravan.provider.model.ModelCatalogue;
import dev.caravan.provider.model.PublicTables;
import dev.caravan.provider.quota.ToldPlans;
import dev.caravan.provider.transform.ReasoningMemories;
import dev.caravan.provider.transform.ReasoningMemory;
import dev.caravan.route.Authentication;
import dev.caravan.route.Breakers;
import dev.caravan.route.ClientErrors;
import dev.caravan.route.Conversations;
import dev.caravan.route.EmbeddingBatches;
import dev.caravan.route.Readiness;
import dev.caravan.route.Surfaces;
import dev.caravan.route.hook.HookCounts;
import dev.caravan.state.SessionFile;
import dev.caravan.state.StateInUse;
import dev.caravan.upstream.ModelLists;
import dev.caravan.upstream.OutboundProxies;
import dev.caravan.upstream.QuotaPages;
import dev.caravan.upstream.UpstreamClient;
import dev.caravan.upstream.UpstreamTimeouts;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What outlives every set of routes, put together in the order in which the parts need each other.
 */
final class Lasting {
  private static final Logger LOG = LoggerFactory.getLogger(Lasting.class);

  private final Configuration configuration;
  private final Vertx vertx;
  private final Dialects dialects = Dialects.onClassPath();
  private final Thoughts thoughts = new Thoughts();
  private final ReasoningMemories memories = new ReasoningMemories(this::memory);
  private final StreamingHttpServer server;
  private final Management management;
  private final RecentCalls recent;
  private final LogFiles logFiles;
  private final UpstreamClient upstream;
  private final Pools pools = new Pools(TimeSource.system(), ThreadLocalRandom.current());
  private final EventBus events = new EventBus();
  private final Remembering remembering;
  private final Accounts accounts;
  private final Breakers breakers = new Breakers();
  private final HookCounts hookCounts = new HookCounts();
  private final Libraries libraries;
  private final ModelAliases aliases;
  private final Readiness readiness;
  private final ModelLists modelLists;
  private final ModelCatalogue modelCatalogue;
  private final PublicTables publicTables;
  private final QuotaPages quotaPages;
  private final ToldPlans toldPlans = new ToldPlans();
  private final @Nullable SessionFile sessionFile;
  private final Surfaces surfaces;
  private @Nullable MockProvider mock;
  private volatile Runnable renewal = () -> {};

  /**
   * Puts them together.
   *
   * @throws StateInUse when another gateway uses the same state folder
   */
  Lasting(Configuration configuration, ProxyKey proxyKey, Vertx vertx, int loopCount)
      throws StateInUse {
    this.configuration = configuration;
    this.vertx = vertx;
    this.remembering = Remembering.open(configuration, pools, events);
    this.accounts = accounts(configuration, pools, remembering.fingerprints());
    this.libraries = Libraries.of(configuration.home());
    this.recent = new RecentCalls(configuration.get(Settings.DECISION_RECORDS));
    Loops loops = new Loops(vertx, loopCount);
    ClientErrors errors = new ClientErrors(dialects);
    ClientKeys keys = ClientKeys.of(configuration, proxyKey);
    this.management = new Management(configuration, keys);
    this.server =
        new StreamingHttpServer(loops, httpOptions(configuration), management.beside(errors));
    this.logFiles = new LogFiles(configuration, Redaction.of(configuration));
    server.witness(new TakingDown(logFiles));
    this.upstream = new UpstreamClient(loops, timeouts(configuration), proxies(configuration));
    Authentication authentication =
        new Authentication(keys, configuration.get(Settings.AUTH_QUERY_KEY), server::isDraining);
    errors.admitWith(authentication);
    this.modelLists =
        new ModelLists(
            upstream,
            pools,
            TimeSource.system(),
            configuration.get(Settings.MODEL_LIST_TTL),
            Duration.ofSeconds(2),
            configuration.home().resolve("cache").resolve("models"));
    this.modelCatalogue = new ModelCatalogue(configuration.home().resolve("model-info.yaml"));
    this.publicTables =
        new PublicTables(
            modelCatalogue,
            url -> upstream.page(url, Duration.ofSeconds(30)),
            TimeSource.system(),
            configuration.get(Settings.MODEL_INFO_REFRESH_INTERVAL),
            configuration.get(Settings.MODEL_INFO_OFFLINE),
            configuration.home().resolve("cache").resolve("model-info"));
    this.quotaPages =
        new QuotaPages(
            upstream,
            pools,
            TimeSource.system(),
            provider -> configuration.get(Settings.QUOTA_REFRESH_INTERVAL.of(provider)),
            toldPlans);
    this.aliases = aliases(configuration);
    this.readiness = new Readiness(server::isDraining, pools);
    Sessions sessions = sessions(configuration, remembering.fingerprints());
    boolean keepsSessions = configuration.get(Settings.SESSION_PERSISTENCE_ENABLED);
    this.sessionFile =
        sessions == null || !keepsSessions
            ? null
            : SessionFile.follow(configuration.home().resolve("session_stickiness.json"), sessions);
    this.surfaces =
        new Surfaces(
            dialects,
            authentication,
            readiness,
            modelLists,
            modelCatalogue,
            configuration.get(Settings.MODEL_INFO_REFRESH_INTERVAL),
            aliases,
            pools,
            remembering::reload,
            configuration.get(Settings.GLOBAL_TIMEOUT),
            recent,
            configuration.get(Settings.ROUTE_HEADER),
            configuration.get(Settings.TRANSLATION_STRICT),
            configuration.get(Settings.OVERRIDE_TEMPERATURE_ZERO),
            configuration.get(Settings.GEMINI_DEFAULT_ALT) == GeminiAlt.SSE,
            configuration.get(Settings.RESPONSES_ERROR_STYLE),
            configuration.get(Settings.ANTHROPIC_STREAM_ERROR_STYLE),
            new Conversations(
                sessions,
                configuration.get(Settings.SESSION_INFERENCE),
                keepsSessions,
                configuration.get(Settings.TRUSTED_SESSION_ID_FIELDS)),
            configuration.get(Settings.STREAM_RETRY_ON_REASONING_ONLY),
            batches(configuration),
            Version.number());
  }

  /** Null where nothing is to be remembered of conversations. */
  private static @Nullable Sessions sessions(Configuration c, Fingerprints fingerprints) {
    Duration ttl = c.get(Settings.SESSION_TTL);
    boolean wanted =
        c.get(Settings.SESSION_INFERENCE) || c.get(Settings.SESSION_PERSISTENCE_ENABLED);
    if (!wanted || ttl.isZero()) {
      return null;
    }
    String key = fingerprints.fingerprint("sessions") + fingerprints.fingerprint("of clients");
    return new Sessions(Long.parseUnsignedLong(key, 0, 16, 16), ttl, TimeSource.system());
  }

  /** Writes what is left to be remembered. */
  void closeMemory() {
    if (sessionFile != null) {
      sessionFile.close();
    }
    remembering.close();
  }

  /** What answers have thought, which turns need that go on in another generation. */
  Thoughts thoughts() {
    return thoughts;
  }

  /** What answers have thought that providers want back. */
  ReasoningMemories memories() {
    return memories;
  }

  private ReasoningMemory memory(String provider) {
    boolean onDisk = configuration.get(Settings.REASONING_CACHE_ENABLE.of(provider));
    Path file =
        configuration.home().resolve("cache").resolve(provider).resolve("reasoning_content.json");
    return new ReasoningMemory(
        onDisk ? file : null,
        new ReasoningMemory.Times(
            configuration
                .find(Settings.SIGNATURE_CACHE_TTL.of(provider))
                .orElseGet(() -> configuration.get(Settings.REASONING_CACHE_TTL.of(provider))),
            configuration
                .find(Settings.SIGNATURE_DISK_TTL.of(provider))
                .orElseGet(() -> configuration.get(Settings.REASONING_DISK_TTL.of(provider))),
            configuration.get(Settings.REASONING_WRITE_INTERVAL.of(provider)),
            configuration.get(Settings.REASONING_CLEANUP_INTERVAL.of(provider))),
        TimeSource.system());
  }

  Configuration configuration() {
    return configuration;
  }

  Vertx vertx() {
    return vertx;
  }

  Dialects dialects() {
    return dialects;
  }

  StreamingHttpServer server() {
    return server;
  }

  Management management() {
    return management;
  }

  RecentCalls recent() {
    return recent;
  }

  LogFiles logFiles() {
    return logFiles;
  }

  UpstreamClient upstream() {
    return upstream;
  }

  Pools pools() {
    return pools;
  }

  /** Where what happens is told to routes. */
  EventBus events() {
    return events;
  }

  /** What survives a restart. */
  Remembering remembering() {
    return remembering;
  }

  /** The accounts that pay for calls. */
  Accounts accounts() {
    return accounts;
  }

  /** Has the live routes built anew, soon. */
  void renewRoutes() {
    renewal.run();
  }

  /** This is how. */
  void renewRoutesBy(Runnable renewal) {
    this.renewal = renewal;
  }

  QuotaPages quotaPages() {
    return quotaPages;
  }

  /** What providers have told of plans. */
  ToldPlans toldPlans() {
    return toldPlans;
  }

  Breakers breakers() {
    return breakers;
  }

  Libraries libraries() {
    return libraries;
  }

  HookCounts hookCounts() {
    return hookCounts;
  }

  ModelAliases aliases() {
    return aliases;
  }

  Readiness readiness() {
    return readiness;
  }

  /** Which models the providers have. */
  ModelLists modelLists() {
    return modelLists;
  }

  /** What models cost and can do. */
  ModelCatalogue modelCatalogue() {
    return modelCatalogue;
  }

  /** Public tables of models, kept fresh. */
  PublicTables publicTables() {
    return publicTables;
  }

  Surfaces surfaces() {
    return surfaces;
  }

  /** The stand-in for providers that are not set up, started when it is first needed. */
  synchronized MockProvider mock() throws IOException {
    MockProvider running = mock;
    if (running == null) {
      running = MockProvider.start(vertx, "127.0.0.1", 0);
      mock = running;
      LOG.info("no provider is set up: the built-in mock answers as provider mock");
    }
    return running;
  }

  synchronized void closeMock() {
    if (mock != null) {
      mock.close();
    }
  }

  private static Accounts accounts(Configuration c, Pools pools, Fingerprints fingerprints) {
    OutboundProxies proxies = proxies(c);
    Surroundings around =
        new Surroundings(
            TimeSource.system(),
            own ->
                new AccountHttp(
                    "caravan/" + Version.number(),
                    address -> proxies.to(address, own),
                    Thread::sleep),
            c::variables,
            Redaction::learnEverywhere,
            account -> {
              Pool pool = pools.find(account.provider());
              if (pool != null) {
                ProviderSetup.tell(pool, account);
              }
            },
            new FolderLock(c.get(Settings.OAUTH_CREDS_DIR)));
    return new Accounts(
        CredentialStore.of(c),
        around,
        fingerprints::fingerprint,
        c.get(Settings.OAUTH_REFRESH_INTERVAL),
        !c.get(Settings.SKIP_OAUTH_INIT_CHECK),
        new SplittableRandom());
  }

  private static HttpOptions httpOptions(Configuration c) {
    HttpOptions d = HttpOptions.defaults();
    return new HttpOptions(
        c.get(Settings.HOST),
        c.get(Settings.PORT),
        c.get(Settings.MAX_REQUEST_BODY),
        d.maxHeaders(),
        d.idle(),
        d.bodyPause(),
        c.get(Settings.STREAM_KEEPALIVE_SECONDS),
        c.get(Settings.STREAM_WRITE_STALL_SECONDS),
        String.join(",", c.get(Settings.CORS_ALLOW_ORIGINS)));
  }

  private static ModelAliases aliases(Configuration c) {
    ModelAliases aliases =
        c.find(Settings.MODEL_ALIASES).map(ModelAliases::read).orElse(ModelAliases.NONE);
    aliases.faults().forEach(fault -> LOG.warn("{} {}", Settings.MODEL_ALIASES, fault));
    return aliases;
  }

  /** By the name of the dialect; Gemini's clients name no provider (http-api.md 1.3). */
  Map<String, String> defaultProviders() {
    Map<String, String> byDialect = new TreeMap<>(Map.of("gemini", "gemini"));
    Map.of(
            "OPENAI", "openai-chat",
            "RESPONSES", "openai-responses",
            "ANTHROPIC", "anthropic",
            "GEMINI", "gemini")
        .forEach(
            (surface, dialect) ->
                configuration
                    .find(Settings.DEFAULT_PROVIDER.of(surface))
                    .ifPresent(
                        provider -> byDialect.put(dialect, provider.toLowerCase(Locale.ROOT))));
    String openAi = byDialect.get(OpenAiChat.NAME);
    if (openAi != null) {
      byDialect.put(OpenAiEmbeddings.NAME, openAi);
    }
    return byDialect;
  }

  private static EmbeddingBatches batches(Configuration c) {
    int size = c.get(Settings.EMBEDDING_BATCH_SIZE);
    long tokens = c.get(Settings.EMBEDDING_BATCH_MAX_TOKENS);
    return new EmbeddingBatches(
        c.get(Settings.EMBEDDING_BATCH_ENABLED) ? size : 0,
        Duration.ofMillis(c.get(Settings.EMBEDDING_BATCH_WAIT_MS)),
        tokens == 0 ? 8191L * size : tokens,
        c.get(Settings.EMBEDDING_BATCH_ISOLATE));
  }

  private static OutboundProxies proxies(Configuration c) {
    return new OutboundProxies(
        c.find(Settings.HTTPS_PROXY).orElse(null),
        c.find(Settings.HTTP_PROXY).orElse(null),
        c.get(Settings.NO_PROXY));
  }

  private static UpstreamTimeouts timeouts(Configuration c) {
    return new UpstreamTimeouts(
        c.get(Settings.TIMEOUT_CONNECT),
        c.get(Settings.TIMEOUT_POOL),
        c.get(Settings.TIMEOUT_WRITE),
        c.get(Settings.TIMEOUT_FIRST_BYTE_STREAMING),
        c.get(Settings.TIMEOUT_READ_STREAMING),
        c.get(Settings.TIMEOUT_READ_NON_STREAMING),
        c.get(Settings.REQUEST_HARD_TIMEOUT));
  }
}
