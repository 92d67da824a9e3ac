package dev.caravan.provider.transform;

/**
 * Tells thoughts from what is said in a text in which {@code <think>} and {@code </think>} divide
 * them, however the text is cut into pieces (providers.md 7). What may be the beginning of a tag is
 * held back until it is known. Not thread-safe.
 */
final class ThinkScanner {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  /**
   * A piece taken apart.
   *
   * @param thought what of it was thought
   * @param said what of it was said
   */
  record Parts(String thought, String said) {}

  private final StringBuilder pending = new StringBuilder();
  private boolean thinking;
  private boolean afterTag;

  /** Whether a piece without a tag in it would pass as it is. */
  boolean isQuiet() {
    return !thinking && !afterTag && pending.isEmpty();
  }

  /** Takes the next piece. */
  Parts take(String piece) {
    pending.append(piece);
    StringBuilder thought = new StringBuilder();
    StringBuilder said = new StringBuilder();
    int at = 0;
    while (true) {
      int open = pending.indexOf(OPEN, at);
      int close = pending.indexOf(CLOSE, at);
      int tag = open < 0 ? close : close < 0 ? open : Math.min(open, close);
      if (tag < 0) {
        break;
      }
      emit(at, tag, thought, said);
      boolean opens = tag == open;
      at = tag + (opens ? OPEN : CLOSE).length();
      thinking = opens;
      afterTag = true;
    }
    int whole = pending.length() - heldBack(at);
    emit(at, whole, thought, said);
    pending.delete(0, whole);
    return new Parts(thought.toString(), said.toString());
  }

  /** What was held back, when nothing more comes. */
  Parts end() {
    StringBuilder thought = new StringBuilder();
    StringBuilder said = new StringBuilder();
    emit(0, pending.length(), thought, said);
    pending.setLength(0);
    return new Parts(thought.toString(), said.toString());
  }

  private void emit(int from, int to, StringBuilder thought, StringBuilder said) {
    if (from >= to) {
      return;
    }
    int begin = afterTag && pending.charAt(from) == '\n' ? from + 1 : from;
    afterTag = false;
    (thinking ? thought : said).append(pending, begin, to);
  }

  /** Length of the longest end that may be the beginning of a tag. */
  private int heldBack(int from) {
    int longest = Math.min(CLOSE.length() - 1, pending.length() - from);
    for (int length = longest; length > 0; length--) {
      String end = pending.substring(pending.length() - length);
      if (OPEN.startsWith(end) || CLOSE.startsWith(end)) {
        return length;
      }
    }
    return 0;
  }
}
