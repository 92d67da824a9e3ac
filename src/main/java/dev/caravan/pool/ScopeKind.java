package dev.caravan.pool;

import java.util.Locale;

/** What a cooldown, a window, a cap or a mark of the fair cycle is for. */
public enum ScopeKind {
  MODEL,
  /** Models that share one quota. */
  GROUP,
  /** The credential as a whole. */
  CREDENTIAL;

  /** As it stands in views and files: {@code group}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
