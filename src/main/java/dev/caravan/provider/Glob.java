package dev.caravan.provider;

/**
 * Shell patterns: {@code *} any text (slashes too), {@code ?} one character, {@code [abc]}, {@code
 * [a-z]} and {@code [!a]} one of a set. Case counts on every system (operations.md 9). The time is
 * bounded by the product of both lengths.
 */
public final class Glob {

  private Glob() {}

  /** Whether a pattern fits a whole text. */
  public static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && one(pattern, p, text.charAt(t))) {
        p = after(pattern, p);
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean one(String pattern, int at, char c) {
    char head = pattern.charAt(at);
    int close = head == '[' ? close(pattern, at) : -1;
    return close < 0 ? head == '?' || head == c : inSet(pattern, at + 1, close, c);
  }

  private static int after(String pattern, int at) {
    int close = pattern.charAt(at) == '[' ? close(pattern, at) : -1;
    return close < 0 ? at + 1 : close + 1;
  }

  // A bracket directly after the opening belongs to the set; without a closing one it is a letter.
  private static int close(String pattern, int open) {
    int first = pattern.startsWith("!", open + 1) ? open + 2 : open + 1;
    return pattern.indexOf(']', first + 1);
  }

  private static boolean inSet(String pattern, int from, int close, char c) {
    boolean negated = pattern.charAt(from) == '!';
    boolean found = false;
    for (int i = negated ? from + 1 : from; i < close; i++) {
      boolean range = i + 2 < close && pattern.charAt(i + 1) == '-';
      found |= pattern.charAt(i) <= c && c <= pattern.charAt(range ? i + 2 : i);
      i += range ? 2 : 0;
    }
    return found != negated;
  }
}
