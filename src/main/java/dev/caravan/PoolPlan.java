package dev.caravan;

import dev.caravan.call.Secret;
import dev.caravan.config.Configuration;
import dev.caravan.config.Setting;
import dev.caravan.config.SettingPattern;
import dev.caravan.config.Settings;
import dev.caravan.oauth.OAuthAccount;
import dev.caravan.pool.Cap;
import dev.caravan.pool.Credential;
import dev.caravan.pool.FairCycleRules;
import dev.caravan.pool.Fingerprints;
import dev.caravan.pool.Mode;
import dev.caravan.pool.Multipliers;
import dev.caravan.pool.NoResetPolicy;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.RateLimitScope;
import dev.caravan.pool.SessionRules;
import dev.caravan.pool.WindowRule;
import dev.caravan.pool.WindowRules;
import dev.caravan.provider.ApiKey;
import dev.caravan.provider.Durations;
import dev.caravan.provider.Provider;
import dev.caravan.provider.quota.ToldPlans;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the pool of one provider is to behave: what its definition says, then what the environment
 * says, which wins (rotation.md 2). What cannot be read is a finding, and the next lower value
 * stays.
 */
final class PoolPlan {
  private static final Pattern TIERS_AND_NAME = Pattern.compile("((?:\\d+_)+)(.+)");
  private static final Pattern NUMBER_AT_END = Pattern.compile(".*_(\\d{1,4})");
  private static final Pattern NUMBER_OF_ACCOUNT = Pattern.compile(".*?(\\d+)(?:\\.json)?");
  private static final Pattern MULTIPLIER =
      Pattern.compile("PRIORITY_(\\d{1,3})(?:_(BALANCED|SEQUENTIAL))?");

  private static final List<String> EVERYTHING = List.of("*");

  private final Configuration configuration;
  private final Provider provider;
  private final ToldPlans told;
  private final Mode mode;
  private final List<String> findings = new ArrayList<>();

  PoolPlan(Configuration configuration, Provider provider) {
    this(configuration, provider, ToldPlans.NONE);
  }

  /**
   * A plan that knows what the provider has told.
   *
   * @param told plans of credentials that the configuration says nothing of, and models of groups
   */
  PoolPlan(Configuration configuration, Provider provider, ToldPlans told) {
    this.configuration = configuration;
    this.provider = provider;
    this.told = told;
    this.mode = provider.getRotation().equals("sequential") ? Mode.SEQUENTIAL : Mode.BALANCED;
  }

  /** What could not be read, in sentences; complete after {@link #options}. */
  List<String> findings() {
    return findings;
  }

  PoolOptions options() {
    PoolOptions.Builder options =
        PoolOptions.defaults(mode)
            .with()
            .tolerance(provider.getTolerance())
            .maxConcurrent(provider.getMaxConcurrent())
            .optimalConcurrent(provider.softLimit())
            .multipliers(multipliers())
            .quotaGroups(quotaGroups())
            .modelWeights(numbers("modelWeights", provider.getModelWeights()))
            .requirements(numbers("requiredPriorities", provider.getRequiredPriorities()))
            .windows(windows())
            .windowLimits(get(Settings.WINDOW_LIMITS_ENABLED_OF, Settings.WINDOW_LIMITS_ENABLED))
            .countsFailedRequests(provider.isCountsFailedRequests())
            .fairCycle(fairCycle())
            .caps(caps())
            .replicas(configuration.get(Settings.REPLICA_COUNT))
            .sessions(sessions())
            .noReset(noReset())
            .noResetCooldown(
                get(
                    Settings.QUOTA_NO_RESET_COOLDOWN_SECONDS_OF,
                    Settings.QUOTA_NO_RESET_COOLDOWN_SECONDS))
            .pinnedTo(find(Settings.PIN_CREDENTIAL).orElse(null))
            .rateLimitScope(rateLimitScope());
    return cooldowns(options).build();
  }

