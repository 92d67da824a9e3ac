package dev.caravan.mock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.mock.Scenario.Carrier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrillsTest {

  @Test
  void wordsAreFoundBetweenAllDividersAndInAnyCase() {
    Scenario plain = Drills.read("k", "acme/Mock_7x3MS:think2.ttft40");

    assertThat(plain.waitMillis()).isEqualTo(40);
    assertThat(plain.answer().pace()).isEqualTo(new Answer.Pace(7, 3, 0));
    assertThat(plain.answer().reasoning()).isEqualTo(2);
  }

  @Test
  void otherWordsAreJustNames() {
    Scenario known = Drills.read("sk-good-1", "mock-1");

    assertThat(Drills.read("sk-proj-abc", "openai/gpt-4o-mini-2024-07-18")).isEqualTo(known);
    assertThat(Drills.read("sk-1", "llama-3.1-405b-instruct-thinking")).isEqualTo(known);
    assertThat(Drills.read("", "ttft-rlx-x20ms-dropped-600-399")).isEqualTo(known);
    assertThat(known.mishap()).isEqualTo(new Mishap.None());
  }

  @Test
  void numbersTooBigToMeanAnythingAreNames() {
    assertThat(Drills.read("", "mock-len99999999999").answer().content())
        .isEqualTo(new Answer.Content.Text(300));
  }

  @Test
  void aNumberBehindAWordThatTakesNoneCountsTheKeys() {
    assertThat(Drills.read("sk-bad2", "mock-1").mishap()).isInstanceOf(Mishap.Refused.class);
  }

  @Test
  void anOccasionKnowsWhoCarriesIt() {
    assertThat(Drills.read("sk-first2", "mock-1").carrier()).isEqualTo(Carrier.KEY);
    assertThat(Drills.read("sk-1", "mock-first2").carrier()).isEqualTo(Carrier.MODEL);
  }

  @Test
  void everyExampleOfTheTableSetsOffADrill() {
    Scenario nothing = Drills.read("", "mock-1");

    assertThat(Drills.docs())
        .allSatisfy(
            doc ->
                assertThat(Drills.read("", doc.example())).as(doc.token()).isNotEqualTo(nothing));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 30, 50, 99, 100})
  void aShareIsNearItsPercentOverManyRequestsAndAlwaysTheSame(int percent) {
    var share = new Occasion.Share(percent);

    long struck =
        LongStream.rangeClosed(1, 10_000).filter(number -> share.strikes(number, 1)).count();

    assertThat(struck).isBetween(percent * 100L - 200, percent * 100L + 200);
    assertThat(share.strikes(7, 1)).isEqualTo(new Occasion.Share(percent).strikes(7, 9));
  }
}
