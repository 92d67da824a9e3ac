package dev.caravan.pool;

/**
 * What happens when a provider's quota figures say "empty" without saying until when (rotation.md
 * 2.8).
 */
public enum NoResetPolicy {
  /** Nothing: the next failure will tell. */
  WARN_ONLY,
  /** A cooldown of a set length. */
  COOLDOWN,
  /** The scope is out of use until the figures say otherwise, or a probe succeeds. */
  DISABLE_SCOPE
}
