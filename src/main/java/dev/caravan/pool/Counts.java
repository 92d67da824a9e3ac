package dev.caravan.pool;

/**
 * What was used of a credential: in one window, or ever (rotation.md 4.3). Immutable.
 *
 * @param requests attempts that count
 * @param successes of them
 * @param failures of them; attempts that the client left are neither
 * @param prompt prompt tokens that no cache saved
 * @param cacheRead prompt tokens read from the provider's cache
 * @param cacheWrite prompt tokens written to it
 * @param completion visible output tokens
 * @param thinking hidden output tokens
 * @param cost in US dollars, 0 for what has no known price
 * @param firstUsed epoch milliseconds, 0 when never
 * @param lastUsed epoch milliseconds, 0 when never
 */
public record Counts(
    long requests,
    long successes,
    long failures,
    long prompt,
    long cacheRead,
    long cacheWrite,
    long completion,
    long thinking,
    double cost,
    long firstUsed,
    long lastUsed) {

  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  public long output() {
    return completion + thinking;
  }

  public long total() {
    return prompt + cacheRead + cacheWrite + completion + thinking;
  }

  /** Share of the prompt that came from a cache, in percent with one decimal. */
  public double cacheShare() {
    long input = cacheRead + prompt;
    return input == 0 ? 0 : Math.round(cacheRead * 1000.0 / input) / 10.0;
  }
}
