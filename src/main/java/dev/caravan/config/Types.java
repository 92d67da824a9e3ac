package dev.caravan.config;

import static java.util.stream.Collectors.joining;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The kinds of values that settings take (operations.md 5). */
final class Types {
  private static final String A_YEAR = "31536000";

  private static final Pattern PLAIN_DECIMAL = Pattern.compile("\\d{1,12}(?:\\.\\d{1,9})?");

  private static final Map<String, Long> UNITS =
      Map.of(
          "",
          1L,
          "b",
          1L,
          "kb",
          1000L,
          "mb",
          1_000_000L,
          "gb",
          1_000_000_000L,
          "k",
          1L << 10,
          "m",
          1L << 20,
          "kib",
          1L << 10,
          "mib",
          1L << 20,
          "gib",
          1L << 30);

  static final SettingType<String> TEXT = new SettingType<>("text", "a text", t -> t);

  static final SettingType<String> SECRET =
      new SettingType<>("secret", "a secret", true, false, t -> t);

  static final SettingType<Boolean> YES_NO =
      new SettingType<>("yes/no", "true, 1, yes, on, false, 0, no or off", Types::yesOrNo);

  static final SettingType<Long> SIZE =
      new SettingType<>("size", "a number of bytes such as 500KB, 64MiB or 1GiB", Types::bytes);

  static final SettingType<List<String>> LIST =
      new SettingType<>("list", "a list with commas", false, true, t -> split(t, ","));

  static final SettingType<List<Pattern>> REGEXES =
      new SettingType<>(
          "regular expressions",
          "a list of regular expressions with ; between them",
          t -> split(t, ";").stream().map(Pattern::compile).toList());

  static final SettingType<Path> PATH = new SettingType<>("path", "a path", Path::of);

  static final SettingType<URI> WEB_ADDRESS =
      new SettingType<>("URL", "an address that begins with http:// or https://", Types::address);

  private Types() {}

  static SettingType<Integer> integer(int least, int most) {
    return new SettingType<>(
        "integer, " + least + " to " + most,
        "an integer from " + least + " to " + most,
        t ->
            within(
                Integer.valueOf(t.replace("_", "")), number -> number >= least && number <= most));
  }

  static SettingType<Double> decimal(String least, String most) {
    return new SettingType<>(
        "decimal, " + least + " to " + most,
        "a number from " + least + " to " + most,
        t -> within(number(t), n -> n >= number(least) && n <= number(most)));
  }

  /** Seconds, decimals allowed, up to a year. */
  static SettingType<Duration> seconds(String least) {
    return new SettingType<>(
        least.equals("0") ? "seconds" : "seconds, at least " + least,
        "a number of seconds from " + least + " to " + A_YEAR,
        t ->
            within(
                duration(t.replace("_", "")),
                d -> d.compareTo(duration(least)) >= 0 && d.compareTo(duration(A_YEAR)) <= 0));
  }

  /** Several periods in seconds, with commas. */
  static SettingType<List<Duration>> secondsEach() {
    SettingType<Duration> one = seconds("0");
    return new SettingType<>(
        "list of seconds",
        "a list of seconds such as 10,30,60",
        t -> within(split(t, ",").stream().map(one::read).toList(), all -> !all.isEmpty()));
  }

  /** One word of an enum, in lower case in files and documents, in any case when read. */
  static <E extends Enum<E>> SettingType<E> oneOf(Class<E> words) {
    return oneOf(words, Map.of());
  }

  /**
   * One word of an enum, or another spelling of it.
   *
   * @param synonyms other spelling to word
   */
  static <E extends Enum<E>> SettingType<E> oneOf(Class<E> words, Map<String, String> synonyms) {
    String known = Arrays.stream(words.getEnumConstants()).map(Types::word).collect(joining(", "));
    return new SettingType<>(
        known.replace(", ", " / "),
        "one of " + known,
        t -> {
          String word = t.toLowerCase(Locale.ROOT);
          return Enum.valueOf(words, synonyms.getOrDefault(word, word).toUpperCase(Locale.ROOT));
        });
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static boolean yesOrNo(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static long bytes(String text) {
    int end = 0;
    while (end < text.length()
        && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    Long unit = UNITS.get(text.substring(end).strip().toLowerCase(Locale.ROOT));
    if (unit == null) {
      throw new IllegalArgumentException(text);
    }
    try {
      return Math.multiplyExact(Long.parseLong(text.substring(0, end).replace("_", "")), unit);
    } catch (ArithmeticException tooMuch) {
      throw new IllegalArgumentException(text, tooMuch);
    }
  }

  private static URI address(String text) {
    URI address = URI.create(text);
    boolean isWeb =
        "http".equalsIgnoreCase(address.getScheme())
            || "https".equalsIgnoreCase(address.getScheme());
    return within(address, a -> isWeb && a.getRawAuthority() != null);
  }

  private static List<String> split(String text, String separator) {
    return Arrays.stream(text.split(Pattern.quote(separator), -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /**
   * Reads a number of seconds. The usual texts go without BigDecimal: its first use takes 5 MiB and
   * some milliseconds, and every start reads seconds.
   */
  private static Duration duration(String seconds) {
    if (PLAIN_DECIMAL.matcher(seconds).matches()) {
      return Duration.parse("PT" + seconds + "S");
    }
    BigDecimal exact = new BigDecimal(seconds);
    within(exact.abs(), e -> e.compareTo(new BigDecimal(A_YEAR)) <= 0);
    return Duration.ofNanos(exact.movePointRight(9).longValue());
  }

  /** Stricter than Double.parseDouble, which takes NaN, 1d and 0x1p3. */
  private static double number(String text) {
    return PLAIN_DECIMAL.matcher(text).matches()
        ? Double.parseDouble(text)
        : new BigDecimal(text).doubleValue();
  }

  private static <V> V within(V value, Predicate<V> legal) {
    if (!legal.test(value)) {
      throw new IllegalArgumentException(value + " is out of range");
    }
    return value;
  }
}
