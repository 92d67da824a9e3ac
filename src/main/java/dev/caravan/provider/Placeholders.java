package dev.caravan.provider;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code ${VARIABLE}} in base URLs and header values that the environment fills. */
final class Placeholders {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_][A-Z0-9_]*)}");

  private Placeholders() {}

  /** The variables that a text names, in their order. */
  static List<String> in(String text) {
    return VARIABLE.matcher(text).results().map(found -> found.group(1)).distinct().toList();
  }

  /** Fills each place; one whose variable is not set stays as it is. */
  static String filled(String text, Function<String, @Nullable String> environment) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> {
              String value = environment.apply(found.group(1));
              return Matcher.quoteReplacement(value == null ? found.group() : value);
            });
  }

  static String filled(String text, String everywhere) {
    return filled(text, variable -> everywhere);
  }
}
