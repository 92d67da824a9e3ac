package dev.caravan.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads one {@code .env} text from front to back; for one use. */
final class EnvParser {

  /** A line that sets nothing; without stack trace, since it ends in a warning. */
  private static final class InvalidLine extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidLine(String why) {
      super(why, null, false, false);
    }
  }

  private final String name;
  private final String text;
  private final UnaryOperator<@Nullable String> outside;
  private final Map<String, Assignment> known = new HashMap<>();
  private final List<Assignment> assignments = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();
  private int at;
  private int line = 1;

  EnvParser(String name, String text, UnaryOperator<@Nullable String> outside) {
    this.name = name;
    this.text = text;
    this.outside = outside;
  }

  List<Assignment> assignments() {
    return assignments;
  }

  List<Warning> warnings() {
    return warnings;
  }

  void parse() {
    at = text.startsWith("\uFEFF") ? 1 : 0;
    while (at < text.length()) {
      int start = at;
      int startLine = line;
      try {
        line();
      } catch (InvalidLine invalid) {
        // Only this line is lost: an unclosed quote must not swallow the rest of the file.
        at = start;
        line = startLine;
        warn(startLine, invalid.getMessage() + "; the line is ignored");
      }
      toNextLine();
    }
  }

  private void line() throws InvalidLine {
    skipBlanks();
    if (isLineEnd() || peek() == '#') {
      return;
    }
    int from = at;
    String key = key();
    if (key.equals("export") && isBlank(peek())) {
      skipBlanks();
      if (peek() != '=') {
        from = at;
        key = key();
      }
    }
    skipBlanks();
    if (peek() != '=') {
      throw new InvalidLine("there is no = after " + key);
    }
    at++;
    int keyLine = line;
    int valueFrom = at;
    skipBlanks();
    String value =
        switch (peek()) {
          case '"' -> doubleQuoted();
          case '\'' -> singleQuoted();
          default -> unquoted(valueFrom);
        };
    int to = at;
    skipBlanks();
    if (!isLineEnd() && peek() != '#') {
      throw new InvalidLine("there is more text after the value of " + key);
    }
    add(new Assignment(key, value, keyLine, from, to));
  }

  private void add(Assignment assignment) {
    assignments.add(assignment);
    Assignment before = known.put(assignment.key(), assignment);
    if (before != null) {
      warn(
          assignment.line(),
          "%s is set in line %d already; the later one counts"
              .formatted(assignment.key(), before.line()));
    }
  }

  private String key() throws InvalidLine {
    int from = at;
    while (isLetter(peek()) || (at > from && (isDigit(peek()) || peek() == '-' || peek() == '.'))) {
      at++;
    }
    if (at == from) {
      throw new InvalidLine("it does not begin with a name");
    }
    return text.substring(from, at);
  }

  private String singleQuoted() throws InvalidLine {
    int from = ++at;
    while (peek() != '\'') {
      if (isLineEnd()) {
        throw new InvalidLine("a single quote is not closed");
      }
      at++;
    }
    return text.substring(from, at++);
  }

  private String doubleQuoted() throws InvalidLine {
    StringBuilder value = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw new InvalidLine("a double quote is not closed");
      }
      char c = text.charAt(at++);
      switch (c) {
        case '"' -> {
          return value.toString();
        }
        case '\\' -> escaped(value);
        case '$' -> expand(value);
        case '\n' -> {
          line++;
          value.append('\n');
        }
        case '\r' -> value.append(peek() == '\n' ? "" : "\r");
        default -> value.append(c);
      }
    }
  }

  private void escaped(StringBuilder value) {
    char c = peek();
    switch (c) {
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case '"', '\\', '$' -> value.append(c);
      default -> {
        value.append('\\');
        return;
      }
    }
    at++;
  }

  private String unquoted(int valueFrom) {
    StringBuilder value = new StringBuilder();
    int end = at;
    int length = 0;
    while (!isLineEnd()) {
      char c = peek();
      if (c == '#' && at > valueFrom && isBlank(text.charAt(at - 1))) {
        break;
      }
      at++;
      if (c == '$') {
        expand(value);
      } else {
        value.append(c);
      }
      if (!isBlank(c)) {
        end = at;
        length = value.length();
      }
    }
    at = end;
    value.setLength(length);
    return value.toString();
  }

  /** After a {@code $}. */
  private void expand(StringBuilder value) {
    int close = peek() == '{' ? text.indexOf('}', at) : -1;
    String other = close < 0 ? "" : text.substring(at + 1, close);
    if (other.isEmpty() || !other.chars().allMatch(c -> isLetter((char) c) || isDigit((char) c))) {
      value.append('$');
      return;
    }
    String known = valueOf(other);
    if (known == null) {
      warn(line, "${%s} is not set; it stays as it is".formatted(other));
      value.append('$');
      return;
    }
    value.append(known);
    at = close + 1;
  }

  private @Nullable String valueOf(String other) {
    String value = outside.apply(other);
    Assignment here = known.get(other);
    return value == null && here != null ? here.value() : value;
  }

  private void skipBlanks() {
    while (isBlank(peek())) {
      at++;
    }
  }

  private void toNextLine() {
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
    at++;
    line++;
  }

  private boolean isLineEnd() {
    return at >= text.length()
        || text.charAt(at) == '\n'
        || (text.charAt(at) == '\r' && (at + 1 == text.length() || text.charAt(at + 1) == '\n'));
  }

  /** The next character, a line end when there is none. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : '\n';
  }

  private void warn(int where, String what) {
    warnings.add(Warning.at(new Source(name, where), what));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
