package dev.caravan.config;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .env} file (operations.md 4): what it sets, and its text, so that a change keeps every
 * other byte. Immutable.
 *
 * <p>Syntax: {@code KEY=value}, {@code export KEY=value}, blank lines, {@code #} comments, also
 * after a blank behind an unquoted value. Single quotes are raw; double quotes may span lines and
 * know {@code \n \r \t \" \\ \$}. {@code ${OTHER}} is replaced by what is known so far, except in
 * single quotes. CRLF and a byte order mark are accepted. A line that is none of this is a warning,
 * and the rest is used.
 */
final class EnvFile {
  private final String text;
  private final List<Assignment> assignments;
  private final List<Warning> warnings;

  private EnvFile(String text, List<Assignment> assignments, List<Warning> warnings) {
    this.text = text;
    this.assignments = assignments;
    this.warnings = warnings;
  }

  /**
   * @param name of the file, for warnings
   * @param outside what {@code ${OTHER}} means before this file is asked; null for unknown names
   */
  static EnvFile parse(String name, String text, UnaryOperator<@Nullable String> outside) {
    var parser = new EnvParser(name, text, outside);
    parser.parse();
    return new EnvFile(text, List.copyOf(parser.assignments()), List.copyOf(parser.warnings()));
  }

  /** In the order of the file; of two with one key the later one counts. */
  List<Assignment> assignments() {
    return assignments;
  }

  List<Warning> warnings() {
    return warnings;
  }

  /** The value that a key has in this file, null if it is not there. */
  @Nullable String value(String key) {
    Assignment last = last(key);
    return last == null ? null : last.value();
  }

  /**
   * The file's text with this key set: in its place if it is there already, else in a new last
   * line.
   */
  String with(String key, String value) {
    String assignment = key + "=" + quoted(value);
    Assignment old = last(key);
    if (old != null) {
      return text.substring(0, old.from()) + assignment + text.substring(old.to());
    }
    String lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
    boolean isBroken = !text.isEmpty() && !text.endsWith("\n");
    return text + (isBroken ? lineEnd : "") + assignment + lineEnd;
  }

  /** The file's text without the lines that set this key. */
  String without(String key) {
    String rest = text;
    for (Assignment assignment : assignments.reversed()) {
      if (assignment.key().equals(key)) {
        int from = rest.lastIndexOf('\n', assignment.from()) + 1;
        int end = rest.indexOf('\n', assignment.to());
        rest = rest.substring(0, from) + (end < 0 ? "" : rest.substring(end + 1));
      }
    }
    return rest;
  }

  private @Nullable Assignment last(String key) {
    return assignments.reversed().stream()
        .filter(assignment -> assignment.key().equals(key))
        .findFirst()
        .orElse(null);
  }

  private static String quoted(String value) {
    if (value.chars().allMatch(EnvFile::isPlain)) {
      return value;
    }
    if (value.chars().noneMatch(c -> c == '\'' || c == '\n' || c == '\r')) {
      return "'" + value + "'";
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '"', '\\', '$' -> quoted.append('\\').append(c);
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_-./:@%+,=".indexOf(c) >= 0;
  }
}
