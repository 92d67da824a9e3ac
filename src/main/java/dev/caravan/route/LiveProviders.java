package dev.caravan.route;

import dev.caravan.provider.Provider;
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

  public @Nullable Provider find(String name) {
    return byName.get(name);
  }

  public SortedMap<String, Provider> all() {
    return byName;
  }
}
