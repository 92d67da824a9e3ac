package dev.caravan.config;

import java.util.Set;

/**
 * Variables of the proxy that users come from which mean nothing here and are no slip of the pen
 * (operations.md 5.6).
 */
public final class Accepted {
  private static final Set<String> NAMES = Set.of("SUPPRESS_LITELLM_SERIALIZATION_WARNINGS");

  private Accepted() {}

  public static boolean contains(String variable) {
    return NAMES.contains(variable);
  }
}
