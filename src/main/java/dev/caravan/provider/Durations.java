package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one parser of durations that providers and settings use (rotation.md 5.4).
 *
 * <p>Understood: a plain number of seconds ({@code 7200.9}), numbers with units from large to small
 * ({@code 2d1h}, {@code 156h14m36.75s}, {@code 1500ms}, {@code 5 minutes}), ISO 8601 ({@code
 * P1DT2H}) and protobuf's {@code {"seconds":"123","nanos":…}}. Everything else gives nothing:
 * negative times, exponents, {@code inf}, a number without unit after one with unit.
 */
public final class Durations {

  private static final int LONGEST_TEXT = 64;

  private static final Pattern PLAIN = Pattern.compile("\\d++(?:\\.\\d++)?+");
  private static final Pattern WITH_UNITS =
      Pattern.compile(
          part("d|days?")
              + part("h|hrs?|hours?")
              + part("m|mins?|minutes?")
              + part("s|secs?|seconds?")
              + part("ms|millis|milliseconds?")
              + part("us|µs|microseconds?")
              + part("ns|nanoseconds?"));

  /** Waits for the first text: BigDecimal takes 5 MiB when it is first used. */
  private static final class Exact {
    private static final BigDecimal LONGEST = BigDecimal.valueOf(1_000_000_000_000_000L);
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
    private static final BigDecimal[] UNIT_SECONDS = {
      BigDecimal.valueOf(86_400),
      BigDecimal.valueOf(3_600),
      BigDecimal.valueOf(60),
      BigDecimal.ONE,
      new BigDecimal("0.001"),
      new BigDecimal("0.000001"),
      new BigDecimal("0.000000001"),
    };
  }

  private Durations() {}

  /**
   * Reads a duration and rounds it up to whole seconds, since coming back too early costs another
   * refusal. Zero is returned as zero; whether it means "now" or nothing is the caller's to say.
   */
  public static Optional<Duration> parse(String text) {
    return exact(text).map(Durations::roundUp);
  }

  /** Reads a duration from a JSON string, number, or {@code {seconds, nanos}} object. */
  public static Optional<Duration> parse(JsonNode node) {
    if (node.isObject()) {
      JsonNode nanos = node.path("nanos");
      return parse(node.path("seconds").asText("0"))
          .filter(d -> node.has("seconds") || node.has("nanos"))
          .map(whole -> nanos.asLong(0) > 0 ? whole.plusSeconds(1) : whole);
    }
    return node.isValueNode() && !node.isNull() ? parse(node.asText()) : Optional.empty();
  }

  /** Reads a duration as it stands, to the nanosecond. */
  public static Optional<Duration> exact(String text) {
    String trimmed = text.length() > LONGEST_TEXT ? "" : text.strip().toLowerCase(Locale.ROOT);
    if (trimmed.isEmpty()) {
      return Optional.empty();
    }
    if (trimmed.charAt(0) == 'p') {
      return iso(trimmed);
    }
    return PLAIN.matcher(trimmed).matches()
        ? seconds(new BigDecimal(trimmed))
        : withUnits(WITH_UNITS.matcher(trimmed));
  }

  static Duration roundUp(Duration exact) {
    return exact.getNano() == 0 ? exact : Duration.ofSeconds(exact.getSeconds() + 1);
  }

  private static Optional<Duration> withUnits(Matcher matcher) {
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal sum = BigDecimal.ZERO;
    for (int unit = 0; unit < Exact.UNIT_SECONDS.length; unit++) {
      String number = matcher.group(unit + 1);
      if (number != null) {
        sum = sum.add(new BigDecimal(number).multiply(Exact.UNIT_SECONDS[unit]));
      }
    }
    return seconds(sum);
  }

  private static Optional<Duration> iso(String text) {
    try {
      return Optional.of(Duration.parse(text)).filter(d -> !d.isNegative());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> seconds(BigDecimal seconds) {
    if (seconds.compareTo(Exact.LONGEST) > 0) {
      return Optional.empty();
    }
    BigDecimal[] split = seconds.divideAndRemainder(BigDecimal.ONE);
    long nanos = split[1].multiply(Exact.NANOS).setScale(0, RoundingMode.CEILING).longValueExact();
    return Optional.of(Duration.ofSeconds(split[0].longValueExact(), nanos));
  }

  private static String part(String names) {
    return "(?:(\\d+(?:\\.\\d+)?)\\s*(?:" + names + ")(?![a-zµ])[\\s,]*)?";
  }
}
