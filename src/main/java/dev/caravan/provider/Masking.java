package dev.caravan.provider;

import dev.caravan.call.Secret;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes secrets out of upstream texts: the ones that the caller knows, and whatever has the shape
 * of a key. Immutable.
 */
final class Masking {

  private static final String MASK = "***";
  private static final int SHORTEST_SECRET = 4;

  /** Prefixes that vendors give their keys, bearer headers, JSON web tokens. */
  private static final Pattern KEY_SHAPED =
      Pattern.compile(
          "\\b(?:sk|rk|pk|gsk|xai|nvapi|pplx|csk|fw|hf|tgp|r8|ghp|gho|github_pat|cpk)[-_]"
              + "[A-Za-z0-9_*.-]{6,}"
              + "|\\bAIza[A-Za-z0-9_*-]{10,}"
              + "|\\bya29\\.[A-Za-z0-9_.-]{10,}"
              + "|\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{4,}(?:\\.[A-Za-z0-9_-]*)?"
              + "|(?i:\\bbearer\\s+)[A-Za-z0-9_*.~+/=-]{6,}");

  /** Long runs with letters and digits in them; model names have dashes, so they are none. */
  private static final Pattern LONG_TOKEN =
      Pattern.compile("\\b(?=[A-Za-z_]*[0-9])(?=[0-9_]*[A-Za-z])[A-Za-z0-9_]{32,}+");

  private final List<Secret> secrets;

  Masking(List<Secret> secrets) {
    this.secrets = List.copyOf(secrets);
  }

  /** For people: known secrets, key shapes and long tokens are gone. */
  String text(String text) {
    return LONG_TOKEN.matcher(keys(text)).replaceAll(MASK);
  }

  /** For an answer that is handed on: known secrets and key shapes only, so that ids survive. */
  String keys(String text) {
    String masked = text;
    for (Secret secret : secrets) {
      if (secret.reveal().length() >= SHORTEST_SECRET) {
        masked = masked.replace(secret.reveal(), MASK);
      }
    }
    return KEY_SHAPED.matcher(masked).replaceAll(MASK);
  }
}
