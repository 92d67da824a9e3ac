package dev.caravan.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A setting that exists once for each provider, tier or model: {@code ROTATION_MODE_<P>}.
 * Immutable.
 *
 * <p>Placeholders: {@code <P>} a provider in capitals, {@code <N>} a number, {@code <MODE>} {@code
 * BALANCED} or {@code SEQUENTIAL}; every other one takes any text.
 */
public final class SettingPattern<T> {

  /** Words of settings of their own, which would otherwise look like providers. */
  private static final List<String> NO_PROVIDERS = List.of("PROXY", "OAUTH", "GLOBAL");

  private final Setting<T> row;
  private final List<String> parts;

  SettingPattern(Setting<T> row) {
    this.row = row;
    this.parts = parts(row.name());
  }

  /** The row of the catalogue, with the placeholders in its name. */
  public Setting<T> row() {
    return row;
  }

  /**
   * The setting of one provider, and of what else the placeholders stand for.
   *
   * @param values one for each placeholder; {@code gemini-cli} is written {@code GEMINI_CLI}
   */
  public Setting<T> of(String... values) {
    StringBuilder name = new StringBuilder();
    int next = 0;
    for (String part : parts) {
      if (isPlaceholder(part) && next == values.length) {
        throw new IllegalArgumentException("%s needs a value for %s".formatted(row, part));
      }
      name.append(isPlaceholder(part) ? spelled(values[next++]) : part);
    }
    return row.named(name.toString());
  }

  boolean matches(String name) {
    return endsAlike(name) && matches(name, 0, 0);
  }

  /**
   * How much of the name is fixed: of two patterns that match, the one with more of it is meant.
   */
  int fixedLength() {
    return parts.stream().filter(part -> !isPlaceholder(part)).mapToInt(String::length).sum();
  }

  /** Tells most names apart without trying where a placeholder may end. */
  private boolean endsAlike(String name) {
    String last = parts.getLast();
    return switch (last) {
      case "<N>" -> !name.isEmpty() && Character.isDigit(name.charAt(name.length() - 1));
      case "<MODE>" -> name.endsWith("BALANCED") || name.endsWith("SEQUENTIAL");
      default -> isPlaceholder(last) || name.endsWith(last);
    };
  }

  private boolean matches(String name, int at, int index) {
    if (index == parts.size()) {
      return at == name.length();
    }
    String part = parts.get(index);
    if (!isPlaceholder(part)) {
      return name.startsWith(part, at) && matches(name, at + part.length(), index + 1);
    }
    for (int end = at + 1; end <= name.length(); end++) {
      if (fits(part, name.substring(at, end)) && matches(name, end, index + 1)) {
        return true;
      }
    }
    return false;
  }

  private static boolean fits(String placeholder, String value) {
    return switch (placeholder) {
      case "<P>" -> !NO_PROVIDERS.contains(value);
      case "<N>" -> value.chars().allMatch(c -> c >= '0' && c <= '9');
      case "<MODE>" -> value.equals("BALANCED") || value.equals("SEQUENTIAL");
      default -> true;
    };
  }

  private static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (from < name.length()) {
      int open = name.indexOf('<', from);
      int end = open == from ? name.indexOf('>', from) + 1 : open < 0 ? name.length() : open;
      parts.add(name.substring(from, end));
      from = end;
    }
    return List.copyOf(parts);
  }

  private static boolean isPlaceholder(String part) {
    return part.startsWith("<");
  }

  private static String spelled(String value) {
    return value.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
  }

  @Override
  public String toString() {
    return row.name();
  }
}
