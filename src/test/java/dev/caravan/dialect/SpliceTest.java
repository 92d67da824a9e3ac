package dev.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpliceTest {

  @Test
  void withoutChangesTheBodyIsOneRangeOfItself() {
    byte[] body = "abc".getBytes(UTF_8);

    List<Splice.Slice> slices = Splice.apply(body, 0, List.of());

    assertThat(slices).singleElement().extracting(Splice.Slice::array).isSameAs(body);
  }

  @Test
  void changesAreMadeInTheOrderOfTheBody() {
    assertThat(Edited.apply("abcdef", List.of(splice(4, 5, "E"), splice(1, 2, "BB"))))
        .isEqualTo("aBBcdEf");
  }

  @Test
  void insertionsAtOnePlaceKeepTheirOrderAndComeBeforeAReplacement() {
    assertThat(
            Edited.apply("abc", List.of(splice(1, 2, "B"), splice(1, 1, "1"), splice(1, 1, "2"))))
        .isEqualTo("a12Bc");
  }

  @Test
  void aChangeInsideOfWhatIsGoneIsLeftOut() {
    assertThat(Edited.apply("abcdef", List.of(splice(1, 5, ""), splice(2, 3, "X"))))
        .isEqualTo("af");
  }

  @Test
  void whatStandsBeforeTheBodyIsNotSent() {
    byte[] body = "xxxabc".getBytes(UTF_8);

    byte[] sent = Splice.join(Splice.apply(body, 3, List.of(splice(3, 4, "A"))));

    assertThat(new String(sent, UTF_8)).isEqualTo("Abc");
  }

  @Test
  void theEndsOfABodyCanBeChanged() {
    assertThat(Edited.apply("abc", List.of(splice(0, 1, ""), splice(3, 3, "d")))).isEqualTo("bcd");
  }

  private static Splice splice(int start, int end, String with) {
    return new Splice(start, end, with.getBytes(UTF_8));
  }
}
