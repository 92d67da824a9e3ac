package dev.caravan.pool;

/** Who says how long a cooldown lasts. */
public enum Source {
  /** The pool's own ladder: nobody told it a time. */
  SYSTEM,
  /** A time that the upstream gave. */
  UPSTREAM,
  /** A person. */
  OPERATOR
}
