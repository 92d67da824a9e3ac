package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFilterTest {

  @ParameterizedTest
  @CsvSource({
    "gpt-4*,gpt-4o-mini,true",
    "gpt-4*,gpt-3.5,false",
    "*,anthropic/claude-3,true",
    "*/claude-*,anthropic/claude-3,true",
    "*-mini,gpt-4o-mini,true",
    "gpt-?o,gpt-4o,true",
    "gpt-?o,gpt-45o,false",
    "gpt-[34]*,gpt-4o,true",
    "gpt-[3-5]*,gpt-4o,true",
    "gpt-[!34]*,gpt-4o,false",
    "gpt-[!34]*,gpt-5,true",
    "GPT-4o,gpt-4o,false",
    "[a,[a,true",
    "[]]x,]x,true",
    "'',gpt-4o,false",
  })
  void shellPatternsMatchTheWholeName(String pattern, String name, boolean matches) {
    assertThat(Glob.matches(pattern, name)).isEqualTo(matches);
  }

  @Test
  void withoutPatternsEveryModelPasses() {
    assertThat(ModelFilter.NONE.allows("openai", "gpt-4o")).isTrue();
  }

  @Test
  void anIgnoredModelDoesNotPass() {
    ModelFilter filter = new ModelFilter(List.of(), List.of("*-preview"));

    assertThat(filter.allows("openai", "gpt-4o-preview")).isFalse();
    assertThat(filter.allows("openai", "gpt-4o")).isTrue();
  }

  @Test
  void theWhitelistBeatsTheIgnoreList() {
    ModelFilter filter = new ModelFilter(List.of("gpt-4o"), List.of("*"));

    assertThat(filter.allows("openai", "gpt-4o")).isTrue();
    assertThat(filter.allows("openai", "gpt-5")).isFalse();
  }

  @Test
  void patternsMayNameTheProviderToo() {
    ModelFilter filter = new ModelFilter(List.of(), List.of("openai/gpt-3*"));

    assertThat(filter.allows("openai", "gpt-3.5")).isFalse();
    assertThat(filter.allows("azure", "gpt-3.5")).isTrue();
  }

  @Test
  void aPatternMadeToBeSlowIsNot() {
    String pattern = "*a".repeat(2_000) + "b";

    assertThat(Glob.matches(pattern, "a".repeat(20_000))).isFalse();
  }

  @Property
  void aNameWithoutSpecialCharactersMatchesItselfAlone(
      @ForAll @AlphaChars @StringLength(min = 1, max = 20) String name) {
    assertThat(Glob.matches(name, name)).isTrue();
    assertThat(Glob.matches(name, name + "x")).isFalse();
    assertThat(Glob.matches("*" + name + "*", "<" + name + ">")).isTrue();
  }

  @Property
  void noPatternMakesTheMatcherThrow(
      @ForAll @Chars({'*', '?', '[', ']', '!', '-'}) @CharRange(from = 'a', to = 'c')
          String pattern,
      @ForAll @CharRange(from = 'a', to = 'c') String text) {
    assertThatCode(() -> Glob.matches(pattern, text)).doesNotThrowAnyException();
  }
}
