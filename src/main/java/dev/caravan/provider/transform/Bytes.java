package dev.caravan.provider.transform;

/** Looks for ASCII words in bytes that are not worth being parsed yet. */
final class Bytes {
  private Bytes() {}

  /** Whether a range holds an ASCII word; every one holds the empty one. */
  static boolean hold(byte[] bytes, int start, int end, String word) {
    int last = end - word.length();
    if (word.isEmpty()) {
      return true;
    }
    char first = word.charAt(0);
    for (int i = start; i <= last; i++) {
      if (bytes[i] == first && isAt(bytes, i, word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] bytes, int at, String word) {
    for (int i = 1; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
