package dev.caravan.dialect;

/**
 * What is asked of a provider besides an answer. Only a provider of the client's own dialect runs
 * an errand: there is nothing to translate it to.
 */
public enum Errand {
  /** How many tokens a prompt has. */
  COUNT,
  /** A conversation in fewer words. */
  COMPACT,
  /** What stands between two pieces of code, as editors ask; may be streamed. */
  FILL
}
