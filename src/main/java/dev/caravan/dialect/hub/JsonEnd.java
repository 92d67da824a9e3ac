package dev.caravan.dialect.hub;

/**
 * Watches a JSON object that arrives in fragments, and knows when its last bracket has come. Not
 * thread-safe.
 */
public final class JsonEnd {
  private int depth;
  private boolean inString;
  private boolean afterBackslash;
  private boolean complete;

  /** Takes the next fragment of the object's text. */
  public void feed(JsonText fragment) {
    byte[] bytes = fragment.bytes();
    int i = fragment.start();
    while (i < fragment.end()) {
      byte b = bytes[i++];
      if (b == '\\' && i < fragment.end()) {
        byte escaped = bytes[i++];
        if (escaped == 'u') {
          i += 4;
          see((byte) 'u');
        } else {
          see(escaped == '"' || escaped == '\\' ? escaped : (byte) ' ');
        }
      } else {
        see(b);
      }
    }
  }

  private void see(byte b) {
    if (inString) {
      if (afterBackslash) {
        afterBackslash = false;
      } else if (b == '\\') {
        afterBackslash = true;
      } else if (b == '"') {
        inString = false;
      }
      return;
    }
    switch (b) {
      case '"' -> inString = true;
      case '{', '[' -> depth++;
      case '}', ']' -> {
        depth--;
        complete |= depth == 0;
      }
      default -> {}
    }
  }

  /** Whether the whole object has come; nothing at all is not whole. */
  public boolean isComplete() {
    return complete;
  }
}
