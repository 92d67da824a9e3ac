package dev.caravan.provider;

import java.util.List;

/**
 * Which models of a provider clients may see and call (http-api.md 1.3). A model that the whitelist
 * names is allowed whatever else is said; of the others those that the ignore list names are not;
 * the rest is allowed. So {@code ignore *} with a whitelist leaves exactly the whitelist.
 * Immutable.
 *
 * @param whitelist shell patterns, matched against {@code model} and {@code provider/model}
 * @param ignore shell patterns, matched alike
 */
public record ModelFilter(List<String> whitelist, List<String> ignore) {

  public ModelFilter {
    whitelist = List.copyOf(whitelist);
    ignore = List.copyOf(ignore);
  }

  /** Lets every model pass. */
  public static final ModelFilter NONE = new ModelFilter(List.of(), List.of());

  public boolean allows(String provider, String model) {
    return named(whitelist, provider, model) || !named(ignore, provider, model);
  }

  private static boolean named(List<String> patterns, String provider, String model) {
    for (String pattern : patterns) {
      if (Glob.matches(pattern, model) || Glob.matches(pattern, provider + "/" + model)) {
        return true;
      }
    }
    return false;
  }
}
