package dev.caravan.call;

/**
 * Tokens of one answer in the gateway's own terms (http-api.md 1.9). All counts are zero or more
 * and do not overlap.
 *
 * @param inputUncached prompt tokens billed in full
 * @param cacheRead prompt tokens read from the provider's cache
 * @param cacheWrite prompt tokens written to it
 * @param outputText visible output
 * @param reasoning hidden thinking
 * @param estimated counted by the gateway because the provider did not say
 * @param toldCost US dollars that the provider itself says the answer costs, less than nothing when
 *     it does not say
 */
public record Usage(
    long inputUncached,
    long cacheRead,
    long cacheWrite,
    long outputText,
    long reasoning,
    boolean estimated,
    double toldCost) {

  private static final double NOT_TOLD = -1;

  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false);

  /** Tokens whose cost the provider does not tell. */
  public Usage(
      long inputUncached,
      long cacheRead,
      long cacheWrite,
      long outputText,
      long reasoning,
      boolean estimated) {
    this(inputUncached, cacheRead, cacheWrite, outputText, reasoning, estimated, NOT_TOLD);
  }

  /** Whether the provider itself has said what the answer costs. */
  public boolean tellsCost() {
    return toldCost >= 0;
  }

  /** Prompt tokens of all kinds. */
  public long input() {
    return inputUncached + cacheRead + cacheWrite;
  }

  /** Output tokens of both kinds. */
  public long output() {
    return outputText + reasoning;
  }

  public long total() {
    return input() + output();
  }

  public boolean isEmpty() {
    return total() == 0;
  }
}
