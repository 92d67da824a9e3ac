package dev.caravan.reload;

import java.util.Set;

/**
 * What route files may name besides what they declare themselves: what the gateway brings.
 *
 * @param beans names in the registry
 * @param routeIds ids that are taken
 * @param directs names behind {@code direct:} that a route of the gateway takes
 * @param callers names behind {@code direct:} that the gateway itself calls
 * @param needed those of them that have to be there
 * @param paths HTTP paths that are taken, as {@code METHOD /path}
 * @param providers names of providers that need no file
 */
public record Legal(
    Set<String> beans,
    Set<String> routeIds,
    Set<String> directs,
    Set<String> callers,
    Set<String> needed,
    Set<String> paths,
    Set<String> providers) {

  public Legal {
    beans = Set.copyOf(beans);
    routeIds = Set.copyOf(routeIds);
    directs = Set.copyOf(directs);
    callers = Set.copyOf(callers);
    needed = Set.copyOf(needed);
    paths = Set.copyOf(paths);
    providers = Set.copyOf(providers);
  }
}
