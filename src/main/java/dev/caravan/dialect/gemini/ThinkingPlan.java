package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Reasoning;
import dev.caravan.dialect.hub.Target;
import org.jspecify.annotations.Nullable;

/**
 * How a model of this family shall think: a level for Gemini 3 and later, a budget before
 * (providers.md 4.3 and 5.6). Whoever asks for thinking sees the thoughts.
 *
 * @param level null for none
 * @param budget tokens, -1 for as many as the model likes, null for none
 * @param shown whether thoughts are in the answer
 */
record ThinkingPlan(@Nullable String level, @Nullable Long budget, boolean shown) {
  private static final long LEAST_OF_PRO = 128;
  private static final long LARGEST_OF_PRO = 32_768;
  private static final long LARGEST = 24_576;
  private static final long LARGEST_OF_CLAUDE = 31_999;
  private static final long LARGEST_OF_OTHERS = 4_096;

  static @Nullable ThinkingPlan of(Conversation conversation, Target target) {
    Reasoning asked = conversation.reasoning();
    String model = target.model();
    if (Models.isThreeOrLater(model)) {
      if (asked == null) {
        return target.largeBudgets() ? new ThinkingPlan("high", null, true) : null;
      }
      return ofLevel(asked, model);
    }
    if (Models.isClaude(model)) {
      return asked == null ? null : ofClaude(asked);
    }
    if (!Models.isTwoFive(model)) {
      return null; // older ones refuse the field
    }
    if (asked == null) {
      boolean usual =
          target.largeBudgets()
              || model.endsWith("gemini-2.5-pro")
              || model.endsWith("gemini-2.5-flash");
      return usual ? new ThinkingPlan(null, -1L, true) : null;
    }
    return ofBudget(asked, model, target.largeBudgets());
  }

  private static ThinkingPlan ofLevel(Reasoning asked, String model) {
    if (asked.isOff()) {
      return new ThinkingPlan(Models.isPro(model) ? "low" : "minimal", null, false);
    }
    String level = asked.asLevel();
    return new ThinkingPlan(level == null ? null : known(level, model), null, true);
  }

  private static String known(String level, String model) {
    return switch (level) {
      case "minimal" -> Models.isPro(model) ? "low" : "minimal";
      case "low" -> "low";
      case "low_medium" -> Models.isPro(model) ? "low" : "medium";
      case "medium" -> Models.isThreePro(model) ? "high" : "medium";
      default -> "high";
    };
  }

  private static @Nullable ThinkingPlan ofBudget(Reasoning asked, String model, boolean large) {
    boolean pro = Models.isTwoFivePro(model);
    if (asked.isOff()) {
      return new ThinkingPlan(null, pro ? LEAST_OF_PRO : 0, false);
    }
    Long exact = asked.budget();
    String level = asked.level();
    if (exact != null) {
      long most = pro ? LARGEST_OF_PRO : LARGEST;
      return new ThinkingPlan(null, Math.clamp(exact, pro ? LEAST_OF_PRO : 1, most), true);
    }
    String word = level == null ? "" : level;
    if (asked.large()) {
      Long budget = largeBudget(word, model);
      return budget == null ? null : new ThinkingPlan(null, budget, true);
    }
    return new ThinkingPlan(null, large ? large(word, pro) : small(word), true);
  }

  private static ThinkingPlan ofClaude(Reasoning asked) {
    if (asked.isOff()) {
      return new ThinkingPlan(null, 0L, false);
    }
    Long exact = asked.budget();
    String level = asked.level();
    long budget = exact != null ? exact : large(level == null ? "" : level, true);
    return new ThinkingPlan(null, Math.min(budget, LARGEST_OF_CLAUDE), true);
  }

  private static long small(String level) {
    return switch (level) {
      case "minimal" -> 512;
      case "low", "low_medium" -> 1_024;
      case "medium" -> 2_048;
      case "medium_high", "high" -> 4_096;
      case "xhigh", "max" -> 8_192;
      default -> -1;
    };
  }

  /** The budgets of providers.md 5.6; that of Pro is larger by a third. */
  private static long large(String level, boolean pro) {
    long eighths =
        switch (level) {
          case "minimal" -> 1;
          case "low" -> 2;
          case "low_medium" -> 3;
          case "medium" -> 4;
          case "medium_high" -> 6;
          case "high", "xhigh", "max" -> 8;
          default -> 0;
        };
    return eighths == 0 ? -1 : eighths * (pro ? LARGEST_OF_PRO : LARGEST) / 8;
  }

  /** The measure of {@code custom_reasoning_budget} (providers.md 4.3). */
  private static @Nullable Long largeBudget(String level, String model) {
    long most =
        Models.isTwoFivePro(model)
            ? LARGEST_OF_PRO
            : model.contains("2.5-flash") ? LARGEST : LARGEST_OF_OTHERS;
    return switch (level) {
      case "low" -> most / 4;
      case "medium" -> most / 2;
      case "high" -> most;
      default -> null;
    };
  }

  void write(JsonWriter out) {
    out.name("thinkingConfig").beginObject();
    if (level != null) {
      out.member("thinkingLevel", level);
    }
    if (budget != null) {
      out.member("thinkingBudget", budget);
    }
    out.member("includeThoughts", shown).endObject();
  }
}
