package dev.caravan.pool;

import java.util.Locale;

/** How the credentials of one provider take turns (rotation.md 3.5, 3.6). */
public enum Mode {
  /** Spread by weighted chance over the credentials of the best priority. */
  BALANCED,
  /** Stay on one credential until it fails, to profit from the provider's prompt cache. */
  SEQUENTIAL;

  /** As it stands in settings and views: {@code balanced}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