  private PoolOptions.Builder cooldowns(PoolOptions.Builder options) {
    return options
        .maxRetries(configuration.get(Settings.MAX_RETRIES))
        .smallCooldown(configuration.get(Settings.SMALL_COOLDOWN_RETRY_THRESHOLD))
        .transientRetryDelay(configuration.get(Settings.TRANSIENT_RETRY_DELAY))
        .transientRetryJitter(configuration.get(Settings.TRANSIENT_RETRY_JITTER))
        .backoffTiers(configuration.get(Settings.COOLDOWN_BACKOFF_TIERS))
        .backoffMax(configuration.get(Settings.COOLDOWN_BACKOFF_MAX))
        .rateLimitCooldown(configuration.find(Settings.COOLDOWN_RATE_LIMIT_DEFAULT).orElse(null))
        .overloadMax(configuration.get(Settings.COOLDOWN_TRANSIENT_ERROR))
        .authCooldown(configuration.get(Settings.COOLDOWN_AUTH_ERROR))
        .lockoutDistinctModels(configuration.get(Settings.LOCKOUT_DISTINCT_MODELS))
        .leaseTtl(configuration.get(Settings.LEASE_TTL))
        .maxWaiting(configuration.get(Settings.MAX_WAITING))
        .maxRotations(configuration.get(Settings.MAX_ROTATIONS))
        .maxRetryAfter(configuration.get(Settings.RETRY_AFTER_MAX))
        .probeFirst(configuration.get(Settings.COOLDOWN_PROBE_FIRST))
        .probeMax(configuration.get(Settings.COOLDOWN_PROBE_MAX))
        .probeLastKey(configuration.get(Settings.COOLDOWN_PROBE_LAST_KEY))
        .eventKeys(configuration.get(Settings.PROVIDER_EVENT_KEYS))
        .eventWindow(configuration.get(Settings.PROVIDER_EVENT_SECONDS))
        .eventPause(configuration.get(Settings.PROVIDER_EVENT_PAUSE));
  }

  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    names.add(provider.getName());
    names.addAll(provider.getAliases());
    return names;
  }

  private <T> Optional<T> find(SettingPattern<T> pattern) {
    for (String name : names()) {
      Setting<T> setting = pattern.of(name);
      if (configuration.isSet(setting)) {
        return configuration.find(setting);
      }
    }
    return configuration.find(pattern.of(provider.getName()));
  }

  private <T> T get(SettingPattern<T> own, Setting<T> general) {
    return find(own).orElseGet(() -> configuration.get(general));
  }

  private Map<String, String> quotaGroups() {
    Map<String, String> groupOf = new HashMap<>();
    provider
        .getQuotaGroups()
        .forEach(
            (group, models) -> {
              List<String> listed = told.models(provider.getName(), group);
              List<String> named = Provider.commaList(models);
              for (String model : named.equals(EVERYTHING) && !listed.isEmpty() ? listed : named) {
                groupOf.put(model, group);
              }
            });
    return groupOf;
  }

  private List<WindowRule> windows() {
    try {
      List<WindowRule> read =
          WindowRules.read(provider.getWindows(), dailyReset(), Durations::parse);
      return read.isEmpty() ? List.of(WindowRule.DAILY) : read;
    } catch (IllegalArgumentException e) {
      findings.add(e.getMessage());
      return List.of(WindowRule.DAILY);
    }
  }

  private LocalTime dailyReset() {
    String text = configuration.get(Settings.DAILY_RESET_UTC);
    try {
      return LocalTime.parse(text.length() == 4 ? "0" + text : text);
    } catch (DateTimeException e) {
      findings.add("DAILY_RESET_UTC \"%s\" is not a time such as 03:00".formatted(text));
      return WindowRule.DEFAULT_RESET;
    }
  }

  private FairCycleRules fairCycle() {
    FairCycleRules usual = FairCycleRules.defaults(mode);
    boolean enabled =
        find(Settings.FAIR_CYCLE)
            .or(() -> find(Settings.FAIR_CYCLE_ENABLED))
            .orElse(usual.enabled());
    return new FairCycleRules(
        enabled,
        find(Settings.FAIR_CYCLE_TRACKING_MODE)
            .map(m -> m == dev.caravan.config.Choice.FairCycleTracking.CREDENTIAL)
            .orElse(false),
        find(Settings.FAIR_CYCLE_CROSS_TIER).orElse(usual.crossTier()),
        find(Settings.FAIR_CYCLE_DURATION).orElse(usual.duration()),
        find(Settings.FAIR_CYCLE_QUOTA_THRESHOLD).orElse(usual.quotaThreshold()),
        find(Settings.FAIR_CYCLE_RESET_COOLDOWN_THRESHOLD).orElse(usual.resetThreshold()),
        get(Settings.EXHAUSTION_COOLDOWN_THRESHOLD_OF, Settings.EXHAUSTION_COOLDOWN_THRESHOLD));
  }

  private SessionRules sessions() {
    return new SessionRules(
        get(Settings.SESSION_STICKY_WAIT_SECONDS_OF, Settings.SESSION_STICKY_WAIT_SECONDS),
        get(
            Settings.SESSION_STICKY_ENTRY_TTL_SECONDS_OF,
            Settings.SESSION_STICKY_ENTRY_TTL_SECONDS),
        get(Settings.SESSION_STICKY_MAX_ENTRIES_OF, Settings.SESSION_STICKY_MAX_ENTRIES),
        configuration.get(Settings.SESSION_SPREAD)
            == dev.caravan.config.Choice.SessionSpread.LEAST_SESSIONS);
  }

  private NoResetPolicy noReset() {
    return NoResetPolicy.valueOf(
        get(Settings.QUOTA_NO_RESET_EXHAUSTION_POLICY_OF, Settings.QUOTA_NO_RESET_EXHAUSTION_POLICY)
            .name());
  }

  private RateLimitScope rateLimitScope() {
    String scope = provider.getRateLimitScope().toUpperCase(Locale.ROOT);
    try {
      return RateLimitScope.valueOf(scope);
    } catch (IllegalArgumentException e) {
      findings.add(
          "rateLimitScope \"%s\" is none of key, ip, account"
              .formatted(provider.getRateLimitScope()));
      return RateLimitScope.KEY;
    }
  }

  /** Reads {@code a=1, b=2}. */
  private Map<String, Integer> numbers(String property, String text) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (String part : Provider.commaList(text)) {
      int equals = part.lastIndexOf('=');
      try {
        numbers.put(
            part.substring(0, equals).strip(), Integer.valueOf(part.substring(equals + 1).strip()));
      } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
        findings.add("%s: \"%s\" is not name=number".formatted(property, part));
      }
    }
    return numbers;
  }

  private Multipliers multipliers() {
    Map<Integer, Integer> max = new HashMap<>();
    Map<Mode, Map<Integer, Integer>> ofMode = new HashMap<>();
    numbers("slotMultipliers", provider.getSlotMultipliers())
        .forEach((priority, factor) -> multiplier(priority, factor, max, ofMode));
    for (String variable : configuration.variables().keySet()) {
      String rest = after("CONCURRENCY_MULTIPLIER_", variable);
      Matcher matcher = rest == null ? null : MULTIPLIER.matcher(rest);
      if (matcher != null && matcher.matches()) {
        Integer priority = Integer.valueOf(matcher.group(1));
        String inMode = matcher.group(2);
        factor(variable)
            .ifPresent(
                factor -> {
                  if (inMode == null) {
                    max.put(priority, factor);
                  } else {
                    ofMode
                        .computeIfAbsent(Mode.valueOf(inMode), m -> new HashMap<>())
                        .put(priority, factor);
                  }
                });
      }
    }
    Map<Integer, Integer> optimal = new HashMap<>();
    numbers("softMultipliers", provider.getSoftMultipliers())
        .forEach((priority, factor) -> multiplier(priority, factor, optimal, new HashMap<>()));
    int fallback = find(Settings.SEQUENTIAL_FALLBACK_MULTIPLIER).orElse(1);
    return new Multipliers(max, ofMode, fallback, optimal);
  }

  private Optional<Integer> factor(String variable) {
    return Settings.named(variable)
        .flatMap(configuration::find)
        .filter(Integer.class::isInstance)
        .map(Integer.class::cast);
  }

  private void multiplier(
      String key,
      Integer factor,
      Map<Integer, Integer> max,
      Map<Mode, Map<Integer, Integer>> ofMode) {
    String[] words = key.toUpperCase(Locale.ROOT).split("\\s+");
    try {
      Integer priority = Integer.valueOf(words[words.length - 1]);
      if (words.length == 1) {
        max.put(priority, factor);
      } else {
        ofMode.computeIfAbsent(Mode.valueOf(words[0]), m -> new HashMap<>()).put(priority, factor);
      }
    } catch (IllegalArgumentException e) {
      findings.add("multiplier \"%s\" names no priority".formatted(key));
    }
  }

  /** What follows the prefix and a name of this provider, null when the variable is another's. */
  private @Nullable String after(String prefix, String variable) {
    if (!variable.startsWith(prefix)) {
      return null;
    }
    for (String name : names()) {
      String start = prefix + spelled(name) + "_";
      if (variable.startsWith(start)) {
        return variable.substring(start.length());
      }
    }
    return null;
  }

  private static String spelled(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private List<Cap> caps() {
    List<Cap> caps = new ArrayList<>();
    Map<String, String> variables = configuration.variables();
    variables.forEach(
        (variable, limit) -> {
          String rest = after("CUSTOM_CAP_", variable);
          if (rest != null && rest.startsWith("T") && !limit.isBlank()) {
            String cooldown =
                names().stream()
                    .map(name -> "CUSTOM_CAP_COOLDOWN_" + spelled(name) + "_" + rest)
                    .map(variables::get)
                    .filter(text -> text != null && !text.isBlank())
                    .findFirst()
                    .orElse("quota_reset");
            read(variable, rest.substring(1), limit, cooldown, caps);
          }
        });
    for (String part : Provider.commaList(provider.getCaps())) {
      String[] words = part.split("\\s+", 4);
      if (words.length < 3) {
        findings.add("cap \"%s\" is not: priority, model or group, limit".formatted(part));
      } else {
        String rest = words.length > 3 ? words[3] : "quota_reset";
        add("caps", words[0].replace('+', '_') + "_", words[1], words[2], rest, caps);
      }
    }
    return caps;
  }

  // A group whose name begins with a number looks like a further tier: known names go first.
  private void read(String variable, String tail, String limit, String cooldown, List<Cap> into) {
    if (tail.startsWith("DEFAULT_")) {
      add(variable, "DEFAULT_", tail.substring(8), limit, cooldown, into);
      return;
    }
    Set<String> known = new HashSet<>();
    provider.getQuotaGroups().keySet().forEach(group -> known.add(Cap.plain(group)));
    Matcher all = TIERS_AND_NAME.matcher(tail);
    if (!all.matches()) {
      findings.add("%s names no tier".formatted(variable));
      return;
    }
    int cut = tail.indexOf('_') + 1;
    while (cut > 0 && cut < all.end(1)) {
      if (known.contains(Cap.plain(tail.substring(cut)))) {
        add(variable, tail.substring(0, cut), tail.substring(cut), limit, cooldown, into);
        return;
      }
      cut = tail.indexOf('_', cut) + 1;
    }
    add(variable, all.group(1), all.group(2), limit, cooldown, into);
  }

  private void add(
      String where, String tiers, String name, String limit, String rest, List<Cap> into) {
    try {
      Cap.Limit requests = Cap.limit(limit);
      Cap.Rest after = Cap.rest(rest, PoolPlan::seconds);
      for (String tier : tiers.split("_")) {
        OptionalInt priority =
            tier.equalsIgnoreCase("default")
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(tier));
        into.add(new Cap(priority, name, requests, after));
      }
    } catch (IllegalArgumentException e) {
      findings.add("%s: %s".formatted(where, e.getMessage()));
    }
  }

  private static OptionalLong seconds(String text) {
    return Durations.parse(text)
        .map(length -> OptionalLong.of(length.toSeconds()))
        .orElse(OptionalLong.empty());
  }

  /** The credential behind a key, with what the environment says of the one with its number. */
  Credential credential(ApiKey key, Fingerprints fingerprints) {
    Matcher matcher = NUMBER_AT_END.matcher(key.variable());
    String number = matcher.matches() ? matcher.group(1) : "1";
    String id = fingerprints.fingerprint(key.value());
    String set = tier(number);
    String tier = set != null ? set : told.plan(provider.getName(), id).orElse(null);
    int priority =
        numbered(Settings.CREDENTIAL_PRIORITY, number)
            .orElseGet(() -> set == null && provider.getTiers().isEmpty() ? 1 : priorityOf(tier));
    return new Credential(id, fingerprints.secret(key.value()), key.variable(), priority)
        .withTier(tier, priority)
        .withWeight(numbered(Settings.CREDENTIAL_WEIGHT, number).orElse(1.0));
  }

  /** The credential behind an account, which is known by who it is and not by its token. */
  Credential credential(OAuthAccount account) {
    Matcher matcher = NUMBER_OF_ACCOUNT.matcher(account.name());
    String number = matcher.matches() ? matcher.group(1) : "1";
    String known = account.facts().getOrDefault("tier", account.facts().get("plan_type"));
    String tier = numberedTier(number).orElse(known);
    int priority = numbered(Settings.CREDENTIAL_PRIORITY, number).orElseGet(() -> priorityOf(tier));
    Secret secret = new Secret(account, account.fingerprint());
    return new Credential(account.fingerprint(), secret, account.label(), priority)
        .withTier(tier, priority)
        .withWeight(numbered(Settings.CREDENTIAL_WEIGHT, number).orElse(1.0));
  }

  private @Nullable String tier(String number) {
    return numberedTier(number)
        .or(() -> find(Settings.TIER))
        .filter(text -> !text.isBlank())
        .orElse(null);
  }

  private Optional<String> numberedTier(String number) {
    return names().stream()
        .map(name -> configuration.variables().get(spelled(name) + "_" + number + "_TIER"))
        .filter(text -> text != null && !text.isBlank())
        .findFirst();
  }

  private <T> Optional<T> numbered(SettingPattern<T> pattern, String number) {
    for (String name : names()) {
      Optional<T> found = configuration.find(pattern.of(name, number));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private int priorityOf(@Nullable String tier) {
    if (tier == null) {
      return 1;
    }
    Map<String, Integer> priorities = numbers("tiers", provider.getTiers());
    return priorities.getOrDefault(tier, 10);
  }

  /** Caps that can match nothing that the provider is known to have, in sentences. */
  List<String> idleCaps(PoolOptions options) {
    Set<String> known = new HashSet<>();
    provider.getQuotaGroups().keySet().forEach(group -> known.add(Cap.plain(group)));
    provider.staticModels().forEach(model -> known.add(Cap.plain("/" + model.name())));
    List<String> idle = new ArrayList<>();
    for (Cap cap : options.caps()) {
      if (!known.isEmpty() && !known.contains(cap.name())) {
        idle.add(
            "the cap %s of %s names no quota group and no listed model; it holds if the provider has one of that name"
                .formatted(cap.text(), cap.name()));
      }
    }
    return idle;
  }
}
