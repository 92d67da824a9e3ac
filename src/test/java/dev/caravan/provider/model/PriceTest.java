package dev.caravan.provider.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Usage;
import dev.caravan.provider.model.Price.Rates;
import dev.caravan.provider.model.Price.Step;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Costs are exact, and what nobody knows is not free. */
class PriceTest {
  private static final long U = Price.UNKNOWN;
  private static final Price SONNET =
      new Price(new Rates(3_000_000, 15_000_000, 300_000, 3_750_000), null);

  private static Usage usage(long prompt, long read, long written, long output, long reasoning) {
    return new Usage(prompt, read, written, output, reasoning, false);
  }

  @Test
  @DisplayName("http-api.md 19, 69: 1,000 prompt, 500 completion, 2,000 cache-read at 3, 15, 0.3")
  void cachedTokensAreAddedAtTheirOwnRate() {
    long cost = SONNET.of(usage(1_000, 2_000, 0, 500, 0));

    assertThat(cost).isEqualTo(11_100_000_000L);
    assertThat(Price.dollars(cost)).isEqualTo(0.0111);
  }

  @Test
  void thinkingIsBilledAsOutput() {
    assertThat(SONNET.of(usage(0, 0, 0, 400, 100))).isEqualTo(SONNET.of(usage(0, 0, 0, 500, 0)));
  }

  @Test
  void anUnknownCacheRateCostsAsMuchAsAnyPromptToken() {
    Price plain = new Price(new Rates(2_000_000, 8_000_000, U, U), null);

    assertThat(plain.of(usage(10, 20, 30, 0, 0))).isEqualTo(60 * 2_000_000L);
  }

  @Test
  void withoutARateOfInputOrOutputThereIsNoCost() {
    assertThat(new Price(new Rates(U, 15_000_000, U, U), null).of(usage(1, 0, 0, 1, 0)))
        .isEqualTo(U);
    assertThat(new Price(new Rates(3_000_000, U, U, U), null).of(usage(1, 0, 0, 1, 0)))
        .isEqualTo(U);
    assertThat(new Price(new Rates(0, 0, U, U), null).of(usage(1, 0, 0, 1, 0))).isZero();
  }

  @Test
  void longPromptsHaveTheRatesOfTheirStepForAllTokens() {
    Price gemini =
        new Price(
            new Rates(1_250_000, 10_000_000, 125_000, U),
            new Step(200_000, new Rates(2_500_000, 15_000_000, U, U)));

    assertThat(gemini.of(usage(200_000, 0, 0, 1, 0))).isEqualTo(200_000 * 1_250_000L + 10_000_000);
    assertThat(gemini.of(usage(200_001, 0, 0, 1, 0))).isEqualTo(200_001 * 2_500_000L + 15_000_000);
    assertThat(gemini.of(usage(100_000, 100_001, 0, 0, 0)))
        .as("cached tokens make a prompt long too, and keep their rate where the step has none")
        .isEqualTo(100_000 * 2_500_000L + 100_001 * 125_000L);
  }

  @Test
  void whatCannotBeDollarsForAMillionTokensIsUnknown() {
    assertThat(Price.perMillion(new BigDecimal("-1"))).isEqualTo(U);
    assertThat(Price.perMillion(new BigDecimal("0.000003"))).isEqualTo(U);
    assertThat(Price.perMillion(new BigDecimal("3000000"))).isEqualTo(U);
    assertThat(Price.perMillion(new BigDecimal("0"))).isZero();
    assertThat(Price.perMillion(new BigDecimal("0.0375"))).isEqualTo(37_500);
    assertThat(Price.perMillion(new BigDecimal("600"))).isEqualTo(600_000_000);
  }

  @Property(tries = 200)
  void noCountOfTokensOverflows(
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long prompt,
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE / 8) long output) {
    Price dear = new Price(new Rates(1_000_000_000, 1_000_000_000, U, U), null);

    assertThat(dear.of(usage(prompt, 0, 0, output, 0))).isNotNegative();
  }
}
