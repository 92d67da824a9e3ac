package dev.caravan.provider;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a good answer tell of the quota of its credential (rotation.md 4.5, 5.5).
 * Immutable.
 *
 * <p>Two kinds are told apart. {@code x-ratelimit-limit}, {@code -remaining} and {@code -reset}
 * speak of a window that begins anew at its reset. Those for requests alone, {@code
 * x-ratelimit-*-requests} of OpenAI and who copies it and {@code anthropic-ratelimit-requests-*},
 * speak of a bucket that is refilled all the time; their reset is when it is full again
 * (documentation of both vendors), so that an empty one has room for a request after its share of
 * that time. {@code x-ratelimit-*-requests-day} of Cerebras and SambaNova are a day's, which is
 * over when it is over. Tokens are left alone: what the next request needs is not known. Of the
 * windows of a ChatGPT plan, {@code x-codex-primary-*} and {@code x-codex-secondary-*}, only the
 * spent ones tell something that is of use (providers.md 9.4).
 *
 * @param used requests besides the one that was answered, which is counted at its end anyway; all
 *     of the limit when nothing is left; -1 of a bucket
 * @param limit requests, -1 of a bucket
 * @param until epoch milliseconds: when the window begins anew, 0 for not told; when the empty
 *     bucket has room again
 */
public record QuotaFigures(long used, long limit, long until) {
  private static final long SHORTEST_REST = 1_000;
  private static final ErrorBody NO_BODY = ErrorBody.read(new byte[0]);

  /** Whether this is about a window, and not about a bucket that is empty. */
  public boolean isOfWindow() {
    return limit >= 0;
  }

  /**
   * Reads what is told.
   *
   * @param headers finds a header's value by its name in lower case
   * @param now epoch milliseconds
   * @return null when nothing is told that is of use
   */
  public static @Nullable QuotaFigures read(Function<String, @Nullable String> headers, long now) {
    long left = number(headers.apply("x-ratelimit-remaining"));
    if (left >= 0) {
      return window(left, headers, now);
    }
    if (number(headers.apply("x-ratelimit-remaining-requests-day")) == 0) {
      long rest = millisUntil(headers.apply("x-ratelimit-reset-requests-day"), headers, now);
      return rest < SHORTEST_REST ? null : new QuotaFigures(-1, -1, now + rest);
    }
    if (number(headers.apply("x-ratelimit-remaining-requests")) == 0) {
      return bucket("x-ratelimit-limit-requests", "x-ratelimit-reset-requests", headers, now);
    }
    if (headers.apply("x-codex-primary-used-percent") != null) {
      return plan(headers, now);
    }
    if (number(headers.apply("anthropic-ratelimit-requests-remaining")) == 0) {
      return bucket(
          "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-reset", headers, now);
    }
    return null;
  }

  private static @Nullable QuotaFigures window(
      long left, Function<String, @Nullable String> headers, long now) {
    long limit = number(headers.apply("x-ratelimit-limit"));
    if (limit <= 0 || left > limit) {
      return null;
    }
    long wait = millisUntil(headers.apply("x-ratelimit-reset"), headers, now);
    long used = left == 0 ? limit : Math.max(0, limit - left - 1);
    return new QuotaFigures(used, limit, wait == 0 ? 0 : now + wait);
  }

  private static @Nullable QuotaFigures bucket(
      String limitHeader,
      String resetHeader,
      Function<String, @Nullable String> headers,
      long now) {
    long limit = number(headers.apply(limitHeader));
    if (limit <= 0) {
      return null;
    }
    long rest = millisUntil(headers.apply(resetHeader), headers, now) / limit;
    return rest < SHORTEST_REST ? null : new QuotaFigures(-1, -1, now + rest);
  }

  /** The two windows of a ChatGPT plan: nothing is left until every spent one begins anew. */
  private static @Nullable QuotaFigures plan(Function<String, @Nullable String> headers, long now) {
    long until = 0;
    for (String window : List.of("x-codex-primary-", "x-codex-secondary-")) {
      if (number(headers.apply(window + "used-percent")) >= 100) {
        long wait = millisUntil(headers.apply(window + "reset-after-seconds"), headers, now);
        long moment = millisUntil(headers.apply(window + "reset-at"), headers, now);
        until = Math.max(until, now + Math.max(wait, moment));
      }
    }
    return until > now ? new QuotaFigures(-1, -1, until) : null;
  }

  private static long millisUntil(
      @Nullable String reset, Function<String, @Nullable String> headers, long now) {
    return reset == null
        ? 0
        : new RetryHints(headers, NO_BODY, now)
            .moment(reset.strip(), "")
            .map(hint -> hint.pause().toMillis())
            .orElse(0L);
  }

  /** A count, -1 for none; some servers send {@code 59.0}. */
  private static long number(@Nullable String text) {
    if (text == null) {
      return -1;
    }
    int end = text.indexOf('.');
    String whole = end < 0 ? text : text.substring(0, end);
    if (whole.isEmpty() || whole.length() > 15) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < whole.length(); i++) {
      int digit = whole.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
