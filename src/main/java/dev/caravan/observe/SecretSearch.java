package dev.caravan.observe;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds any of many secrets in a text. Immutable.
 *
 * <p>The search is Wu and Manber's ("A fast algorithm for multi-pattern searching", 1994): a table
 * tells for each pair of characters how far a window of the shortest secret's length may move on
 * when it ends in that pair. Most texts are passed in steps of several characters, and the number
 * of secrets hardly matters.
 */
final class SecretSearch {
  private static final int SHORTEST = 8;
  private static final int SLOTS = 4096;

  /** Each spelling of each secret with what is shown instead. */
  private final Map<String, String> masks;

  private final int[] shifts = new int[SLOTS];

  /** Spellings by the slot of the pair at the window's end, the longer ones first. */
  private final Map<Integer, List<String>> candidates = new HashMap<>();

  private SecretSearch(Map<String, String> masks) {
    this.masks = masks;
    Arrays.fill(shifts, SHORTEST - 1);
    for (String spelling : masks.keySet()) {
      for (int end = 2; end <= SHORTEST; end++) {
        int slot = slot(spelling.charAt(end - 2), spelling.charAt(end - 1));
        shifts[slot] = Math.min(shifts[slot], SHORTEST - end);
      }
      int slot = slot(spelling.charAt(SHORTEST - 2), spelling.charAt(SHORTEST - 1));
      candidates.computeIfAbsent(slot, any -> new ArrayList<>()).add(spelling);
    }
    candidates
        .values()
        .forEach(list -> list.sort(Comparator.comparingInt(String::length).reversed()));
  }

  static SecretSearch of(Collection<String> secrets) {
    Map<String, String> masks = new LinkedHashMap<>();
    secrets.forEach(secret -> addSpellings(secret, masks));
    return new SecretSearch(masks);
  }

  SecretSearch with(String secret) {
    Map<String, String> more = new LinkedHashMap<>(masks);
    addSpellings(secret, more);
    return more.size() == masks.size() ? this : new SecretSearch(more);
  }

  String mask(String text) {
    if (masks.isEmpty()) {
      return text;
    }
    StringBuilder masked = null;
    int copied = 0;
    int end = SHORTEST;
    while (end <= text.length()) {
      int slot = slot(text.charAt(end - 2), text.charAt(end - 1));
      String found = shifts[slot] == 0 ? at(text, end - SHORTEST, slot) : "";
      if (found.isEmpty()) {
        end += Math.max(1, shifts[slot]);
        continue;
      }
      masked = masked == null ? new StringBuilder(text.length()) : masked;
      int from = end - SHORTEST;
      masked.append(text, copied, from).append(masks.get(found));
      copied = from + found.length();
      end = copied + SHORTEST;
    }
    return masked == null ? text : masked.append(text, copied, text.length()).toString();
  }

  /** The secret that begins there, empty if none does. */
  private String at(String text, int from, int slot) {
    for (String candidate : candidates.getOrDefault(slot, List.of())) {
      if (text.startsWith(candidate, from)) {
        return candidate;
      }
    }
    return "";
  }

  /** How a secret may look in an address, a header or a JSON text. */
  private static void addSpellings(String secret, Map<String, String> masks) {
    if (secret.length() < SHORTEST) {
      return;
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    List<String> spellings =
        List.of(
            secret,
            URLEncoder.encode(secret, StandardCharsets.UTF_8),
            URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"),
            JsonText.escaped(secret),
            Base64.getEncoder().withoutPadding().encodeToString(bytes),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    spellings.forEach(spelling -> masks.putIfAbsent(spelling, Mask.of(secret)));
  }

  private static int slot(char one, char two) {
    return ((one << 5) ^ two) & (SLOTS - 1);
  }
}
