package dev.caravan.dialect.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The names that tools have on the way to a provider whose dialect allows fewer characters than the
 * client used, and back. A shortened name depends on the long one alone, so it is the same in every
 * turn. Belongs to one request.
 */
public final class ToolNames {
  private final Map<String, String> originals = new HashMap<>(4);

  /**
   * The name as a provider may see it.
   *
   * @param longest characters that it may have
   * @param alsoAllowed characters besides letters, digits, dash and underscore
   */
  public String fitted(String name, int longest, String alsoAllowed) {
    if (name.length() <= longest && isPlain(name, alsoAllowed)) {
      return name;
    }
    StringBuilder plain = new StringBuilder(longest);
    String mark = "_" + digest(name);
    for (int i = 0; i < name.length() && plain.length() < longest - mark.length(); i++) {
      char c = name.charAt(i);
      plain.append(isPlain(c, alsoAllowed) ? c : '_');
    }
    String fitted = plain.append(mark).toString();
    originals.put(fitted, name);
    return fitted;
  }

  /** The client's own name for what a provider calls so. */
  public String original(String name) {
    return originals.isEmpty() ? name : originals.getOrDefault(name, name);
  }

  private static boolean isPlain(String name, String alsoAllowed) {
    for (int i = 0; i < name.length(); i++) {
      if (!isPlain(name.charAt(i), alsoAllowed)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isPlain(char c, String alsoAllowed) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || alsoAllowed.indexOf(c) >= 0;
  }

  private static String digest(String name) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
