package dev.caravan.provider.transform;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of models of ChatGPT plans, with an effort behind them or not (providers.md 9.1). A name
 * that is not known is passed on as it is, so that a new model needs nothing of us.
 */
final class CodexModels {
  private static final Set<String> KNOWN =
      Set.of(
          "gpt-5",
          "gpt-5-codex",
          "gpt-5-codex-mini",
          "gpt-5.1",
          "gpt-5.1-codex",
          "gpt-5.1-codex-max",
          "gpt-5.1-codex-mini",
          "gpt-5.2",
          "gpt-5.2-codex",
          "gpt-5.3-codex",
          "gpt-5.3-codex-spark",
          "gpt-5.4",
          "gpt-5.4-mini",
          "gpt-5.5",
          "gpt-5.6-sol",
          "gpt-5.6-terra",
          "gpt-5.6-luna",
          "codex-auto-review");

  private static final List<String> EFFORTS =
      List.of("minimal", "low", "medium", "high", "xhigh", "max");

  private static final Pattern WITH_EFFORT =
      Pattern.compile("(.+?)(?:-(" + String.join("|", EFFORTS) + ")|\\(([a-z]+)\\))");

  /**
   * A name taken apart.
   *
   * @param effort null when the name says none
   */
  record Named(String model, @Nullable String effort) {}

  private CodexModels() {}

  static Named read(String name) {
    Matcher parts = WITH_EFFORT.matcher(name.toLowerCase(Locale.ROOT));
    if (KNOWN.contains(name.toLowerCase(Locale.ROOT)) || !parts.matches()) {
      return new Named(name, null);
    }
    String effort = parts.group(2) == null ? parts.group(3) : parts.group(2);
    return KNOWN.contains(parts.group(1)) && EFFORTS.contains(effort)
        ? new Named(parts.group(1), effort)
        : new Named(name, null);
  }
}
