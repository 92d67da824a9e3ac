package dev.caravan.observe;

/** What is shown in place of a secret. */
final class Mask {
  static final String HIDDEN = "…";

  /** Below this length four characters would give too much away. */
  private static final int LONG = 20;

  private Mask() {}

  /**
   * {@code …} and the last four characters of a long secret, so that people can tell keys apart.
   */
  static String of(String secret) {
    return secret.length() < LONG ? HIDDEN : HIDDEN + secret.substring(secret.length() - 4);
  }
}
