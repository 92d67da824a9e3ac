package dev.caravan.provider;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The keys of one provider: the one without number first, then by number, each value once
 * (providers.md 11, case 76).
 */
final class KeyRing {

  static final int UNNUMBERED = -1;

  private record Place(String variable, int number, int rank) {}

  private final Environment environment;
  private final List<Place> places = new ArrayList<>();

  KeyRing(Environment environment) {
    this.environment = environment;
  }

  /**
   * @param number the number at the variable's end
   * @param rank which of the provider's names for a key it is, for two of the same number
   */
  void add(String variable, int number, int rank) {
    places.add(new Place(variable, number, rank));
  }

  List<ApiKey> keys() {
    Map<String, ApiKey> once = new LinkedHashMap<>();
    places.stream()
        .sorted(Comparator.comparingInt(Place::number).thenComparingInt(Place::rank))
        .forEach(place -> take(place.variable, once));
    return List.copyOf(once.values());
  }

  private void take(String variable, Map<String, ApiKey> once) {
    String value = environment.find(variable).map(Environment.Found::value).orElse("");
    if (value.isEmpty()) {
      environment.warn(variable, "is empty", "give it a key or remove it");
    } else if (isPlaceholder(value)) {
      environment.warn(variable, "holds a placeholder", "give it a key or remove it");
    } else if (value.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      environment.warn(variable, "holds a blank or a line break inside", "give it one key");
    } else {
      ApiKey first = once.putIfAbsent(value, new ApiKey(variable, value));
      if (first != null) {
        environment.warn(
            variable, "holds the same key as " + first.variable(), "it is used once; remove one");
      }
    }
  }

  private static boolean isPlaceholder(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return lower.startsWith("your_") || lower.startsWith("your-");
  }
}
