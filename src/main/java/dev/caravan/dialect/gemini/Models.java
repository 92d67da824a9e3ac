package dev.caravan.dialect.gemini;

import java.util.regex.Pattern;

/** What the families of models differ in (providers.md 4.3 and 5.6). */
final class Models {
  private static final Pattern THREE_OR_LATER = Pattern.compile("(.*/)?gemini-([3-9]|\\d\\d).*");
  private static final Pattern TWO_FIVE = Pattern.compile("(.*/)?gemini-2\\.5.*");
  private static final Pattern THREE_PRO = Pattern.compile("(.*/)?gemini-3-pro.*");

  private Models() {}

  /** Takes ids of calls, media in responses and levels of thinking, and insists on signatures. */
  static boolean isThreeOrLater(String model) {
    return THREE_OR_LATER.matcher(model).matches();
  }

  /** One of Anthropic's that Google serves in this dialect, to its own accounts. */
  static boolean isClaude(String model) {
    return model.contains("claude-");
  }

  /** Takes ids of calls and returns them. */
  static boolean takesCallIds(String model) {
    return isThreeOrLater(model) || isClaude(model);
  }

  /** Takes budgets of thinking. */
  static boolean isTwoFive(String model) {
    return TWO_FIVE.matcher(model).matches();
  }

  /** Thinks always, at least a little. */
  static boolean isTwoFivePro(String model) {
    return isTwoFive(model) && model.contains("2.5-pro");
  }

  /** Knows the levels {@code low} and {@code high} only. */
  static boolean isThreePro(String model) {
    return THREE_PRO.matcher(model).matches();
  }

  static boolean isPro(String model) {
    return model.contains("-pro");
  }

  /** Refuses penalties. */
  static boolean refusesPenalties(String model) {
    return isThreeOrLater(model) || model.contains("flash-lite");
  }
}
