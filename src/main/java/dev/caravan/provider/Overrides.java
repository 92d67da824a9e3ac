package dev.caravan.provider;

import java.util.List;
import java.util.function.Consumer;

/**
 * What the environment changes in a provider's definition; it beats what a file says (rotation.md
 * 2). Immutable.
 *
 * @param changes in the order in which they are to be made
 */
public record Overrides(List<Change> changes) {

  static final Overrides NONE = new Overrides(List.of());

  public Overrides {
    changes = List.copyOf(changes);
  }

  /**
   * One change.
   *
   * @param variable the variable that asks for it
   * @param apply makes it
   */
  public record Change(String variable, Consumer<Provider> apply) {}

  /** Makes all changes. Doing so twice changes nothing more. */
  public void applyTo(Provider provider) {
    changes.forEach(change -> change.apply().accept(provider));
  }

  /** The variables that changed something, to be shown beside the values. */
  public List<String> variables() {
    return changes.stream().map(Change::variable).distinct().toList();
  }
}
