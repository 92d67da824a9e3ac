package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          300                 | 300
          7200.9              | 7201
          143h4m52s           | 515092
          143h4m52.73s        | 515093
          156h14m36.752463453s| 562477
          562476.752463453s   | 562477
          1.5s                | 2
          0.4s                | 1
          290.979975ms        | 1
          900ms               | 1
          1500ms              | 2
          1h500ms             | 3601
          60m                 | 3600
          2h                  | 7200
          2h30m               | 9000
          6m0s                | 360
          23h18m29.144s       | 83910
          1d                  | 86400
          2d1h                | 176400
          PT30S               | 30
          P1DT2H              | 93600
          5 s                 | 5
          20 seconds          | 20
          5 minutes           | 300
          1 hour, 30 minutes  | 5400
          850µs               | 1
          0                   | 0
          0s                  | 0
          """)
  void aDurationIsReadAndRoundedUpToWholeSeconds(String text, long seconds) {
    assertThat(Durations.parse(text)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1m30",
        "-5",
        "inf",
        "1e400",
        "nan",
        "abc",
        "",
        " ",
        "PT-30S",
        "-PT1S",
        "P",
        "5 s 3",
        "1s1m",
        "30 requests",
        "1.s",
        ".5",
        "1..5s",
        "99999999999999999999",
        "PT9999999999999999999S"
      })
  void whatIsNoDurationGivesNone(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"seconds":"123"}             | 123
          {"seconds":123}               | 123
          {"seconds":"123","nanos":1}   | 124
          {"nanos":500000000}           | 1
          "34.07s"                      | 35
          12.5                          | 13
          """)
  void jsonGivesDurationsAsTextNumberOrObject(String json, long seconds) throws Exception {
    assertThat(Durations.parse(new ObjectMapper().readTree(json)))
        .contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "[]", "true", "{\"seconds\":[]}", "{\"seconds\":-4}"})
  void jsonWithoutADurationGivesNone(String json) throws Exception {
    assertThat(Durations.parse(new ObjectMapper().readTree(json))).isEmpty();
  }

  @Property
  void noTextMakesTheParserThrowOrGoBackInTime(@ForAll("texts") String text) {
    assertThat(Durations.parse(text).filter(Duration::isNegative)).isEmpty();
  }

  @Property
  void whatIsWrittenInUnitsIsReadBack(@ForAll @LongRange(min = 0, max = 10_000_000) long seconds) {
    Duration written = Duration.ofSeconds(seconds);

    String text =
        "%dh%dm%ds".formatted(written.toHours(), written.toMinutesPart(), written.toSecondsPart());

    assertThat(Durations.parse(text)).contains(written);
    assertThat(Durations.parse(written.toString())).contains(written);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings(),
        Arbitraries.strings().withChars("0123456789.dhmsPTpt- µun").ofMaxLength(80));
  }
}
