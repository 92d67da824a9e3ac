package dev.caravan.provider;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * "Did you mean": the known names that are nearest to a wrong one.
 *
 * <p>Only the first {@value #LONGEST} characters of a name count, so that the work stays small
 * whatever a client sends.
 */
public final class NearNames {

  private static final int LONGEST = 64;
  private static final int MOST = 5;

  private NearNames() {}

  private record Scored(String name, int distance) {}

  /** Up to five of the known names, nearest first, none when nothing is near. */
  public static List<String> of(String wrong, Collection<String> known) {
    String asked = folded(wrong);
    if (asked.isEmpty()) {
      return List.of();
    }
    return known.stream()
        .distinct()
        .map(name -> new Scored(name, distance(asked, folded(name))))
        .filter(scored -> scored.distance <= reach(asked))
        .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .limit(MOST)
        .map(Scored::name)
        .toList();
  }

  /** The end of a sentence: {@code "; near: groq, grok"}, empty when nothing is near. */
  public static String hint(String wrong, Collection<String> known) {
    List<String> near = of(wrong, known);
    return near.isEmpty() ? "" : "; near: " + String.join(", ", near);
  }

  private static int reach(String asked) {
    return Math.max(1, asked.length() / 3);
  }

  // A name that begins with or holds the other one is nearer than its length difference says.
  private static int distance(String asked, String name) {
    int edits = edits(asked, name);
    boolean longEnough = Math.min(asked.length(), name.length()) >= 3;
    if (longEnough && (name.startsWith(asked) || asked.startsWith(name))) {
      return Math.min(edits, 1);
    }
    return longEnough && name.contains(asked) ? Math.min(edits, reach(asked)) : edits;
  }

  private static int edits(String a, String b) {
    int[] above = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      int[] spare = above;
      above = row;
      row = spare;
    }
    return above[b.length()];
  }

  // Case and the kind of separator are the commonest slips: Together-AI for together_ai.
  private static String folded(String name) {
    String head = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    return head.strip().toLowerCase(Locale.ROOT).replace('-', '_');
  }
}
