package dev.caravan.dialect.hub;

import java.util.concurrent.ThreadLocalRandom;

/** Ids of answers and tool calls. */
public final class Ids {
  private static final String LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private Ids() {}

  /**
   * An id with nothing in it but letters, digits, dash and underscore. The same id always gives the
   * same, so a call and its result still find each other.
   */
  public static String plain(String id) {
    for (int i = 0; i < id.length(); i++) {
      if (!isPlain(id.charAt(i))) {
        return replaced(id);
      }
    }
    return id;
  }

  private static String replaced(String id) {
    StringBuilder plain = new StringBuilder(id.length());
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      plain.append(isPlain(c) ? c : '_');
    }
    return plain.toString();
  }

  private static boolean isPlain(char c) {
    return LETTERS.indexOf(c) >= 0 || c == '_' || c == '-';
  }

  /** A new id: the prefix and 24 letters and digits. */
  public static String fresh(String prefix) {
    StringBuilder id = new StringBuilder(prefix.length() + 24).append(prefix);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < 24; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
