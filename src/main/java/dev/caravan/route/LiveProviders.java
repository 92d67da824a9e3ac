package dev.caravan.route;

import dev.caravan.provider.Provider;
import dev.caravan.provider.account.OAuth;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * The providers of one set of routes: the beans of that type, by the name before the slash. Looked
 * up once, when all routes are loaded; immutable afterwards.
 */
public final class LiveProviders {
  private volatile SortedMap<String, Provider> byName = new TreeMap<>();
  private volatile Map<String, String> sources = Map.of();

  /** Takes over what the routes have brought. */
  public void collect(CamelContext context) {
    TreeMap<String, Provider> found = new TreeMap<>();
    for (Map.Entry<String, Provider> bean :
        context.getRegistry().findByTypeWithName(Provider.class).entrySet()) {
      if (context.hasEndpoint("direct://provider-" + bean.getKey()) != null) {
        found.put(bean.getKey(), bean.getValue());
      }
    }
    byName = found;
  }

  /**
   * Notes where the definitions come from, by name: {@code builtin}, {@code template}, {@code env}.
   */
  public void sources(Map<String, String> words) {
    sources = Map.copyOf(words);
  }

  /** Where a provider's definition comes from, {@code builtin} for one that the gateway brings. */
  String source(String name) {
    return sources.getOrDefault(name, "builtin");
  }

  /** What people have to know of a provider whose vendor has ended it, empty for all others. */
  String obituary(String name) {
    Provider provider = find(name);
    return provider == null
        ? ""
        : provider
            .oauth()
            .filter(oauth -> oauth.status().equals("dead"))
            .map(OAuth::statusNote)
            .orElse("");
  }

  public @Nullable Provider find(String name) {
    return byName.get(name);
  }

  public SortedMap<String, Provider> all() {
    return byName;
  }
}
