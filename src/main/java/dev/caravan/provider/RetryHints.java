package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the time after which an upstream wants to be asked again (rotation.md 5.5).
 *
 * <p>Of several sources the larger time is taken, except that Google's {@code RetryInfo} of a quota
 * per minute beats all others. Zero, a time that is over, and more than thirty days are no hints;
 * the last kind is kept in {@link #ignored()} for the evidence. A number of a thousand million or
 * more is a moment, not a length, wherever it stands.
 */
final class RetryHints {

  private static final Duration LONGEST = Duration.ofDays(30);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final long EPOCH_SECONDS = 1_000_000_000L;
  private static final long EPOCH_MILLIS = 1_000_000_000_000L;
  private static final ZoneId LOS_ANGELES = ZoneId.of("America/Los_Angeles");

  private static final Pattern WHOLE = Pattern.compile("\\d{1,18}(?:\\.\\d{1,9})?");
  private static final String UNIT =
      "(?:milliseconds?|millis|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])";
  private static final String NUMBER = "\\d{1,18}+(?:\\.\\d{1,18}+)?+";
  private static final String TIME =
      "("
          + NUMBER
          + "(?:\\s{0,2}"
          + UNIT
          + "(?:[\\s,]{0,2}"
          + NUMBER
          + "\\s{0,2}"
          + UNIT
          + "){0,6})?)";
  private static final Pattern IN_TEXT =
      Pattern.compile(
          "(?i)(?:retry[-_ ]?after|retry[-_ ]?delay|retry in|try again (?:in|after)|wait(?: for)?"
              + "|resets? (?:after|in)|x-ratelimit-reset)[\"']?\\s{0,2}[:=]?\\s{0,2}[\"']?"
              + TIME);
  private static final Pattern MOMENT_IN_TEXT =
      Pattern.compile(
          "(?i)(?:resets?|available|retry|try again|access)(?: again)? (?:at|on|after) "
              + "(\\d{4}-\\d\\d-\\d\\d[t ]\\d\\d:\\d\\d(?::\\d\\d)?(?:\\.\\d{1,9})?(?:z| utc|[+-]\\d\\d:\\d\\d))");

  private final Function<String, @Nullable String> headers;
  private final ErrorBody body;
  private final long now;
  private final List<String> ignored = new ArrayList<>();

  /**
   * @param headers finds a header's value by its name in lower case
   * @param now epoch milliseconds
   */
  RetryHints(Function<String, @Nullable String> headers, ErrorBody body, long now) {
    this.headers = headers;
    this.body = body;
    this.now = now;
  }

  Optional<RetryHint> best() {
    Optional<RetryHint> retryInfo =
        hint(Durations.parse(body.detail("RetryInfo").path("retryDelay")), "body RetryInfo");
    if (retryInfo.isPresent() && body.countsPer("Minute", "Second")) {
      return retryInfo;
    }
    List<RetryHint> found = new ArrayList<>();
    retryInfo.or(this::errorInfo).or(this::fields).or(this::text).ifPresent(found::add);
    retryAfter().ifPresent(found::add);
    reset().ifPresent(found::add);
    spentLimits(found);
    Optional<RetryHint> larger = found.stream().max(Comparator.comparing(RetryHint::pause));
    return body.countsPer("Day") ? nextDay(larger) : larger;
  }

  /** Hints that are too long to be true, in words. */
  List<String> ignored() {
    return ignored;
  }

  private Optional<RetryHint> errorInfo() {
    JsonNode metadata = body.detail("ErrorInfo").path("metadata");
    return moment(metadata.path("quotaResetTimeStamp").asText(""), "body quotaResetTimeStamp")
        .or(() -> hint(Durations.parse(metadata.path("quotaResetDelay")), "body quotaResetDelay"));
  }

  private Optional<RetryHint> fields() {
    for (String name :
        List.of(
            "resets_at", "resets_in_seconds", "retry_after", "retryAfter", "retry_after_seconds")) {
      JsonNode value = body.error().path(name);
      Optional<RetryHint> hint =
          value.isValueNode() ? moment(value.asText(""), "body " + name) : Optional.empty();
      if (hint.isPresent()) {
        return hint;
      }
    }
    JsonNode wrapped = body.error().path("metadata").path("headers");
    return moment(wrapped.path("X-RateLimit-Reset").asText(""), "body X-RateLimit-Reset")
        .or(() -> moment(wrapped.path("Retry-After").asText(""), "body Retry-After"));
  }

  private Optional<RetryHint> text() {
    Matcher moment = MOMENT_IN_TEXT.matcher(body.text());
    while (moment.find()) {
      Optional<RetryHint> hint =
          moment(moment.group(1).replaceFirst("(?i) utc$", "Z").replace(' ', 'T'), "text");
      if (hint.isPresent()) {
        return hint;
      }
    }
    Matcher length = IN_TEXT.matcher(body.text());
    while (length.find()) {
      Optional<RetryHint> hint = moment(length.group(1), "text");
      if (hint.isPresent()) {
        return hint;
      }
    }
    return Optional.empty();
  }

  private Optional<RetryHint> retryAfter() {
    return hint(Durations.parse(header("retry-after-ms") + "ms"), "header retry-after-ms")
        .or(() -> moment(header("retry-after"), "header retry-after"));
  }

  private Optional<RetryHint> reset() {
    return isSpent("x-ratelimit-remaining", true)
        ? moment(header("x-ratelimit-reset"), "header x-ratelimit-reset")
        : Optional.empty();
  }

  // Each limit has a reset of its own; only the spent one says when to come back.
  private void spentLimits(List<RetryHint> found) {
    for (String kind : List.of("requests", "tokens", "project-tokens")) {
      addIfSpent("x-ratelimit-remaining-" + kind, "x-ratelimit-reset-" + kind, found);
    }
    for (String kind : List.of("requests", "tokens", "input-tokens", "output-tokens")) {
      String limit = "anthropic-ratelimit-" + kind;
      addIfSpent(limit + "-remaining", limit + "-reset", found);
    }
    if (header("anthropic-ratelimit-unified-status").equals("rejected")) {
      String reset = "anthropic-ratelimit-unified-reset";
      moment(header(reset), "header " + reset).ifPresent(found::add);
    }
  }

  private void addIfSpent(String remaining, String reset, List<RetryHint> found) {
    if (isSpent(remaining, false)) {
      moment(header(reset), "header " + reset).ifPresent(found::add);
    }
  }

  private boolean isSpent(String header, boolean whenAbsent) {
    String remaining = header(header);
    return remaining.isEmpty() ? whenAbsent : remaining.matches("-?0+(\\.0+)?|-\\d+");
  }

  // Google names a short delay beside a spent daily quota (providers.md 4.3).
  private Optional<RetryHint> nextDay(Optional<RetryHint> hint) {
    if (hint.filter(h -> h.pause().compareTo(LONG) >= 0).isPresent() || !isGoogles()) {
      return hint;
    }
    ZonedDateTime there = Instant.ofEpochMilli(now).atZone(LOS_ANGELES);
    ZonedDateTime midnight =
        there.toLocalDate().plusDays(1).atTime(LocalTime.MIDNIGHT).atZone(LOS_ANGELES);
    return until(midnight.toInstant(), "body quotaId per day, resets at midnight in Los Angeles");
  }

  private boolean isGoogles() {
    return body.violations().stream()
        .anyMatch(v -> v.path("quotaMetric").asText("").contains("googleapis.com"));
  }

  private String header(String name) {
    String value = headers.apply(name);
    return value == null ? "" : value.strip();
  }

  /** Reads a length or a moment: seconds, a duration, an epoch, RFC 3339, an HTTP date. */
  Optional<RetryHint> moment(String text, String source) {
    if (text.isBlank() || text.length() > 64) {
      return Optional.empty();
    }
    if (WHOLE.matcher(text).matches()) {
      double number = Double.parseDouble(text);
      if (number >= EPOCH_SECONDS) {
        double millis = number >= EPOCH_MILLIS ? number : number * 1000;
        return until(Instant.ofEpochMilli((long) millis), source);
      }
    }
    Optional<RetryHint> length = hint(Durations.parse(text), source);
    return length.isPresent() ? length : date(text).flatMap(instant -> until(instant, source));
  }

  private static Optional<Instant> date(String text) {
    if (text.indexOf(':') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Character.isDigit(text.charAt(0))
              ? OffsetDateTime.parse(text).toInstant()
              : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private Optional<RetryHint> until(Instant moment, String source) {
    Duration wait = Duration.between(Instant.ofEpochMilli(now), moment);
    return wait.isNegative()
        ? Optional.empty()
        : hint(Optional.of(Durations.roundUp(wait)), source);
  }

  private Optional<RetryHint> hint(Optional<Duration> wait, String source) {
    if (wait.filter(d -> d.compareTo(LONGEST) > 0).isPresent()) {
      ignored.add("%s of %d days ignored".formatted(source, wait.get().toDays()));
      return Optional.empty();
    }
    return wait.filter(d -> !d.isZero()).map(d -> new RetryHint(d, source));
  }
}
