package dev.caravan.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class SecretSearchTest {

  @Property
  void noSecretOutlivesTheMaskWhateverStandsAroundIt(
      @ForAll @Size(min = 1, max = 6) List<@From("secret") String> secrets,
      @ForAll("text") String before,
      @ForAll("text") String after) {
    SecretSearch search = SecretSearch.of(secrets);

    for (String secret : secrets) {
      String masked = search.mask(before + secret + after);

      assertThat(secrets).noneMatch(masked::contains);
    }
  }

  @Property
  void aTextWithoutSecretsStaysAsItIs(
      @ForAll @Size(max = 6) List<@From("secret") String> secrets, @ForAll("text") String text) {
    // a secret may be nothing but dashes, which have no upper case
    String upper = text.toUpperCase(Locale.ROOT).replace('-', '_');

    assertThat(SecretSearch.of(secrets).mask(upper)).isSameAs(upper);
  }

  /** Few letters, so that secrets overlap and begin alike; base64 of them has other letters. */
  @Provide
  Arbitrary<String> secret() {
    return Arbitraries.strings().withChars("ab-").ofMinLength(8).ofMaxLength(12);
  }

  @Provide
  Arbitrary<String> text() {
    return Arbitraries.strings().withChars("ab-").ofMaxLength(30);
  }
}
