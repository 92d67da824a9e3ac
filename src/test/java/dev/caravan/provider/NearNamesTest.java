package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class NearNamesTest {

  private static final List<String> KNOWN =
      List.of("groq", "openai", "openrouter", "together_ai", "mistral", "codestral");

  @Test
  void aSlipOfThePenFindsTheNameThatWasMeant() {
    assertThat(NearNames.of("grok", KNOWN)).containsExactly("groq");
    assertThat(NearNames.of("opnai", KNOWN)).containsExactly("openai");
    assertThat(NearNames.of("Together-AI", KNOWN)).containsExactly("together_ai");
  }

  @Test
  void theBeginningOfANameFindsIt() {
    assertThat(NearNames.of("open", KNOWN)).containsExactly("openai", "openrouter");
  }

  @Test
  void aNameLikeNoOtherFindsNothing() {
    assertThat(NearNames.of("zebra", KNOWN)).isEmpty();
    assertThat(NearNames.of("", KNOWN)).isEmpty();
    assertThat(NearNames.hint("zebra", KNOWN)).isEmpty();
  }

  @Test
  void noMoreThanFiveAreNamed() {
    List<String> many = IntStream.range(0, 50).mapToObj(i -> "model-" + i).toList();

    assertThat(NearNames.of("model-x", many)).hasSize(5);
  }

  @Test
  void anAbsurdlyLongNameIsJudgedByItsBeginning() {
    String absurd = "groq/" + "x".repeat(1_000_000);

    assertThat(NearNames.of(absurd, List.of(absurd + "y", "groq"))).contains(absurd + "y");
  }

  @Property
  void everyKnownNameIsNearestToItself(@ForAll("known") String name) {
    assertThat(NearNames.of(name, KNOWN)).startsWith(name);
  }

  @Provide
  Arbitrary<String> known() {
    return Arbitraries.of(KNOWN);
  }
}
