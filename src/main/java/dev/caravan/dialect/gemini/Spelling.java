package dev.caravan.dialect.gemini;

/** Names of members: both {@code inlineData} and {@code inline_data} occur, even in one body. */
final class Spelling {
  private Spelling() {}

  /** The name as Google's reference writes it. */
  static String camel(String name) {
    if (name.indexOf('_') < 0) {
      return name;
    }
    StringBuilder camel = new StringBuilder(name.length());
    boolean up = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        up = !camel.isEmpty();
      } else {
        camel.append(up ? Character.toUpperCase(c) : c);
        up = false;
      }
    }
    return camel.toString();
  }
}
