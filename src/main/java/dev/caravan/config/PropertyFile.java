package dev.caravan.config;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * {@code application.properties} with line numbers, which {@link Properties} does not keep.
 *
 * <p>A setting may stand there as its variable, {@code GLOBAL_TIMEOUT=20}, or as {@code
 * caravan.global-timeout=20}. Every other property is Camel's or a route's own.
 */
final class PropertyFile {
  private static final String PREFIX = "caravan.";

  private PropertyFile() {}

  static List<Assignment> parse(String text) {
    List<Assignment> assignments = new ArrayList<>();
    StringBuilder logical = new StringBuilder();
    int begin = 1;
    int line = 0;
    for (String physical : text.lines().toList()) {
      line++;
      if (logical.isEmpty()) {
        begin = line;
      }
      logical.append(physical).append('\n');
      if (!goesOn(physical, logical.length() == physical.length() + 1)) {
        assignments.addAll(read(logical.toString(), begin));
        logical.setLength(0);
      }
    }
    assignments.addAll(read(logical.toString(), begin));
    return assignments;
  }

  /** Whether a property sets a variable and is not for Camel. */
  static boolean isVariable(String key) {
    return key.startsWith(PREFIX) || key.equals(key.toUpperCase(Locale.ROOT));
  }

  /** The variable that a property sets: {@code GLOBAL_TIMEOUT}. */
  static String variable(String key) {
    if (!key.startsWith(PREFIX)) {
      return key;
    }
    String whole = spelled(key);
    return Settings.named(whole).isPresent() ? whole : spelled(key.substring(PREFIX.length()));
  }

  /** The property that a variable may be set by: {@code caravan.global-timeout}. */
  static String key(String variable) {
    String name = variable.startsWith("CARAVAN_") ? variable.substring(8) : variable;
    return PREFIX + name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code camel.component.kafka.sasl-password} as a variable would be called. */
  static String spelled(String key) {
    return key.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
  }

  private static boolean goesOn(String physical, boolean isFirst) {
    if (isFirst && isComment(physical)) {
      return false;
    }
    int backslashes = 0;
    while (backslashes < physical.length()
        && physical.charAt(physical.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static boolean isComment(String line) {
    String stripped = line.stripLeading();
    return stripped.startsWith("#") || stripped.startsWith("!");
  }

  private static List<Assignment> read(String logical, int line) {
    // Most lines are comments, and every reader that Properties makes takes 18 KiB.
    if (logical.isBlank() || isComment(logical)) {
      return List.of();
    }
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(logical));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return properties.stringPropertyNames().stream()
        .map(key -> new Assignment(key, properties.getProperty(key), line, 0, 0))
        .toList();
  }
}
