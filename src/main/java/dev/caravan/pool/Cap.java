package dev.caravan.pool;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A limit of the operator for the credentials of one priority on one model or quota group, tighter
 * than the provider's own (rotation.md 7.4). Immutable.
 *
 * @param priority whose credentials it is for, empty for those without a cap of their own
 * @param name of the model or group, as {@link #plain} writes it
 * @param limit how many requests
 * @param rest what happens when they are reached
 */
public record Cap(OptionalInt priority, String name, Limit limit, Rest rest) {

  /** How many requests of a window a cap allows. */
  public sealed interface Limit {

    /** That many. */
    record Absolute(long requests) implements Limit {}

    /** That many more or fewer than the window's limit. */
    record Offset(long requests) implements Limit {}

    /** That share of the window's limit. */
    record Percent(double percent) implements Limit {}

    /** As many as so much money lasts for, at what one has cost on the average. */
    record Money(double dollars) implements Limit {}
  }

  /** How long a credential rests when its cap is reached. */
  public sealed interface Rest {

    /** Until the window ends. */
    record UntilReset() implements Rest {}

    /** Until that many seconds after the end of the window, never before it. */
    record AfterReset(long seconds) implements Rest {}

    /** Until that share of the window's length after its end, in percent. */
    record AfterResetShare(double percent) implements Rest {}

    /** That many seconds from the moment at which it was reached. */
    record Fixed(long seconds) implements Rest {}
  }

  private static final Pattern LIMIT = Pattern.compile("([+-]?)(\\d{1,15})(?:\\.\\d+)?(%?)");
  private static final Pattern DOLLARS =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?) ?usd", Pattern.CASE_INSENSITIVE);
  private static final Pattern SECONDS = Pattern.compile("[+-]?\\d{1,12}");
  private static final Pattern SHARE = Pattern.compile("[+-]\\d{1,6}(?:\\.\\d+)?%");

  public Cap {
    name = plain(name);
  }

  /** A name as caps are compared: without provider, lower case, one kind of dash. */
  public static String plain(String model) {
    return model
        .substring(model.indexOf('/') + 1)
        .toLowerCase(Locale.ROOT)
        .replace('_', '-')
        .replace('.', '-');
  }

  /**
   * Reads {@code 100}, {@code -20}, {@code +20}, {@code 80%} or {@code 5usd}.
   *
   * @throws IllegalArgumentException when it is none of them; the message says what is legal
   */
  public static Limit limit(String text) {
    String trimmed = text.strip();
    Matcher matcher = LIMIT.matcher(trimmed);
    if (matcher.matches()) {
      if (!matcher.group(3).isEmpty()) {
        double percent = Double.parseDouble(trimmed.substring(0, trimmed.length() - 1));
        if (matcher.group(1).isEmpty() && percent <= 100) {
          return new Limit.Percent(percent);
        }
      } else if (trimmed.indexOf('.') < 0) {
        long number = Long.parseLong(trimmed);
        return matcher.group(1).isEmpty() ? new Limit.Absolute(number) : new Limit.Offset(number);
      }
    }
    Matcher dollars = DOLLARS.matcher(trimmed);
    if (dollars.matches()) {
      return new Limit.Money(Double.parseDouble(dollars.group(1)));
    }
    throw new IllegalArgumentException("a cap is 100, -20, +20, 80% or 5usd, but not " + trimmed);
  }

  /**
   * Reads {@code quota_reset}, {@code offset:300}, {@code fixed:3600}, and the forms of provider
   * files: {@code 1h30m}, {@code +5m}, {@code -5m}, {@code +50%}.
   *
   * @param duration reads a length, empty when it is none
   * @throws IllegalArgumentException when it is none of them; the message says what is legal
   */
  public static Rest rest(String text, java.util.function.Function<String, OptionalLong> duration) {
    String trimmed = text.strip().toLowerCase(Locale.ROOT);
    int colon = trimmed.indexOf(':');
    String mode = colon < 0 ? trimmed : trimmed.substring(0, colon).strip();
    String value = colon < 0 ? "" : trimmed.substring(colon + 1).strip();
    if (mode.equals("quota_reset")) {
      return new Rest.UntilReset();
    }
    if (SHARE.matcher(trimmed).matches()) {
      return new Rest.AfterResetShare(
          Double.parseDouble(trimmed.substring(0, trimmed.length() - 1)));
    }
    boolean isOffset = mode.equals("offset") || trimmed.startsWith("+") || trimmed.startsWith("-");
    String length = mode.equals("offset") || mode.equals("fixed") ? value : trimmed;
    OptionalLong seconds = seconds(length, duration);
    if (seconds.isPresent()) {
      return isOffset
          ? new Rest.AfterReset(seconds.getAsLong())
          : new Rest.Fixed(Math.abs(seconds.getAsLong()));
    }
    throw new IllegalArgumentException(
        "what happens at a cap is quota_reset, offset:300 or fixed:3600, but not " + trimmed);
  }

  private static OptionalLong seconds(
      String text, java.util.function.Function<String, OptionalLong> duration) {
    if (SECONDS.matcher(text).matches()) {
      return OptionalLong.of(Long.parseLong(text));
    }
    boolean negative = text.startsWith("-");
    OptionalLong length =
        duration.apply(negative || text.startsWith("+") ? text.substring(1) : text);
    return length.isPresent() && negative ? OptionalLong.of(-length.getAsLong()) : length;
  }

  /**
   * How many requests it comes to; empty while the window's limit is needed and not known, and for
   * money, which depends on what has been spent.
   *
   * @param windowLimit -1 when not known
   */
  OptionalLong effective(long windowLimit) {
    boolean known = windowLimit >= 0;
    return switch (limit) {
      case Limit.Absolute(long n) ->
          OptionalLong.of(known ? Math.min(n, windowLimit) : Math.max(0, n));
      case Limit.Offset(long n) ->
          known
              ? OptionalLong.of(Math.clamp(windowLimit + n, 0, windowLimit))
              : OptionalLong.empty();
      case Limit.Percent(double percent) ->
          known
              ? OptionalLong.of((long) Math.floor(windowLimit * percent / 100 + 1e-9))
              : OptionalLong.empty();
      case Limit.Money money -> OptionalLong.empty();
    };
  }

  /** As the operator wrote it: {@code 100}, {@code -20}, {@code 80%}, {@code 5usd}. */
  public String text() {
    return switch (limit) {
      case Limit.Absolute(long n) -> Long.toString(n);
      case Limit.Offset(long n) -> (n >= 0 ? "+" : "") + n;
      case Limit.Percent(double percent) ->
          (percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent))
              + "%";
      case Limit.Money(double dollars) ->
          (dollars == Math.rint(dollars) ? Long.toString((long) dollars) : Double.toString(dollars))
              + "usd";
    };
  }

  /**
   * When the rest ends, in epoch milliseconds; 0 when it ends with a window of which nobody knows
   * the end.
   */
  long restUntil(Window window, long now) {
    long reset = window.endIfKnown(now);
    return switch (rest) {
      case Rest.UntilReset() -> reset;
      case Rest.AfterReset(long seconds) -> after(reset, seconds * 1000, now);
      case Rest.AfterResetShare(double percent) -> {
        java.time.Duration length = window.rule.length();
        long millis = length == null ? 86_400_000 : length.toMillis();
        yield after(reset, (long) (millis * percent / 100), now);
      }
      case Rest.Fixed(long seconds) -> now + seconds * 1000;
    };
  }

  private static long after(long reset, long offset, long now) {
    return reset == 0 ? now + Math.abs(offset) : Math.max(reset, reset + offset);
  }
}
