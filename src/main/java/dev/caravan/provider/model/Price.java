package dev.caravan.provider.model;

import dev.caravan.call.Usage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What tokens of a model cost. Amounts are picodollars (10<sup>-12</sup> US dollars) for a token: a
 * price of so many dollars for a million tokens with up to six digits behind the point is a whole
 * number of them, so a cost is exact without decimals. Immutable.
 *
 * @param usual what holds for most prompts
 * @param step what holds for long ones, null when there is no step
 */
public record Price(Rates usual, @Nullable Step step) {

  /** Amount that nobody knows. */
  public static final long UNKNOWN = -1;

  /** Digits behind the point of a dollar that an amount has. */
  public static final int DIGITS = 12;

  /** Tokens of one kind that a cost is told for at most; more would not fit. */
  public static final long MOST_TOKENS = 1_000_000_000;

  private static final BigDecimal LARGEST = BigDecimal.valueOf(1000);
  private static final BigDecimal SMALLEST = new BigDecimal("0.0001");

  /** No price is known. */
  public static final Price NONE = new Price(new Rates(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN), null);

  /**
   * Picodollars for a token, {@link #UNKNOWN} where nobody knows.
   *
   * @param input of a prompt token billed in full
   * @param output of an output token, thinking included
   * @param cacheRead of a prompt token read from the provider's cache
   * @param cacheWrite of one written to it
   */
  public record Rates(long input, long output, long cacheRead, long cacheWrite) {

    boolean isKnown() {
      return input >= 0 && output >= 0;
    }

    private Rates orElse(Rates other) {
      return new Rates(
          input >= 0 ? input : other.input,
          output >= 0 ? output : other.output,
          cacheRead >= 0 ? cacheRead : other.cacheRead,
          cacheWrite >= 0 ? cacheWrite : other.cacheWrite);
    }

    // what the provider is silent about costs as much as any prompt token: an upper bound
    private long cost(Usage tokens) {
      return bounded(tokens.inputUncached()) * input
          + bounded(tokens.output()) * output
          + bounded(tokens.cacheRead()) * (cacheRead >= 0 ? cacheRead : input)
          + bounded(tokens.cacheWrite()) * (cacheWrite >= 0 ? cacheWrite : input);
    }

    private static long bounded(long tokens) {
      return Math.clamp(tokens, 0, MOST_TOKENS);
    }
  }

  /**
   * Other rates for long prompts, all tokens of the call included.
   *
   * @param above tokens of prompt, cached ones included, above which they hold
   */
  public record Step(long above, Rates rates) {}

  /** Whether a cost can be told. */
  public boolean isKnown() {
    return usual.isKnown();
  }

  /** What holds for a prompt of that length. */
  public Rates ratesFor(long promptTokens) {
    Step longer = step;
    return longer != null && promptTokens > longer.above() ? longer.rates().orElse(usual) : usual;
  }

  /** Cost in picodollars, {@link #UNKNOWN} without the rates of input and output. */
  public long of(Usage tokens) {
    Rates rates = ratesFor(tokens.input());
    return rates.isKnown() ? rates.cost(tokens) : UNKNOWN;
  }

  /** Picodollars in dollars. */
  public static double dollars(long picodollars) {
    return picodollars / 1e12;
  }

  /**
   * Picodollars for a token from dollars for a million. What cannot be meant so is {@link
   * #UNKNOWN}: less than nothing, or so much or so little that it is of another unit.
   */
  public static long perMillion(BigDecimal dollars) {
    if (dollars.signum() == 0) {
      return 0;
    }
    boolean plausible = dollars.compareTo(SMALLEST) >= 0 && dollars.compareTo(LARGEST) <= 0;
    return plausible
        ? dollars.movePointRight(6).setScale(0, java.math.RoundingMode.HALF_UP).longValueExact()
        : UNKNOWN;
  }
}
