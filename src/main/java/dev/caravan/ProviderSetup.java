package dev.caravan;

import dev.caravan.config.Configuration;
import dev.caravan.oauth.AccountStatus;
import dev.caravan.oauth.Accounts;
import dev.caravan.oauth.OAuthAccount;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Fingerprints;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.Pools;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.Definition;
import dev.caravan.provider.EnvironmentProviders;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.OAuth;
import dev.caravan.provider.quota.ToldPlans;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Makes providers live in a set of routes: those of files get the environment's changes, those of
 * the catalogue and of the environment alone get their bean and their route; and each gets its pool
 * of credentials.
 */
final class ProviderSetup {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderSetup.class);

  /** A pool to be. */
  private record Pending(
      String provider,
      PoolOptions options,
      List<Credential> credentials,
      boolean waitsForAccounts) {}

  private final List<Pending> pending = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Map<String, String> sources = new HashMap<>();
  private final Configuration configuration;
  private final Pools pools;
  private final Fingerprints fingerprints;
  private final Accounts accounts;
  private final ToldPlans told;
  private final List<Runnable> replans = new ArrayList<>();
  private List<String> mayHaveAccounts = List.of();
  private Set<String> haveAccounts = Set.of();
  private final Map<String, Runnable> replansOfKeys = new HashMap<>();

  ProviderSetup(
      Configuration configuration,
      Pools pools,
      Fingerprints fingerprints,
      Accounts accounts,
      ToldPlans told) {
    this.accounts = accounts;
    this.told = told;
    this.configuration = configuration;
    this.pools = pools;
    this.fingerprints = fingerprints;
  }

  /** Called when the route files are loaded and nothing runs yet. */
  void complete(CamelContext context) {
    Map<String, Provider> declared = context.getRegistry().findByTypeWithName(Provider.class);
    declared.forEach(
        (name, provider) -> {
          if (provider.getName().isEmpty()) {
            provider.setName(name);
          }
        });
    mayHaveAccounts = namesOfOAuth(declared.values());
    haveAccounts = accounts.present(mayHaveAccounts);
    EnvironmentProviders read =
        EnvironmentProviders.read(
            configuration.variables(), Catalogue.bundled(), declared.values(), haveAccounts);
    read.findings().forEach(finding -> LOG.warn("{}", finding));
    for (Definition definition : read.definitions()) {
      if (isHeldBack(definition)) {
        continue;
      }
      names.add(definition.name());
      sources.put(definition.name(), definition.source().word());
      if (!hasTemplate(context, definition.routeTemplate())) {
        boolean bare = ((ModelCamelContext) context).getRouteTemplateDefinitions().isEmpty();
        LOG.atLevel(bare ? Level.DEBUG : Level.WARN)
            .log(
                "provider {}: it is set up, but routes/templates has no '{}' to call it by, so it is not served",
                definition.name(),
                definition.routeTemplate());
        continue;
      }
      Provider provider = makeLive(context, definition);
      List<String> complaints = provider.complaints();
      if (!complaints.isEmpty()) {
        throw new IllegalArgumentException(
            "provider %s: %s".formatted(definition.name(), String.join("; ", complaints)));
      }
      plan(definition, provider);
    }
  }

  /** Whether its vendor's state asks for a yes that nobody has given. */
  private boolean isHeldBack(Definition definition) {
    boolean mayAsk =
        !(definition.source() instanceof Definition.Source.Listed)
            || Catalogue.bundled().withAccounts().contains(definition.name());
    OAuth oauth = mayAsk ? definition.provider().oauth().orElse(null) : null;
    if (oauth == null || oauth.optIn().isEmpty()) {
      return false;
    }
    String said = configuration.variables().getOrDefault(oauth.optIn(), "").strip();
    if (List.of("true", "1", "yes").contains(said.toLowerCase(Locale.ROOT))) {
      return false;
    }
    LOG.warn(
        "provider {}: it is not served before {}=true is set: {}",
        definition.name(),
        oauth.optIn(),
        oauth.statusNote());
    return true;
  }

  private static List<String> namesOfOAuth(Collection<Provider> declared) {
    List<String> names = new ArrayList<>(Catalogue.bundled().withAccounts());
    declared.stream()
        .filter(provider -> provider.oauth().isPresent())
        .map(Provider::getName)
        .forEach(names::add);
    return names;
  }

  /** Notes a provider that is served, whose pool is to be installed. */
  void found(String provider, PoolOptions options, List<Credential> credentials) {
    pending.add(new Pending(provider, options, credentials, false));
  }

  /** Every provider that is set up, served or not. */
  List<String> names() {
    return names;
  }

  /** Where the definitions of the providers come from, by name, as one word. */
  Map<String, String> sources() {
    return sources;
  }

  /** Whether no provider is set up. */
  boolean hasNone() {
    return pending.isEmpty();
  }

  /**
   * Makes the pools as the routes want them. Only now, since routes that do not become live must
   * not have touched them.
   */
  void installPools() {
    pending.stream()
        .filter(p -> !p.waitsForAccounts())
        .forEach(p -> pools.install(p.provider(), p.options(), p.credentials()));
    replans.forEach(Runnable::run);
    accounts.looked();
  }

  /**
   * Gives the pools the accounts that there are now.
   *
   * @return whether a provider has one by now that had none, which is told once
   */
  boolean replanAccounts() {
    replans.forEach(Runnable::run);
    accounts.looked();
    Set<String> now = accounts.present(mayHaveAccounts);
    boolean isFirst = !haveAccounts.containsAll(now);
    haveAccounts = now;
    return isFirst;
  }

  /** Gives the pool of a provider the plans and groups that it has told. */
  void replan(Provider provider) {
    replansOfKeys.getOrDefault(provider.getName(), () -> {}).run();
  }

  private void useAccounts(
      Definition definition, Provider provider, PoolPlan plan, PoolOptions options) {
    List<OAuthAccount> found = isWanted(provider) ? accounts.of(provider) : List.of();
    accounts.use(provider.getName(), found);
    Pool pool = pools.install(definition.name(), options, credentials(definition, plan, found));
    for (OAuthAccount account : found) {
      tell(pool, account);
    }
  }

  /** Whether the variable is set without which its accounts are left alone. */
  private boolean isWanted(Provider provider) {
    String variable = provider.oauth().map(OAuth::optIn).orElse("");
    String value = configuration.variables().getOrDefault(variable, "").strip();
    boolean wanted =
        variable.isEmpty()
            || Set.of("true", "1", "yes", "on").contains(value.toLowerCase(Locale.ROOT));
    if (!wanted) {
      LOG.warn(
          "provider {}: its accounts are not used before {}=true is set",
          provider.getName(),
          variable);
    }
    return wanted;
  }

  /** Tells a pool how an account stands. */
  static void tell(Pool pool, OAuthAccount account) {
    boolean needed =
        account.status() == AccountStatus.NEEDS_LOGIN
            || account.status() == AccountStatus.INELIGIBLE;
    boolean was =
        pool.view().credentials().stream()
            .anyMatch(
                view ->
                    view.id().equals(account.fingerprint())
                        && view.state() == PoolView.State.NEEDS_REAUTH);
    pool.operator().reauthNeeded(account.fingerprint(), needed);
    if (was && !needed) {
      pool.operator().clear(account.fingerprint(), null);
    }
  }

  private List<Credential> credentials(
      Definition definition, PoolPlan plan, List<OAuthAccount> found) {
    List<Credential> all = new ArrayList<>();
    definition.keys().forEach(key -> all.add(plan.credential(key, fingerprints)));
    found.forEach(account -> all.add(plan.credential(account)));
    return all;
  }

  static boolean hasTemplate(CamelContext context, String id) {
    return context instanceof ModelCamelContext model
        && model.getRouteTemplateDefinition(id) != null;
  }

  private static Provider makeLive(CamelContext context, Definition definition) {
    String name = definition.name();
    switch (definition.source()) {
      case Definition.Source.Declared(var provider) -> definition.overrides().applyTo(provider);
      case Definition.Source.Listed _ -> {
        // What Camel's loader would make of the same file, at a fraction of the time.
        Provider provider = definition.provider();
        context.getRegistry().bind(name, provider);
        route(context, provider).add();
      }
      case Definition.Source.Custom custom -> {
        Provider provider = definition.provider();
        context.getRegistry().bind(name, provider);
        addRoute(context, provider);
      }
    }
    Provider provider = context.getRegistry().lookupByNameAndType(name, Provider.class);
    if (provider.getName().isEmpty()) {
      provider.setName(name);
    }
    return provider;
  }

  /** The route of a provider that no file has made. */
  static void addRoute(CamelContext context, Provider provider) {
    route(context, provider).routeId("provider-" + provider.getName()).add();
  }

  private static TemplatedRouteBuilder route(CamelContext context, Provider provider) {
    return TemplatedRouteBuilder.builder(context, provider.routeTemplate())
        .parameter("provider", provider.getName());
  }

  private void plan(Definition definition, Provider provider) {
    PoolPlan plan = new PoolPlan(configuration, provider, told);
    PoolOptions options = plan.options();
    boolean takesAccounts = provider.oauth().isPresent();
    List<Credential> credentials =
        definition.isAnonymous()
            ? List.of(anonymous(definition.name()))
            : credentials(definition, plan, List.of());
    plan.findings().forEach(f -> LOG.warn("provider {}: {}", definition.name(), f));
    plan.idleCaps(options).forEach(f -> LOG.warn("provider {}: {}", definition.name(), f));
    if (takesAccounts) {
      replans.add(() -> useAccounts(definition, provider, plan, options));
      pending.add(new Pending(definition.name(), options, List.of(), true));
    } else {
      found(definition.name(), options, credentials);
      if (!definition.isAnonymous()) {
        replansOfKeys.put(definition.name(), () -> useTold(definition, provider));
      }
    }
  }

  private void useTold(Definition definition, Provider provider) {
    PoolPlan plan = new PoolPlan(configuration, provider, told);
    pools.install(definition.name(), plan.options(), credentials(definition, plan, List.of()));
  }

  /** Stands for "no key needed", so that such a provider has a pool like any other. */
  static Credential anonymous(String provider) {
    String id = "none://" + provider;
    return new Credential(id, new dev.caravan.call.Secret("", id), id, 1);
  }
}
