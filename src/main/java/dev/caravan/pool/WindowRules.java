package dev.caravan.pool;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads the usage windows of a provider's definition: {@code 5h tiers 1+2, 168h tiers 3}, {@code
 * daily at 00:00 zone America/Los_Angeles}.
 */
public final class WindowRules {
  private WindowRules() {}

  /**
   * Reads all windows of a text, none of an empty one.
   *
   * @param dailyReset time of the day, UTC, at which calendar windows end that name no other
   * @param duration reads a length, empty when it is none
   * @throws IllegalArgumentException that says what is wrong and what is legal
   */
  public static List<WindowRule> read(
      String text, LocalTime dailyReset, Function<String, Optional<Duration>> duration) {
    List<WindowRule> rules = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        rules.add(one(part.strip(), dailyReset, duration));
      }
    }
    return List.copyOf(rules);
  }

  private static WindowRule one(
      String text, LocalTime dailyReset, Function<String, Optional<Duration>> duration) {
    Iterator<String> words = Stream.of(text.split("\\s+")).iterator();
    WindowRule rule = begin(words.next(), dailyReset, duration).secondary();
    while (words.hasNext()) {
      String word = words.next().toLowerCase(Locale.ROOT);
      if (word.equals("primary")) {
        rule = rule.asPrimary();
        continue;
      }
      if (!words.hasNext()) {
        throw wrong(text, word);
      }
      String value = words.next();
      try {
        rule =
            switch (word) {
              case "at" -> rule.at(LocalTime.parse(value));
              case "zone" -> rule.in(ZoneId.of(value));
              case "per" -> rule.per(ScopeKind.valueOf(value.toUpperCase(Locale.ROOT)));
              case "tiers" -> rule.forPriorities(numbers(value));
              case "limit" -> rule.limitedTo(Long.parseLong(value));
              case "name" -> rule.named(value);
              default -> throw new IllegalArgumentException(word);
            };
      } catch (DateTimeException | IllegalArgumentException e) {
        throw wrong(text, word + " " + value);
      }
    }
    return rule;
  }

  private static WindowRule begin(
      String word, LocalTime at, Function<String, Optional<Duration>> duration) {
    String kind = word.toLowerCase(Locale.ROOT);
    return switch (kind) {
      case "daily" -> WindowRule.of(kind, ResetMode.FIXED_DAILY, at, ZoneOffset.UTC);
      case "weekly" -> WindowRule.of(kind, ResetMode.CALENDAR_WEEKLY, at, ZoneOffset.UTC);
      case "monthly" -> WindowRule.of(kind, ResetMode.CALENDAR_MONTHLY, at, ZoneOffset.UTC);
      case "told" -> WindowRule.of(kind, ResetMode.API_AUTHORITATIVE, at, ZoneOffset.UTC);
      default ->
          duration
              .apply(kind)
              .filter(Duration::isPositive)
              .map(WindowRule::rolling)
              .orElseThrow(() -> wrong(word, word));
    };
  }

  private static Set<Integer> numbers(String text) {
    Set<Integer> numbers = new HashSet<>();
    for (String number : text.split("\\+")) {
      numbers.add(Integer.valueOf(number));
    }
    return numbers;
  }

  private static IllegalArgumentException wrong(String text, String word) {
    return new IllegalArgumentException(
        ("window \"%s\": \"%s\" cannot be read; legal: a length such as 5h, daily, weekly, monthly"
                + " or told, then at HH:MM, zone ID, per model|group|credential, tiers 1+2, limit N,"
                + " name N, primary")
            .formatted(text, word));
  }
}
