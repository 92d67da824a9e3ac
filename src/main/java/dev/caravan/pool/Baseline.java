package dev.caravan.pool;

import org.jspecify.annotations.Nullable;

/**
 * What a provider itself says of a credential's quota: by its quota API, or in the headers of an
 * answer (rotation.md 4.5). Immutable.
 *
 * @param model upstream model or quota group that it is about, null for the whole credential
 * @param window name of the window, null for the primary one
 * @param used requests that were used, -1 for not told
 * @param limit requests that are allowed, -1 for not told
 * @param remainingFraction from 0 to 1, -1 for not told
 * @param resetAt epoch milliseconds, 0 for not told
 * @param force whether the provider's count wins even where it is lower than the own one: a manual
 *     refresh, the first poll
 */
public record Baseline(
    @Nullable String model,
    @Nullable String window,
    long used,
    long limit,
    double remainingFraction,
    long resetAt,
    boolean force) {

  /** Figures of a quota API that tells a share. */
  public static Baseline ofFraction(String model, double remaining, long limit, long resetAt) {
    return new Baseline(model, null, -1, limit, Math.clamp(remaining, 0, 1), resetAt, false);
  }

  /** Figures that name the count. */
  public static Baseline ofCount(String model, long used, long limit, long resetAt) {
    return new Baseline(model, null, used, limit, -1, resetAt, false);
  }

  /** Nothing is left until then, of a limit that is none of the windows. */
  public static Baseline spent(String model, long until) {
    return new Baseline(model, "", -1, -1, 0, until, false);
  }

  public Baseline forced() {
    return new Baseline(model, window, used, limit, remainingFraction, resetAt, true);
  }

  /** The limit behind a learned cost of one request, in percent: 0.4 is 250 requests. */
  public static long limitOfCost(double percentPerRequest) {
    return (long) Math.floor(100 / percentPerRequest + 1e-9);
  }

  /** Requests that were used, by count or by share of the limit; -1 when neither is told. */
  long used(long knownLimit) {
    if (used >= 0) {
      return used;
    }
    long of = limit >= 0 ? limit : knownLimit;
    return remainingFraction < 0 || of < 0
        ? -1
        : (long) Math.floor((1 - remainingFraction) * of + 1e-9);
  }

  boolean isEmpty(long knownLimit) {
    if (remainingFraction >= 0) {
      return remainingFraction == 0;
    }
    long of = limit >= 0 ? limit : knownLimit;
    return used >= 0 && of >= 0 && used >= of;
  }
}
