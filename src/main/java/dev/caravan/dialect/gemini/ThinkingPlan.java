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
  private static final long LARGEST_OF_OTHERS = 4_096;

  static @Nullable ThinkingPlan of(Conversation conversation, Target target) {
    Reasoning asked = conversation.reasoning();
    String model = target.model();
    if (Models.isThreeOrLater(model)) {
      return asked == null ? null : ofLevel(asked, model);
    }
    if (!Models.isTwoFive(model)) {
      return null; // older ones refuse the field
    }
    if (asked == null) {
      boolean usual = model.endsWith("gemini-2.5-pro") || model.endsWith("gemini-2.5-flash");
      return usual ? new ThinkingPlan(null, -1L, true) : null;
    }
    return ofBudget(asked, model);
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
      case "medium" -> Models.isThreePro(model) ? "high" : "medium";
      default -> "high";
    };
  }

  private static @Nullable ThinkingPlan ofBudget(Reasoning asked, String model) {
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
    if (asked.large()) {
      Long large = largeBudget(level == null ? "" : level, model);
      return large == null ? null : new ThinkingPlan(null, large, true);
    }
    long budget =
        switch (level == null ? "" : level) {
          case "minimal" -> 512L;
          case "low" -> 1_024L;
          case "medium" -> 2_048L;
          case "high" -> 4_096L;
          case "xhigh", "max" -> 8_192L;
          default -> -1L;
        };
    return new ThinkingPlan(null, budget, true);
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
