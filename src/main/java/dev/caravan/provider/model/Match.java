package dev.caravan.provider.model;

import java.util.Locale;

/**
 * A model of the tables that a name stands for.
 *
 * @param how how sure it is
 */
public record Match(ModelInfo info, How how) {

  /** In the order in which they are tried (http-api.md 12.3). */
  public enum How {
    /** The very name. */
    EXACT,
    /** The same vendor under another name. */
    ALIAS,
    /** The same model at somebody. */
    FUZZY;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where it comes from, {@code snapshot:fuzzy:anthropic/claude-opus-4.5}. */
  public String origin() {
    return info.source() + ":" + how.word() + ":" + info.id();
  }
}
