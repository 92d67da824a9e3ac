package dev.caravan.observe;

import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The masks between secrets and everything that is written down (operations.md 13.5): known secrets
 * by value, in every spelling they take on the way; what looks like a key; what a user added.
 *
 * <p>Thread-safe. A text without secrets comes back as the same object.
 */
public final class Redaction {
  /** The tokens that the gateway has been granted; all masks of the process know them. */
  private static final Set<String> LEARNED = new LinkedHashSet<>();

  private static final int MOST_LEARNED = 4096;
  private static volatile SecretSearch learned = SecretSearch.of(List.of());

  private final List<Pattern> extra;
  private volatile SecretSearch known;

  /**
   * Masks made of given secrets.
   *
   * @param secrets values to hide; those too short to be told from words are left out
   * @param extra further texts to hide
   */
  public Redaction(Collection<String> secrets, List<Pattern> extra) {
    this.known = SecretSearch.of(secrets);
    this.extra = List.copyOf(extra);
  }

  public static Redaction of(Configuration configuration) {
    return new Redaction(
        configuration.secrets(), configuration.find(Settings.REDACT_EXTRA).orElse(List.of()));
  }

  /**
   * Has every mask of the process hide a secret that came up while running, such as a refreshed
   * token; the oldest of very many are forgotten.
   */
  public static void learnEverywhere(String secret) {
    synchronized (LEARNED) {
      if (secret.isBlank() || !LEARNED.add(secret)) {
        return;
      }
      if (LEARNED.size() > MOST_LEARNED) {
        LEARNED.remove(LEARNED.iterator().next());
        learned = SecretSearch.of(LEARNED);
      } else {
        learned = learned.with(secret);
      }
    }
  }

  /** Hides a secret that came up while running. */
  public synchronized void learn(String secret) {
    known = known.with(secret);
  }

  /** The value of a header or of a JSON member, which its name alone may make a secret. */
  public String mask(String name, String value) {
    return KeyShapes.isSecretName(name) ? Mask.of(value) : mask(value);
  }

  /** The text with every secret in it replaced by {@code …} and, if it is long, its last four. */
  public String mask(String text) {
    String masked = KeyShapes.mask(learned.mask(known.mask(text)));
    for (Pattern pattern : extra) {
      Matcher matcher = pattern.matcher(masked);
      masked = matcher.find() ? matcher.replaceAll(Mask.HIDDEN) : masked;
    }
    return masked;
  }
}
