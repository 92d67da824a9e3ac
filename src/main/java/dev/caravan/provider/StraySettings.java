package dev.caravan.provider;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Settings whose variable ends in the name of no provider: most likely a slip of the pen. */
final class StraySettings {

  private static final List<String> PREFIXES =
      List.of(
          "ROTATION_MODE_",
          "ROTATION_TOLERANCE_",
          "MAX_CONCURRENT_REQUESTS_PER_KEY_",
          "OPTIMAL_CONCURRENT_REQUESTS_PER_KEY_",
          "IGNORE_MODELS_",
          "WHITELIST_MODELS_");

  private final Environment environment;
  private final Set<String> stems = new HashSet<>();

  StraySettings(Environment environment, Collection<Variables> known) {
    this.environment = environment;
    known.forEach(variables -> stems.addAll(variables.stems()));
  }

  void warn() {
    for (String variable : environment.names()) {
      PREFIXES.stream()
          .filter(variable::startsWith)
          .map(prefix -> variable.substring(prefix.length()))
          .filter(tail -> !stems.contains(tail) && !stems.contains(withoutMode(tail)))
          .forEach(tail -> warn(variable, tail));
    }
  }

  private void warn(String variable, String tail) {
    environment.warn(
        variable,
        "ends in the name of no provider",
        "name one after its prefix" + NearNames.hint(tail, names()));
  }

  private List<String> names() {
    return stems.stream().map(stem -> stem.toLowerCase(Locale.ROOT)).toList();
  }

  private static String withoutMode(String tail) {
    return tail.replaceFirst("_(BALANCED|SEQUENTIAL)$", "");
  }
}
