package dev.caravan.provider.google;

import java.util.Map;

/** Google's names of its plans, and the three words that stand for them (providers.md 5.10). */
final class Plans {
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("free-tier", "FREE"),
          Map.entry("legacy-tier", "FREE"),
          Map.entry("g1-free-tier", "FREE"),
          Map.entry("gemini-code-assist-free", "FREE"),
          Map.entry("standard-tier", "PRO"),
          Map.entry("pro-tier", "PRO"),
          Map.entry("g1-pro-tier", "PRO"),
          Map.entry("gemini-code-assist-pro", "PRO"),
          Map.entry("ultra-tier", "ULTRA"),
          Map.entry("enterprise-tier", "ULTRA"),
          Map.entry("g1-ultra-tier", "ULTRA"),
          Map.entry("gemini-code-assist-ultra", "ULTRA"));
  private static final Map<String, String> FULL =
      Map.of(
          "g1-pro-tier", "Google One AI PRO",
          "g1-ultra-tier", "Google One AI ULTRA",
          "gemini-code-assist-pro", "Code Assist PRO",
          "gemini-code-assist-ultra", "Code Assist ULTRA");

  private Plans() {}

  /** {@code FREE}, {@code PRO} or {@code ULTRA}; a name that is not known stands for itself. */
  static String word(String name) {
    return WORDS.getOrDefault(name, name);
  }

  /** Its name for people. */
  static String full(String name) {
    return FULL.getOrDefault(name, name);
  }

  static boolean isFree(String name) {
    return word(name).equals("FREE");
  }
}
