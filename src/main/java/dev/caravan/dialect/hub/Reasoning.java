package dev.caravan.dialect.hub;

import org.jspecify.annotations.Nullable;

/**
 * How much a model shall think before it answers: as a level, as a budget of tokens, or both when a
 * client said both. The scales are those of providers.md 13.1.
 *
 * @param mode whether it thinks at all
 * @param level {@code minimal low medium high xhigh max}, null when only a budget was given
 * @param budget tokens, null when only a level was given
 * @param large whether a level means more tokens than usual, where a provider counts in tokens
 */
public record Reasoning(Mode mode, @Nullable String level, @Nullable Long budget, boolean large) {

  /** In the usual measure. */
  public Reasoning(Mode mode, @Nullable String level, @Nullable Long budget) {
    this(mode, level, budget, false);
  }

  /** Whether a model thinks. */
  public enum Mode {
    OFF,
    ON,
    /** As much as the model finds right. */
    ADAPTIVE
  }

  public static Reasoning off() {
    return new Reasoning(Mode.OFF, null, null);
  }

  public static Reasoning ofLevel(String level) {
    return switch (level) {
      case "none", "disable", "disabled", "off" -> off();
      default -> new Reasoning(Mode.ON, level, null);
    };
  }

  public static Reasoning ofBudget(long tokens) {
    return new Reasoning(Mode.ON, null, tokens);
  }

  /** The same in the larger measure. */
  public Reasoning inLargeBudgets() {
    return new Reasoning(mode, level, budget, true);
  }

  public boolean isOff() {
    return mode == Mode.OFF;
  }

  /** Level for a provider that knows levels only; null when nothing can be said. */
  public @Nullable String asLevel() {
    if (isOff()) {
      return "none";
    }
    if (level != null || budget == null) {
      return level;
    }
    return budget <= 8_192 ? "low" : budget <= 16_384 ? "medium" : "high";
  }

  /** Tokens for a provider that knows budgets only; null when nothing can be said. */
  public @Nullable Long asBudget() {
    if (budget != null || level == null) {
      return budget;
    }
    return switch (level) {
      case "minimal", "low" -> 1_024L;
      case "medium" -> 8_192L;
      case "high" -> 24_576L;
      case "xhigh", "max" -> 32_768L;
      default -> null;
    };
  }
}
