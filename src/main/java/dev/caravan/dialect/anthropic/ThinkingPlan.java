package dev.caravan.dialect.anthropic;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Reasoning;
import dev.caravan.dialect.hub.Reasoning.Mode;
import dev.caravan.dialect.hub.Target;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a model of this family shall think (providers.md 4.2 and 13.3). Thinking is left
 * out in the middle of a turn whose earlier thinking is not there any more, since the provider
 * refuses such a turn otherwise.
 *
 * @param kind of thinking, null when nothing is said of it
 * @param budget tokens, 0 without one
 * @param effort level, null without one
 */
record ThinkingPlan(@Nullable Kind kind, long budget, @Nullable String effort) {

  /** What {@code thinking.type} says. */
  enum Kind {
    ENABLED,
    DISABLED,
    ADAPTIVE
  }

  private static final long LEAST = 1_024;
  private static final ThinkingPlan NOTHING = new ThinkingPlan(null, 0, null);

  /** Models that take a level, and find the budget themselves. */
  private static final Pattern ADAPTIVE =
      Pattern.compile("claude-[a-z]+-(4[-.]([6-9]|\\d{2}(?!\\d))|[5-9]).*");

  static ThinkingPlan of(Conversation conversation, Turns turns, Target target) {
    Reasoning asked = conversation.reasoning();
    if (asked == null) {
      return NOTHING;
    }
    boolean adaptive = ADAPTIVE.matcher(target.model()).find();
    if (asked.isOff()) {
      return adaptive ? new ThinkingPlan(Kind.DISABLED, 0, null) : NOTHING;
    }
    if (turns.continuesWithoutThinking()) {
      target.losses().spare(Feature.REASONING);
      return NOTHING;
    }
    if (adaptive || asked.mode() == Mode.ADAPTIVE) {
      String level = asked.asLevel();
      return new ThinkingPlan(Kind.ADAPTIVE, 0, level == null ? null : known(level));
    }
    Long budget = asked.asBudget();
    return budget == null ? NOTHING : new ThinkingPlan(Kind.ENABLED, Math.max(LEAST, budget), null);
  }

  private static String known(String level) {
    return switch (level) {
      case "minimal" -> "low";
      case "xhigh" -> "high";
      default -> level;
    };
  }

  boolean on() {
    return kind == Kind.ENABLED || kind == Kind.ADAPTIVE;
  }

  /** The limit of the answer, which has to leave room behind the budget. */
  long limit(@Nullable Long asked, long usual) {
    long limit = asked == null ? usual : asked;
    return limit <= budget ? budget + LEAST : limit;
  }

  void write(JsonWriter out) {
    switch (kind) {
      case null -> {}
      case ENABLED -> {
        out.name("thinking").beginObject();
        out.member("type", "enabled").member("budget_tokens", budget).endObject();
      }
      case DISABLED -> out.name("thinking").beginObject().member("type", "disabled").endObject();
      case ADAPTIVE -> out.name("thinking").beginObject().member("type", "adaptive").endObject();
    }
  }
}
