package dev.caravan.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvFileTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "KEY=value, value",
        "export KEY=value, value",
        "  KEY = value  , value",
        "KEY=, ``",
        "KEY='raw \\n ${HOME} # all of it', raw \\n ${HOME} # all of it",
        "KEY=value # a comment, value",
        "KEY=value#no comment, value#no comment",
        "KEY=#no comment, #no comment",
        "KEY= # only a comment, ``",
        "KEY=\"value\" # a comment, value",
        "KEY=\"say \\\"hi\\\" \\\\ \\$5\", say \"hi\" \\ $5",
        "KEY=\"a\\qb\", a\\qb",
        "KEY=a=b=c, a=b=c",
        "KEY=it's, it's",
      })
  void everyFormOfALineIsRead(String line, String value) {
    EnvFile file = parse(line);

    assertThat(file.warnings()).isEmpty();
    assertThat(file.value("KEY")).isEqualTo(value);
  }

  @Test
  void exportIsANameLikeAnyOtherWhenNothingFollows() {
    assertThat(parse("export=value").value("export")).isEqualTo("value");
    assertThat(parse("export = value").value("export")).isEqualTo("value");
  }

  @Test
  void escapesInDoubleQuotesBecomeWhatTheyStandFor() {
    EnvFile file = parse("KEY=\"a\\nb\\tc\\rd\"");

    assertThat(file.value("KEY")).isEqualTo("a\nb\tc\rd");
  }

  @Test
  void aDoubleQuotedValueMaySpanLines() {
    EnvFile file = parse("A=\"one\r\ntwo\nthree\"\nB=after\n");

    assertThat(file.value("A")).isEqualTo("one\ntwo\nthree");
    assertThat(file.assignments()).extracting(Assignment::line).containsExactly(1, 4);
  }

  @Test
  void lineEndsOfWindowsAndAByteOrderMarkAreNoPartOfValues() {
    EnvFile file = parse("\uFEFFA=one\r\n\r\n# comment\r\nB='two'\r\n");

    assertThat(file.value("A")).isEqualTo("one");
    assertThat(file.value("B")).isEqualTo("two");
    assertThat(file.warnings()).isEmpty();
  }

  @Test
  void anotherVariableIsExpandedExceptInSingleQuotes() {
    EnvFile file =
        parse("HOST=here\nA=http://${HOST}:1\nB=\"${HOST}\"\nC='${HOST}'\nD=$HOST\nE=${}");

    assertThat(file.value("A")).isEqualTo("http://here:1");
    assertThat(file.value("B")).isEqualTo("here");
    assertThat(file.value("C")).isEqualTo("${HOST}");
    assertThat(file.value("D")).isEqualTo("$HOST");
    assertThat(file.value("E")).isEqualTo("${}");
  }

  @Test
  void aStrongerSourceIsAskedFirstForAnotherVariable() {
    EnvFile file = EnvFile.parse(".env", "A=file\nB=${A}", Map.of("A", "environment")::get);

    assertThat(file.value("B")).isEqualTo("environment");
  }

  @Test
  void anUnknownVariableStaysAsItIsAndIsReported() {
    EnvFile file = parse("\nA=${NOWHERE}/x");

    assertThat(file.value("A")).isEqualTo("${NOWHERE}/x");
    assertThat(file.warnings())
        .extracting(Warning::toString)
        .containsExactly(".env:2: ${NOWHERE} is not set; it stays as it is");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "just words",
        "=value",
        "1KEY=value",
        "A='open",
        "A=\"open",
        "A='x' y",
        "A: value",
      })
  void anInvalidLineIsReportedWithItsNumberAndTheRestIsUsed(String invalid) {
    EnvFile file = parse("BEFORE=1\n" + invalid + "\nAFTER=2\n");

    assertThat(file.assignments()).extracting(Assignment::key).containsExactly("BEFORE", "AFTER");
    assertThat(file.warnings()).extracting(Warning::where).containsExactly(".env:2");
  }

  @Test
  void noWarningShowsAValue() {
    EnvFile file = parse("KEY='sk-very-secret\nOTHER='sk-very-secret' sk-very-secret\n");

    assertThat(file.warnings()).hasSize(2);
    assertThat(file.warnings().toString()).doesNotContain("sk-very-secret");
  }

  @Test
  void ofTwoAssignmentsTheLaterCountsAndIsReported() {
    EnvFile file = parse("A=1\nA=2\n");

    assertThat(file.value("A")).isEqualTo("2");
    assertThat(file.warnings())
        .extracting(Warning::toString)
        .containsExactly(".env:2: A is set in line 1 already; the later one counts");
  }

  @Test
  void aNewKeyIsAddedAtTheEndAndNothingElseChanges() {
    String text = "\uFEFF# mine\r\nexport A='1' # one\r\n\r\nwhat is this\r\nB=2";

    String changed = parse(text).with("C", "3 4");

    assertThat(changed).isEqualTo(text + "\r\nC='3 4'\r\n");
  }

  @Test
  void aKnownKeyIsChangedInItsPlaceAndNothingElseChanges() {
    String text = "# mine\nexport A=\"1\n2\" # one\nB=2 # two\nC=3";

    String changed = parse(text).with("A", "new");

    assertThat(changed).isEqualTo("# mine\nexport A=new # one\nB=2 # two\nC=3");
    assertThat(parse(text).with("B", "x"))
        .isEqualTo("# mine\nexport A=\"1\n2\" # one\nB=x # two\nC=3");
  }

  @Property
  void whatIsWrittenIsReadAgain(@ForAll String value) {
    EnvFile file = parse(parse("# mine\nA=1\n").with("KEY", value));

    assertThat(file.value("KEY")).isEqualTo(value);
    assertThat(file.value("A")).isEqualTo("1");
    assertThat(file.warnings()).isEmpty();
  }

  @Property
  void whatIsWrittenIsReadAgainWithTheCharactersThatMeanSomething(
      @ForAll
          @Chars({'\'', '"', '\\', '$', '{', '}', '#', '=', ' ', '\t', '\n', '\r', 'n', '\uFEFF'})
          String value) {
    EnvFile file = parse(parse("KEY=\"old\nvalue\"\nA=1\n").with("KEY", value));

    assertThat(file.value("KEY")).isEqualTo(value);
    assertThat(file.value("A")).isEqualTo("1");
    assertThat(file.assignments()).hasSize(2);
  }

  @Property
  void noTextBreaksTheParser(
      @ForAll
          @AlphaChars
          @CharRange(from = ' ', to = '@')
          @Chars({'\n', '\r', '\\', '{', '}'})
          @StringLength(max = 60)
          String text) {
    EnvFile file = parse(text + "\nLAST=1\n");

    assertThat(file.assignments())
        .allSatisfy(
            a -> assertThat((text + "\nLAST=1\n").substring(a.from(), a.to())).startsWith(a.key()));
  }

  private static EnvFile parse(String text) {
    return EnvFile.parse(".env", text, name -> null);
  }
}
