package dev.caravan.provider;

import dev.caravan.call.Secret;
import dev.caravan.provider.account.OAuth;
import dev.caravan.provider.quota.QuotaReader;
import dev.caravan.provider.transform.Transforms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One provider as data: where it is, what it speaks, how its credentials take turns.
 *
 * <p>A bean, so that the {@code beans:} part of a YAML route file can fill it; hence its length.
 * Camel's YAML gives a bean texts, numbers and maps with plain keys, but no lists, and drops the
 * dashes of a key; so a list is one text with commas, and so are headers. Filled by one thread and
 * not changed after that. What is wrong with it is said by {@link #complaints()}, all at once, not
 * by the setters.
 */
public final class Provider {

  /** Wire formats that a provider may speak; the first is the default. */
  public static final List<String> DIALECTS =
      List.of("openai-chat", "openai-responses", "anthropic", "gemini");

  /** Where the cost of calls comes from: the tables of prices, or nowhere. */
  public static final List<String> COSTS = List.of("table", "skip");

  /** Forms of a request for embeddings; the first is the default where the dialect has none. */
  public static final List<String> EMBEDDINGS = List.of("openai", "gemini", "cohere");

  /** How many tokens of thinking an effort is worth; the first is the default. */
  public static final List<String> SCALES = List.of("small", "large");

  /** Rotation modes; the first is the default for API keys. */
  public static final List<String> ROTATIONS = List.of("balanced", "sequential");

  private static final String STRING_CONTENT = "string-content";
  private static final String THINK_TAGS = "think-tags";
  private static final String CREDENTIAL = "${credential}";
  private static final Pattern LOOPBACK =
      Pattern.compile("^https?://(localhost|127\\.[0-9.]+|\\[::1])(?=[:/]|$)");

  private String name = "";
  private ModelList modelList = ModelList.EMPTY;
  private HeaderList headerList = HeaderList.EMPTY;
  private String displayName = "";
  private String category = "custom";
  private List<String> aliases = List.of();
  private String baseUrl = "";
  private List<String> moreBaseUrls = List.of();
  private Map<String, String> tryAgain = new LinkedHashMap<>();
  private String dialect = DIALECTS.getFirst();
  private @Nullable String authHeader;
  private @Nullable String authScheme;
  private String headers = "";
  private @Nullable String chatPath;
  private @Nullable String modelsPath;
  private @Nullable String embeddingsPath;
  private @Nullable String embeddings;
  private int embeddingsLimit = 0;
  private List<String> embeddingDimensions = List.of("text-embedding-3*", "*/text-embedding-3*");
  private String models = "";
  private List<String> fallbackModels = List.of();
  private List<String> whitelistModels = List.of();
  private List<String> ignoreModels = List.of();
  private String rotation = ROTATIONS.getFirst();
  private int maxConcurrent = -1;
  private @Nullable Integer optimalConcurrent;
  private double tolerance = 3.0;
  private Map<String, String> quotaGroups = new LinkedHashMap<>();
  private String windows = "";
  private String tiers = "";
  private String requiredPriorities = "";
  private String slotMultipliers = "";
  private String softMultipliers = "";
  private String modelWeights = "";
  private String caps = "";
  private String rateLimitScope = "key";
  private boolean countsFailedRequests = false;
  private boolean includeUsage = true;
  private boolean onlyStreams = false;
  private boolean fillsIn = false;
  private List<String> quirks = List.of();
  private List<String> transforms = List.of();
  private Map<String, String> transformOptions = new LinkedHashMap<>();
  private String thinkingScale = SCALES.getFirst();
  private Map<String, String> quotaLimits = new LinkedHashMap<>();
  private String quota = "";
  private Map<String, String> oauth = new LinkedHashMap<>();
  private String quotaUrl = "";
  private String errors = "";
  private OwnErrors ownErrors = OwnErrors.NONE;
  private List<String> dropParameters = List.of();
  private Map<String, String> renameParameters = new LinkedHashMap<>();
  private boolean keyOptional = false;
  private List<String> keyVariables = List.of();
  private List<String> baseVariables = List.of();
  private String cost = "";
  private String proxyUrl = "";
  private String connectTimeout = "";
  private String readTimeout = "";
  private Map<String, String> quotaGroupLists = new LinkedHashMap<>();
  private volatile @Nullable LocalServer server;

  /** A provider of this name that speaks OpenAI's chat dialect. */
  public static Provider named(String name) {
    Provider provider = new Provider();
    provider.setName(name);
    return provider;
  }

  /** Everything that is wrong with this definition, in sentences; empty when it can be used. */
  public List<String> complaints() {
    return new ProviderCheck(this).complaints();
  }

  /** Address of chat calls, empty when it has none. */
  public Optional<String> chatUrl() {
    return url(getChatPath());
  }

  /**
   * One of its addresses where an account is served elsewhere.
   *
   * @param url that begins with {@code baseUrl}; any other stays as it is
   * @param base as the account tells it, https when it names no scheme
   */
  public String urlAt(String url, String base) {
    String here = withoutChat(baseUrl);
    String whole = base.contains("://") ? base : "https://" + base;
    return url.startsWith(here)
        ? withoutChat(withoutSlash(whole)) + url.substring(here.length())
        : url;
  }

  /** Address of the list of models, empty when it has none. */
  public Optional<String> modelsUrl() {
    return url(getModelsPath());
  }

  /** Address of embedding calls, empty when it has none. */
  public Optional<String> embeddingsUrl() {
    return url(getEmbeddingsPath());
  }

  /**
   * The headers that every request to it carries.
   *
   * @param credential whose call it is, null for a call without one
   */
  public Map<String, String> requestHeaders(@Nullable Secret credential) {
    Map<String, String> all = new LinkedHashMap<>(Wire.of(dialect).headers());
    String key = credential == null ? null : credential.reveal();
    if (key != null) {
      all.put(getAuthHeader(), getAuthScheme().isEmpty() ? key : getAuthScheme() + " " + key);
    }
    headerList
        .headers()
        .forEach(
            (header, value) -> {
              if (key != null) {
                all.put(header, value.replace(CREDENTIAL, key));
              } else if (!value.contains(CREDENTIAL)) {
                all.put(header, value);
              }
            });
    return all;
  }

  /** Whether a model of it can be asked for vectors of another number of dimensions. */
  public boolean takesDimensions(String model) {
    return embeddingDimensions.stream().anyMatch(pattern -> Glob.matches(pattern, model));
  }

  /** The models that {@code models} names; none when it cannot be read. */
  public List<ModelList.Model> staticModels() {
    return modelList.models();
  }

  /**
   * What is said of a model that a client names. A name with slashes is looked up whole, then by
   * what follows its last slash (http-api.md 1.3); a model that nothing is said of is itself.
   */
  public ModelList.Model model(String asked) {
    return modelList
        .find(asked)
        .or(() -> modelList.find(asked.substring(asked.lastIndexOf('/') + 1)))
        .orElseGet(() -> ModelList.Model.plain(asked));
  }

  /** Which of its models clients may see and call. */
  public ModelFilter filter() {
    return new ModelFilter(whitelistModels, ignoreModels);
  }

  /** The group whose quota a model shares, empty when it has its own. */
  public Optional<String> quotaGroupOf(String model) {
    return quotaGroups.entrySet().stream()
        .filter(group -> commaList(group.getValue()).stream().anyMatch(p -> Glob.matches(p, model)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  public boolean has(Quirk quirk) {
    LocalServer seen = server;
    if (seen != null && quirks.isEmpty()) {
      return seen.quirks().contains(quirk);
    }
    return quirks.stream().flatMap(code -> Quirk.named(code).stream()).anyMatch(quirk::equals);
  }

  /**
   * Takes note of which program it is, as its list of models tells: where a definition of
   * somebody's own says nothing of quirks, those of the program hold from now on.
   */
  public void seenAs(@Nullable LocalServer program) {
    if (isOnesOwn() && server != program) {
      server = program;
    }
  }

  /** Which program it is, null when nobody knows; may change at any time. */
  public @Nullable LocalServer server() {
    return server;
  }

  /** Whether it may be a server of somebody's own. */
  public boolean isOnesOwn() {
    return dialect.equals(DIALECTS.getFirst())
        && (category.equals("custom") || category.equals("local"));
  }

  /** Whether a stream's usage may be asked for, quirks considered. */
  public boolean reportsStreamUsage() {
    return includeUsage && !has(Quirk.NS);
  }

  /** Request fields that must not be sent, quirks considered. */
  public Set<String> refusedParameters() {
    Set<String> refused = new LinkedHashSet<>(dropParameters);
    if (has(Quirk.NP)) {
      refused.add("parallel_tool_calls");
    }
    if (!reportsStreamUsage()) {
      refused.add("stream_options");
    }
    return refused;
  }

  /** Request fields that go by another name, OpenAI's name to the provider's, quirks considered. */
  public Map<String, String> renamedParameters() {
    Map<String, String> renamed = new LinkedHashMap<>(renameParameters);
    if (has(Quirk.MT)) {
      renamed.putIfAbsent("max_completion_tokens", "max_tokens");
    }
    return renamed;
  }

  /** The soft limit of calls in flight on one credential, rotation considered. */
  public int softLimit() {
    Integer set = optimalConcurrent;
    return set != null ? set : rotation.equals("balanced") ? 1 : -1;
  }

  /** Its own patience for a connection, empty for the general one. */
  public Optional<Duration> connectPatience() {
    return Durations.exact(connectTimeout);
  }

  /** Its own patience between two chunks, empty for the general one. */
  public Optional<Duration> readPatience() {
    return Durations.exact(readTimeout);
  }

  /** The route template that calls a provider of this dialect. */
  public String routeTemplate() {
    return routeTemplate(dialect);
  }

  static String routeTemplate(String dialect) {
    return dialect.equals("openai-chat") ? "openai-compatible" : dialect;
  }

  /** The name before the slash of a model name; the bean's name when not set. */
  public void setName(String name) {
    this.name = name;
  }

  public String getName() {
    return name;
  }

  /** Name for people; the provider's name when not set. */
  public void setDisplayName(String displayName) {
    this.displayName = displayName;
  }

  public String getDisplayName() {
    return displayName.isEmpty() ? name : displayName;
  }

  /**
   * Where lists for people put it: popular, cloud, enterprise, specialized, regional, local, other,
   * custom.
   */
  public void setCategory(String category) {
    this.category = category;
  }

  public String getCategory() {
    return category;
  }

  /** Comma list of other names under which clients may ask for it. */
  public void setAliases(String aliases) {
    this.aliases = commaList(aliases);
  }

  public List<String> getAliases() {
    return aliases;
  }

  /**
   * Start of every address, http or https, without a slash at the end. A {@code ${VARIABLE}} in it
   * is filled from the environment.
   */
  public void setBaseUrl(String baseUrl) {
    this.baseUrl = withoutSlash(baseUrl);
  }

  public String getBaseUrl() {
    return baseUrl;
  }

  /**
   * Comma list of other addresses of the same provider, in place of {@code baseUrl} for a request
   * that it fails with 5xx, with silence or without a connection. Each request begins at {@code
   * baseUrl}.
   */
  public void setMoreBaseUrls(String moreBaseUrls) {
    this.moreBaseUrls = commaList(moreBaseUrls).stream().map(Provider::withoutSlash).toList();
  }

  public List<String> getMoreBaseUrls() {
    return moreBaseUrls;
  }

  /**
   * How often a request is made again with the same credential, {@code 6 x 3s} for six attempts
   * with three seconds between them: {@code empty} after an answer without content, {@code limit}
   * after a limit without a time that {@code errors} calls overloaded, {@code capacity} after a
   * model without room.
   */
  public void setTryAgain(Map<String, String> tryAgain) {
    this.tryAgain = new LinkedHashMap<>(tryAgain);
  }

  public Map<String, String> getTryAgain() {
    return tryAgain;
  }

  /** The same as rules; what cannot be read is none. */
  public TryAgain triesAgain() {
    return tryAgain.isEmpty() ? TryAgain.NEVER : TryAgain.read(tryAgain, new ArrayList<>());
  }

  /** Changes how often or how fast, where it is tried again at all. */
  void changeTries(String reason, @Nullable String attempts, @Nullable String pause) {
    String before = tryAgain.get(reason);
    if (before != null) {
      String[] parts = before.split("\\s*x\\s*", 2);
      tryAgain.put(
          reason,
          (attempts == null ? parts[0] : attempts) + " x " + (pause == null ? parts[1] : pause));
    }
  }

  /** Wire format that it speaks, one of {@link #DIALECTS}. */
  public void setDialect(String dialect) {
    this.dialect = dialect;
  }

  public String getDialect() {
    return dialect;
  }

  /**
   * Takes another base URL than its definition has, which may already end in what {@code chatPath}
   * begins with. Whoever answers there gets its keys, and nobody else does: a quota at a whole
   * address of its own is no longer asked for, nor are the models of its groups.
   */
  void moveTo(String otherBaseUrl) {
    setBaseUrl(otherBaseUrl);
    baseUrl = BaseAddress.before(baseUrl, getChatPath());
    quotaUrl = quotaUrl.startsWith("/") ? quotaUrl : "";
    moreBaseUrls = List.of();
    quotaGroupLists.values().removeIf(page -> !page.startsWith("/"));
  }

  /** Header that carries the credential; the dialect's when not set. */
  public void setAuthHeader(String authHeader) {
    this.authHeader = authHeader;
  }

  public String getAuthHeader() {
    return authHeader != null ? authHeader : Wire.of(dialect).authHeader();
  }

  /**
   * Word before the credential in that header; empty for the bare credential, the dialect's when
   * not set.
   */
  public void setAuthScheme(String authScheme) {
    this.authScheme = authScheme;
  }

  public String getAuthScheme() {
    return authScheme != null ? authScheme : Wire.of(dialect).authScheme();
  }

  /**
   * Further headers of every request besides the dialect's, in one of the two forms of {@link
   * HeaderList}; {@code ${credential}} in a value stands for the credential.
   */
  public void setHeaders(String headers) {
    this.headers = headers;
    this.headerList = HeaderList.read(headers);
  }

  public String getHeaders() {
    return headers;
  }

  /**
   * Path of chat calls behind {@code baseUrl}; empty when it has no chat, the dialect's when not
   * set. In Gemini's dialect {@code {model}} and {@code {method}} are filled for each call.
   */
  public void setChatPath(String chatPath) {
    this.chatPath = chatPath;
  }

  public String getChatPath() {
    return chatPath != null ? chatPath : Wire.of(dialect).chatPath();
  }

  /**
   * Whether it can be asked how many tokens a request has. In Gemini's dialect one whose model does
   * not stand in the path wants something around the request that no count has.
   */
  public boolean countsTokens() {
    return !dialect.equals("gemini") || getChatPath().contains("{model}");
  }

  /** Path of the list of models; empty when there is none, the dialect's when not set. */
  public void setModelsPath(String modelsPath) {
    this.modelsPath = modelsPath;
  }

  public String getModelsPath() {
    return modelsPath != null ? modelsPath : Wire.of(dialect).modelsPath();
  }

  /** Path of embedding calls; empty when it has none, the dialect's when not set. */
  public void setEmbeddingsPath(String embeddingsPath) {
    this.embeddingsPath = embeddingsPath;
  }

  public String getEmbeddingsPath() {
    return embeddingsPath != null ? embeddingsPath : Wire.of(dialect).embeddingsPath();
  }

  /** The form in which it takes embedding calls, one of {@link #EMBEDDINGS}. */
  public void setEmbeddings(String embeddings) {
    this.embeddings = embeddings;
  }

  public String getEmbeddings() {
    return embeddings != null ? embeddings : dialect.equals("gemini") ? "gemini" : "openai";
  }

  /** Inputs that one embedding call may hold; 0 for what its form allows. */
  public void setEmbeddingsLimit(int embeddingsLimit) {
    this.embeddingsLimit = embeddingsLimit;
  }

  public int getEmbeddingsLimit() {
    return embeddingsLimit;
  }

  /** Comma list of patterns of models that take {@code dimensions} (providers.md 3.1). */
  public void setEmbeddingDimensions(String embeddingDimensions) {
    this.embeddingDimensions = commaList(embeddingDimensions);
  }

  public List<String> getEmbeddingDimensions() {
    return embeddingDimensions;
  }

  /**
   * Models that are listed whatever the provider's own list says, in one of the three forms of
   * {@link ModelList}.
   */
  public void setModels(String models) {
    this.models = models;
    this.modelList = ModelList.read(models);
  }

  public String getModels() {
    return models;
  }

  /** Comma list of models that are listed when the provider's own list cannot be had. */
  public void setFallbackModels(String fallbackModels) {
    this.fallbackModels = commaList(fallbackModels);
  }

  public List<String> getFallbackModels() {
    return fallbackModels;
  }

  /** Comma list of shell patterns of models that are allowed whatever {@code ignoreModels} says. */
  public void setWhitelistModels(String whitelistModels) {
    this.whitelistModels = commaList(whitelistModels);
  }

  public List<String> getWhitelistModels() {
    return whitelistModels;
  }

  /** Comma list of shell patterns of models that clients neither see nor may call. */
  public void setIgnoreModels(String ignoreModels) {
    this.ignoreModels = commaList(ignoreModels);
  }

  public List<String> getIgnoreModels() {
    return ignoreModels;
  }

  /** How its credentials take turns, one of {@link #ROTATIONS}. */
  public void setRotation(String rotation) {
    this.rotation = rotation;
  }

  public String getRotation() {
    return rotation;
  }

  /** Calls in flight on one credential at most; 0 or less for no limit. */
  public void setMaxConcurrent(int maxConcurrent) {
    this.maxConcurrent = maxConcurrent;
  }

  public int getMaxConcurrent() {
    return maxConcurrent;
  }

  /**
   * Calls in flight on one credential before the next one is preferred; 0 or less for no limit.
   * When not set 1 in balanced rotation and no limit in sequential (rotation.md 2.3).
   */
  public void setOptimalConcurrent(@Nullable Integer optimalConcurrent) {
    this.optimalConcurrent = optimalConcurrent;
  }

  public @Nullable Integer getOptimalConcurrent() {
    return optimalConcurrent;
  }

  /** How far balanced rotation may stray from the least used credential; 0 for not at all. */
  public void setTolerance(double tolerance) {
    this.tolerance = tolerance;
  }

  public double getTolerance() {
    return tolerance;
  }

  /**
   * Models that share a quota: name of the group (without dashes and dots, which Camel's YAML
   * drops) to a comma list of shell patterns. In a YAML flow map the list needs quotes.
   */
  public void setQuotaGroups(Map<String, String> quotaGroups) {
    this.quotaGroups = new LinkedHashMap<>(quotaGroups);
  }

  public Map<String, String> getQuotaGroups() {
    return quotaGroups;
  }

  /**
   * Periods over which uses are counted, with commas between them: a length ({@code 5h}), {@code
   * daily}, {@code weekly}, {@code monthly} or {@code told}, then what differs from the usual:
   * {@code at 00:00}, {@code zone America/Los_Angeles}, {@code per group} or {@code credential},
   * {@code tiers 1+2}, {@code limit 250}, {@code primary}.
   */
  public void setWindows(String windows) {
    this.windows = windows;
  }

  public String getWindows() {
    return windows;
  }

  /** Comma list of plans with their priority, the lower one first: {@code pro=1, free-tier=3}. */
  public void setTiers(String tiers) {
    this.tiers = tiers;
  }

  public String getTiers() {
    return tiers;
  }

  /** Comma list of models, or patterns, with the highest number of a priority that has them. */
  public void setRequiredPriorities(String requiredPriorities) {
    this.requiredPriorities = requiredPriorities;
  }

  public String getRequiredPriorities() {
    return requiredPriorities;
  }

  /**
   * Comma list of priorities with what multiplies their calls in flight: {@code 1=4, 2=2}; {@code
   * balanced 2=1} holds in that mode only.
   */
  public void setSlotMultipliers(String slotMultipliers) {
    this.slotMultipliers = slotMultipliers;
  }

  public String getSlotMultipliers() {
    return slotMultipliers;
  }

  /** Comma list of priorities with what multiplies their soft limit: {@code 1=2}. */
  public void setSoftMultipliers(String softMultipliers) {
    this.softMultipliers = softMultipliers;
  }

  public String getSoftMultipliers() {
    return softMultipliers;
  }

  /** Comma list of models with what a request of them counts in their group: {@code large=2}. */
  public void setModelWeights(String modelWeights) {
    this.modelWeights = modelWeights;
  }

  public String getModelWeights() {
    return modelWeights;
  }

  /**
   * Own limits with commas between them: priority or {@code default}, model or group, limit, and
   * what happens then: {@code 2 pro 80%, default pro 100 fixed:3600}.
   */
  public void setCaps(String caps) {
    this.caps = caps;
  }

  public String getCaps() {
    return caps;
  }

  /** What it counts its rate limits by: {@code key}, {@code ip} or {@code account}. */
  public void setRateLimitScope(String rateLimitScope) {
    this.rateLimitScope = rateLimitScope;
  }

  public String getRateLimitScope() {
    return rateLimitScope;
  }

  /** Whether a request that it refuses for the client's mistake counts against the quota. */
  public void setCountsFailedRequests(boolean countsFailedRequests) {
    this.countsFailedRequests = countsFailedRequests;
  }

  public boolean isCountsFailedRequests() {
    return countsFailedRequests;
  }

  /** Whether it takes {@code stream_options.include_usage}. */
  public void setIncludeUsage(boolean includeUsage) {
    this.includeUsage = includeUsage;
  }

  public boolean isIncludeUsage() {
    return includeUsage;
  }

  /** Whether it answers with a stream only, from which a whole answer has to be put together. */
  public void setOnlyStreams(boolean onlyStreams) {
    this.onlyStreams = onlyStreams;
  }

  public boolean isOnlyStreams() {
    return onlyStreams;
  }

  /** Whether it fills in code between two pieces, at {@code /fim/completions} beside its chat. */
  public void setFillsIn(boolean fillsIn) {
    this.fillsIn = fillsIn;
  }

  public boolean isFillsIn() {
    return fillsIn;
  }

  /** Comma list of codes of {@link Quirk}. */
  public void setQuirks(String quirks) {
    this.quirks = commaList(quirks);
  }

  public List<String> getQuirks() {
    return quirks;
  }

  /**
   * Comma list of names of {@link dev.caravan.provider.transform.Transforms}, done in this order
   * after fields were dropped and renamed.
   */
  public void setTransforms(String transforms) {
    this.transforms = commaList(transforms);
  }

  public List<String> getTransforms() {
    return transforms;
  }

  /** What is changed in its requests and answers, quirks considered. */
  public Transforms transforms() {
    LocalServer seen = server;
    List<String> names =
        new ArrayList<>(seen != null && transforms.isEmpty() ? seen.transforms() : transforms);
    if (has(Quirk.STR) && !names.contains(STRING_CONTENT)) {
      names.add(STRING_CONTENT);
    }
    if (has(Quirk.TH) && dialect.equals(DIALECTS.getFirst()) && !names.contains(THINK_TAGS)) {
      names.add(THINK_TAGS);
    }
    return Transforms.of(names, transformOptions);
  }

  /** What the transforms are told, by the names that each of them knows. */
  public void setTransformOptions(Map<String, String> transformOptions) {
    this.transformOptions = new LinkedHashMap<>(transformOptions);
  }

  public Map<String, String> getTransformOptions() {
    return transformOptions;
  }

  void putTransformOption(String name, String value) {
    transformOptions.put(name, value);
  }

  /**
   * How many tokens of thinking an effort is worth in Gemini's dialect, one of {@link #SCALES};
   * with the large one a model thinks as it likes where nothing is said.
   */
  public void setThinkingScale(String thinkingScale) {
    this.thinkingScale = thinkingScale;
  }

  public String getThinkingScale() {
    return thinkingScale;
  }

  /** How people log in at it, by the names of {@link OAuth}; empty when keys are all it takes. */
  public void setOauth(Map<String, String> oauth) {
    this.oauth = new LinkedHashMap<>(oauth);
  }

  public Map<String, String> getOauth() {
    return oauth;
  }

  /** How people log in at it, empty when keys are all it takes. */
  public Optional<OAuth> oauth() {
    return oauth.isEmpty() ? Optional.empty() : Optional.of(OAuth.of(name, oauth));
  }

  /** Who reads what it says of quotas, a name of {@link QuotaReader}; empty for nobody. */
  public void setQuota(String quota) {
    this.quota = quota;
  }

  public String getQuota() {
    return quota;
  }

  /** Where it tells its quota: a whole address, or a path behind {@code baseUrl}. */
  public void setQuotaUrl(String quotaUrl) {
    this.quotaUrl = quotaUrl;
  }

  public String getQuotaUrl() {
    return quotaUrl;
  }

  /**
   * Requests that a plan has in a window, where the provider tells a share only: a quota group or
   * model to {@code PRO=250,FREE=100}.
   */
  public void setQuotaLimits(Map<String, String> quotaLimits) {
    this.quotaLimits = new LinkedHashMap<>(quotaLimits);
  }

  public Map<String, String> getQuotaLimits() {
    return quotaLimits;
  }

  /** Requests that a plan has of a model in a window, -1 when nobody knows. */
  public long quotaLimit(String model, String plan) {
    String limits = quotaLimits.get(quotaGroupOf(model).orElse(model));
    for (String limit : commaList(limits == null ? "" : limits)) {
      int equals = limit.indexOf('=');
      if (equals > 0 && limit.substring(0, equals).strip().equalsIgnoreCase(plan)) {
        return Long.parseLong(limit.substring(equals + 1).strip());
      }
    }
    return -1;
  }

  /**
   * Quota groups whose models it lists itself, with the address of that list: a path behind {@code
   * baseUrl}, or a whole one. Until it is read, what {@link #setQuotaGroups} says holds.
   */
  public void setQuotaGroupLists(Map<String, String> quotaGroupLists) {
    this.quotaGroupLists = new LinkedHashMap<>(quotaGroupLists);
  }

  public Map<String, String> getQuotaGroupLists() {
    return quotaGroupLists;
  }

  /** The whole addresses of the lists of its quota groups, by group. */
  public Map<String, String> quotaGroupPages() {
    Map<String, String> pages = new LinkedHashMap<>();
    quotaGroupLists.forEach(
        (group, page) -> {
          if (commaList(quotaGroups.getOrDefault(group, "")).equals(List.of("*"))) {
            pages.put(group, page.startsWith("/") ? withoutChat(baseUrl) + page : page);
          }
        });
    return pages;
  }

  /** Who reads what it says of quotas; empty for nobody. */
  public Optional<QuotaReader> quotaReader() {
    return quota.isEmpty() ? Optional.empty() : QuotaReader.named(quota);
  }

  /** Where it tells its quota, empty when it does not. */
  public Optional<String> quotaPage() {
    return quotaUrl.isEmpty()
        ? Optional.empty()
        : quotaUrl.startsWith("/") ? url(quotaUrl) : Optional.of(quotaUrl);
  }

  /** What its errors mean, where the common rules miss it: lines of STATUS [TEXT] = CLASS. */
  public void setErrors(String errors) {
    this.errors = errors;
    this.ownErrors = OwnErrors.read(errors);
  }

  public String getErrors() {
    return errors;
  }

  OwnErrors ownErrors() {
    return ownErrors;
  }

  /** Comma list of top-level request fields that it refuses. */
  public void setDropParameters(String dropParameters) {
    this.dropParameters = commaList(dropParameters);
  }

  public List<String> getDropParameters() {
    return dropParameters;
  }

  /** Top-level request fields that it knows under another name: OpenAI's name to its own. */
  public void setRenameParameters(Map<String, String> renameParameters) {
    this.renameParameters = new LinkedHashMap<>(renameParameters);
  }

  public Map<String, String> getRenameParameters() {
    return renameParameters;
  }

  /** Whether calls without a credential are served, as by servers on one's own machine. */
  public void setKeyOptional(boolean keyOptional) {
    this.keyOptional = keyOptional;
  }

  public boolean isKeyOptional() {
    return keyOptional;
  }

  /**
   * Comma list of environment variables that hold its key besides {@code <NAME>_API_KEY}, numbered
   * alike.
   */
  public void setKeyVariables(String keyVariables) {
    this.keyVariables = commaList(keyVariables);
  }

  public List<String> getKeyVariables() {
    return keyVariables;
  }

  /**
   * Comma list of environment variables that replace {@code baseUrl} besides {@code
   * <NAME>_API_BASE}.
   */
  public void setBaseVariables(String baseVariables) {
    this.baseVariables = commaList(baseVariables);
  }

  public List<String> getBaseVariables() {
    return baseVariables;
  }

  /**
   * What its calls cost, one of {@link #COSTS}; when not set that of the tables, unless it is a
   * server of one's own.
   */
  public void setCost(String cost) {
    this.cost = cost;
  }

  public String getCost() {
    return cost;
  }

  /** Whether the tables of prices say what its calls cost. */
  public boolean isPriced() {
    boolean own =
        category.equals("local") || (category.equals("custom") && LOOPBACK.matcher(baseUrl).find());
    return cost.isEmpty() ? !own : cost.equals("table");
  }

  /** Outbound proxy for its calls; empty for the general one. */
  public void setProxyUrl(String proxyUrl) {
    this.proxyUrl = proxyUrl;
  }

  public String getProxyUrl() {
    return proxyUrl;
  }

  /** Patience for a connection ({@code 10}, {@code 1500ms}); empty for the general one. */
  public void setConnectTimeout(String connectTimeout) {
    this.connectTimeout = connectTimeout;
  }

  public String getConnectTimeout() {
    return connectTimeout;
  }

  /** Patience between two chunks of an answer; empty for the general one. */
  public void setReadTimeout(String readTimeout) {
    this.readTimeout = readTimeout;
  }

  public String getReadTimeout() {
    return readTimeout;
  }

  /** The name alone: headers may hold secrets. */
  @Override
  public String toString() {
    return name;
  }

  private Optional<String> url(String path) {
    return path.isEmpty() || baseUrl.isEmpty()
        ? Optional.empty()
        : Optional.of(withoutChat(baseUrl) + path);
  }

  // A base that already ends in the chat path, or in what stands before the dialect's own part of
  // it, is what some vendors print in their documents.
  private String withoutChat(String base) {
    String chat = getChatPath();
    String usual = Wire.of(dialect).chatPath();
    String before = chat.endsWith(usual) ? chat.substring(0, chat.length() - usual.length()) : "";
    for (String end : List.of(chat, before)) {
      if (!end.isEmpty() && base.endsWith(end)) {
        return base.substring(0, base.length() - end.length());
      }
    }
    return base;
  }

  HeaderList headerList() {
    return headerList;
  }

  ModelList modelList() {
    return modelList;
  }

  public static List<String> commaList(String text) {
    return List.of(text.split(",")).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private static String withoutSlash(String url) {
    int end = url.length();
    while (end > 0 && url.charAt(end - 1) == '/') {
      end--;
    }
    return url.substring(0, end);
  }
}
