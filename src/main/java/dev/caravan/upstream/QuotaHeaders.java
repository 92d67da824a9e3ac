package dev.caravan.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/**
 * Whether an answer speaks of a quota at all. Asked of every answer, so the names are made ready.
 */
final class QuotaHeaders {
  private static final CharSequence LEFT = HttpHeaders.createOptimized("x-ratelimit-remaining");
  private static final CharSequence LEFT_REQUESTS =
      HttpHeaders.createOptimized("x-ratelimit-remaining-requests");
  private static final CharSequence LEFT_OF_THE_DAY =
      HttpHeaders.createOptimized("x-ratelimit-remaining-requests-day");
  private static final CharSequence LEFT_OF_ANTHROPIC =
      HttpHeaders.createOptimized("anthropic-ratelimit-requests-remaining");

  private static final CharSequence USED_OF_PLAN =
      HttpHeaders.createOptimized("x-codex-primary-used-percent");

  private QuotaHeaders() {}

  static boolean mayTell(MultiMap headers) {
    return headers.contains(LEFT_REQUESTS)
        || headers.contains(LEFT)
        || headers.contains(LEFT_OF_THE_DAY)
        || headers.contains(LEFT_OF_ANTHROPIC)
        || headers.contains(USED_OF_PLAN);
  }
}
