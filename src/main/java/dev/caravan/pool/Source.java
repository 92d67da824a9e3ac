package dev.caravan.pool;

import java.util.Locale;

/** Who says how long a cooldown lasts. */
public enum Source {
  /** The pool's own ladder: nobody told it a time. */
  SYSTEM,
  /** A time that the upstream gave with a failure. */
  UPSTREAM,
  /** The provider's quota figures. */
  API_QUOTA,
  /** A limit of the operator. */
  CUSTOM_CAP,
  /** Code or a route of this provider. */
  PROVIDER_HOOK,
  /** A person. */
  OPERATOR;

  /** As it stands in views and files: {@code api_quota}. */
  public String word() {
    return this == UPSTREAM ? "error" : name().toLowerCase(Locale.ROOT);
  }
}
