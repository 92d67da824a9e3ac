package dev.caravan.observe;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Hides what looks like a key although nobody has named it: tokens with a vendor's prefix, what
 * follows {@code Bearer}, and the values of names such as {@code api_key}, in headers, addresses
 * and JSON. One pass over the text, without regular expressions.
 */
final class KeyShapes {
  private static final List<String> PREFIXES =
      List.of("sk-", "AIza", "gsk_", "ya29.", "gk-", "xai-", "ghp_", "hf_", "nvapi-");

  private static final List<String> SCHEMES = List.of("bearer ", "basic ");

  /** Names whose values are secrets, without {@code _} and {@code -}. */
  private static final Set<String> NAMES =
      Set.of(
          "apikey",
          "xapikey",
          "xgoogapikey",
          "token",
          "accesstoken",
          "refreshtoken",
          "idtoken",
          "secret",
          "clientsecret",
          "password",
          "authorization",
          "proxyauthorization",
          "cookie",
          "setcookie");

  /** Names whose values have blanks in them, and end with the line. */
  private static final Set<String> WHOLE_LINE =
      Set.of("authorization", "proxyauthorization", "cookie", "setcookie");

  /** Names that are words of everyday messages as well. */
  private static final Set<String> WORDS = Set.of("token", "secret", "password");

  /** Of all names above and {@code key}: most others are told apart by theirs. */
  private static final String LAST_LETTERS = "yntdeYNTDE";

  private static final int LONGEST_NAME = 24;
  private static final int SHORTEST_TOKEN = 8;

  private final String text;
  private final StringBuilder masked = new StringBuilder();
  private int copied;
  private int at;

  private KeyShapes(String text) {
    this.text = text;
  }

  static String mask(String text) {
    return new KeyShapes(text).masked();
  }

  /** Whether the value of a header or of a JSON member with this name is a secret. */
  static boolean isSecretName(String name) {
    return !name.isEmpty()
        && LAST_LETTERS.indexOf(name.charAt(name.length() - 1)) >= 0
        && name.length() <= LONGEST_NAME
        && NAMES.contains(plain(name));
  }

  private String masked() {
    while (at < text.length()) {
      if (!hideHere()) {
        at++;
      }
    }
    return copied == 0 ? text : masked.append(text, copied, text.length()).toString();
  }

  /** Hides what begins here and moves behind it; false if nothing does. */
  private boolean hideHere() {
    return switch (text.charAt(at)) {
      case ':', '=' -> hideValue();
      case 's', 'A', 'g', 'y', 'x', 'h', 'n' -> hidePrefixed();
      case 'b', 'B' -> hideAfterScheme();
      default -> false;
    };
  }

  private boolean hidePrefixed() {
    if (at > 0 && isWordCharacter(text.charAt(at - 1))) {
      return false;
    }
    for (String prefix : PREFIXES) {
      if (text.startsWith(prefix, at)) {
        return hideToken(at + prefix.length());
      }
    }
    return false;
  }

  private boolean hideAfterScheme() {
    for (String scheme : SCHEMES) {
      if (text.regionMatches(true, at, scheme, 0, scheme.length())) {
        int from = at + scheme.length();
        while (from < text.length() && text.charAt(from) == ' ') {
          from++;
        }
        return hideToken(from);
      }
    }
    return false;
  }

  private boolean hideToken(int from) {
    int end = from;
    while (end < text.length() && isTokenCharacter(text.charAt(end))) {
      end++;
    }
    return end - from >= SHORTEST_TOKEN && hide(from, end, Mask.of(text.substring(from, end)));
  }

  /** At the sign between a name and its value. */
  private boolean hideValue() {
    int nameEnd = skipBack(at);
    int nameFrom = nameEnd;
    while (nameFrom > 0
        && nameEnd - nameFrom <= LONGEST_NAME
        && isNameCharacter(text.charAt(nameFrom - 1))) {
      nameFrom--;
    }
    if (nameFrom == nameEnd || !isSecretName(nameFrom, nameEnd)) {
      return false;
    }
    int from = at + 1;
    while (from < text.length() && " \\".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    boolean isQuoted = from < text.length() && isQuote(text.charAt(from));
    from += isQuoted ? 1 : 0;
    String name = plain(nameFrom, nameEnd);
    int end = valueEnd(from, isQuoted, name);
    boolean mayBeProse = WORDS.contains(name) && text.charAt(at) == ':' && !isQuoted;
    boolean isProse = mayBeProse && !looksRandom(from, end);
    String shown = WHOLE_LINE.contains(name) ? Mask.HIDDEN : Mask.of(text.substring(from, end));
    return end > from && !isProse && hide(from, end, shown);
  }

  private int valueEnd(int from, boolean isQuoted, String name) {
    String stops =
        isQuoted ? "\"'\n" : WHOLE_LINE.contains(name) ? "\"'\r\n]}" : "\"' \t\r\n,;&]})";
    int end = from;
    while (end < text.length() && stops.indexOf(text.charAt(end)) < 0) {
      end++;
    }
    // The backslash of an escaped quote belongs to the quote.
    return end > from && end < text.length() && text.charAt(end - 1) == '\\' ? end - 1 : end;
  }

  /** So that "unexpected token: comma" stays readable. */
  private boolean looksRandom(int from, int end) {
    return end - from >= SHORTEST_TOKEN
        && text.substring(from, end).chars().anyMatch(Character::isDigit);
  }

  /** From the sign over the quote that may stand before it, to the end of the name. */
  private int skipBack(int sign) {
    int end = sign;
    while (end > 0 && "\"'\\ ".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return end;
  }

  private boolean isSecretName(int from, int end) {
    if (LAST_LETTERS.indexOf(text.charAt(end - 1)) < 0) {
      return false;
    }
    String name = plain(from, end);
    boolean isQuery = from > 0 && "?&".indexOf(text.charAt(from - 1)) >= 0;
    return NAMES.contains(name) || (isQuery && name.equals("key"));
  }

  private String plain(int from, int end) {
    return plain(text.substring(from, end));
  }

  private static String plain(String name) {
    return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }

  private boolean hide(int from, int end, String shown) {
    masked.append(text, copied, from).append(shown);
    copied = end;
    at = end;
    return true;
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }

  private static boolean isNameCharacter(char c) {
    return isWordCharacter(c) || c == '-';
  }

  private static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private static boolean isTokenCharacter(char c) {
    return isWordCharacter(c) || "-._~+/=".indexOf(c) >= 0;
  }
}
