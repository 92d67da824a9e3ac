package dev.caravan.pool;

import java.util.Map;

/**
 * How many slots a priority gets for one slot of the base figure (rotation.md 3.7). Immutable.
 *
 * @param max by priority, for the hard ceiling in both modes
 * @param maxByMode by mode and priority; beats {@code max}
 * @param fallback for priorities that neither names
 * @param optimal by priority, for the soft target; 1 for priorities that it does not name
 */
public record Multipliers(
    Map<Integer, Integer> max,
    Map<Mode, Map<Integer, Integer>> maxByMode,
    int fallback,
    Map<Integer, Integer> optimal) {

  public static final Multipliers NONE = new Multipliers(Map.of(), Map.of(), 1, Map.of());

  public Multipliers {
    max = Map.copyOf(max);
    maxByMode = Map.copyOf(maxByMode);
    optimal = Map.copyOf(optimal);
    if (fallback < 1) {
      throw new IllegalArgumentException(
          "the fallback multiplier must be 1 or more, but was " + fallback);
    }
  }

  /** Slots of one credential; 0 for no ceiling, however high the multiplier. */
  int slots(int base, Mode mode, int priority) {
    if (base <= 0) {
      return 0;
    }
    Integer special = maxByMode.getOrDefault(mode, Map.of()).get(priority);
    return base * (special != null ? special : max.getOrDefault(priority, fallback));
  }

  /** Slots up to which a credential is preferred; 0 for no preference. */
  int preferred(int base, int priority) {
    return base <= 0 ? 0 : base * optimal.getOrDefault(priority, 1);
  }
}
