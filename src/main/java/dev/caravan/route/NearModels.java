package dev.caravan.route;

import dev.caravan.provider.NearNames;
import java.util.Collection;
import java.util.List;

/**
 * "Did you mean" for models, of which there may be ten thousands: those of the provider that was
 * named come first, and only so many are compared that a wrong name costs some milliseconds.
 */
final class NearModels {
  private static final int MOST_COMPARED = 2_000;

  private NearModels() {}

  static List<String> of(String asked, Collection<String> ids) {
    String provider = asked.substring(0, asked.indexOf('/') + 1);
    List<String> ofProvider =
        provider.isEmpty()
            ? List.of()
            : ids.stream().filter(id -> id.startsWith(provider)).limit(MOST_COMPARED).toList();
    List<String> near = NearNames.of(asked, ofProvider);
    return near.isEmpty() && ofProvider.size() < MOST_COMPARED
        ? NearNames.of(asked, ids.stream().limit(MOST_COMPARED).toList())
        : near;
  }
}
