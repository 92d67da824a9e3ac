package dev.caravan;

import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Fingerprints;
import dev.caravan.pool.Mode;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.Pools;
import dev.caravan.provider.ApiKey;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.Definition;
import dev.caravan.provider.EnvironmentProviders;
import dev.caravan.provider.Provider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
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
  private record Pending(String provider, PoolOptions options, List<Credential> credentials) {}

  private final List<Pending> pending = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Configuration configuration;
  private final Pools pools;
  private final Fingerprints fingerprints;

  ProviderSetup(Configuration configuration, Pools pools) {
    this.configuration = configuration;
    this.pools = pools;
    this.fingerprints =
        Fingerprints.of(("caravan " + configuration.home()).getBytes(StandardCharsets.UTF_8));
  }

  /** Called when the route files are loaded and nothing runs yet. */
  void complete(CamelContext context) throws Exception {
    Map<String, Provider> declared = context.getRegistry().findByTypeWithName(Provider.class);
    declared.forEach(
        (name, provider) -> {
          if (provider.getName().isEmpty()) {
            provider.setName(name);
          }
        });
    EnvironmentProviders read =
        EnvironmentProviders.read(
            configuration.variables(), Catalogue.bundled(), declared.values());
    read.findings().forEach(finding -> LOG.warn("{}", finding));
    for (Definition definition : read.definitions()) {
      names.add(definition.name());
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
      found(definition.name(), optionsOf(provider), credentialsOf(definition));
    }
  }

  /** Notes a provider that is served, whose pool is to be installed. */
  void found(String provider, PoolOptions options, List<Credential> credentials) {
    pending.add(new Pending(provider, options, credentials));
  }

  /** Every provider that is set up, served or not. */
  List<String> names() {
    return names;
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
    pending.forEach(p -> pools.install(p.provider(), p.options(), p.credentials()));
  }

  static boolean hasTemplate(CamelContext context, String id) {
    return context instanceof ModelCamelContext model
        && model.getRouteTemplateDefinition(id) != null;
  }

  private static Provider makeLive(CamelContext context, Definition definition) throws Exception {
    String name = definition.name();
    switch (definition.source()) {
      case Definition.Source.Declared(var provider) -> definition.overrides().applyTo(provider);
      case Definition.Source.Listed(var entry) -> {
        Resource file = ResourceHelper.fromString(entry.resource(), entry.yaml());
        PluginHelper.getRoutesLoader(context).loadRoutes(file);
        Provider provider = context.getRegistry().lookupByNameAndType(name, Provider.class);
        definition.overrides().applyTo(provider);
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
    TemplatedRouteBuilder.builder(context, provider.routeTemplate())
        .parameter("provider", provider.getName())
        .routeId("provider-" + provider.getName())
        .add();
  }

  private List<Credential> credentialsOf(Definition definition) {
    if (definition.isAnonymous()) {
      return List.of(anonymous(definition.name()));
    }
    List<Credential> credentials = new ArrayList<>();
    for (ApiKey key : definition.keys()) {
      String id = fingerprints.fingerprint(key.value());
      credentials.add(new Credential(id, fingerprints.secret(key.value()), key.variable(), 1));
    }
    return credentials;
  }

  /** Stands for "no key needed", so that such a provider has a pool like any other. */
  static Credential anonymous(String provider) {
    String id = "none://" + provider;
    return new Credential(id, new dev.caravan.call.Secret("", id), id, 1);
  }

  private PoolOptions optionsOf(Provider provider) {
    Mode mode = provider.getRotation().equals("sequential") ? Mode.SEQUENTIAL : Mode.BALANCED;
    Map<String, String> groupOf = new HashMap<>();
    provider
        .getQuotaGroups()
        .forEach(
            (group, models) -> {
              for (String model : models.split(",")) {
                groupOf.put(model.strip(), provider.getName() + "/" + group);
              }
            });
    return PoolOptions.defaults(mode)
        .with()
        .tolerance(provider.getTolerance())
        .maxConcurrent(provider.getMaxConcurrent())
        .optimalConcurrent(provider.softLimit())
        .quotaGroups(groupOf)
        .maxRetries(configuration.get(Settings.MAX_RETRIES))
        .smallCooldown(configuration.get(Settings.SMALL_COOLDOWN_RETRY_THRESHOLD))
        .transientRetryDelay(configuration.get(Settings.TRANSIENT_RETRY_DELAY))
        .transientRetryJitter(configuration.get(Settings.TRANSIENT_RETRY_JITTER))
        .backoffTiers(configuration.get(Settings.COOLDOWN_BACKOFF_TIERS))
        .backoffMax(configuration.get(Settings.COOLDOWN_BACKOFF_MAX))
        .authCooldown(configuration.get(Settings.COOLDOWN_AUTH_ERROR))
        .lockoutDistinctModels(configuration.get(Settings.LOCKOUT_DISTINCT_MODELS))
        .leaseTtl(configuration.get(Settings.LEASE_TTL))
        .maxWaiting(configuration.get(Settings.MAX_WAITING))
        .probeFirst(configuration.get(Settings.COOLDOWN_PROBE_FIRST))
        .probeMax(configuration.get(Settings.COOLDOWN_PROBE_MAX))
        .probeLastKey(configuration.get(Settings.COOLDOWN_PROBE_LAST_KEY))
        .eventKeys(configuration.get(Settings.PROVIDER_EVENT_KEYS))
        .eventWindow(configuration.get(Settings.PROVIDER_EVENT_SECONDS))
        .eventPause(configuration.get(Settings.PROVIDER_EVENT_PAUSE))
        .build();
  }
}
