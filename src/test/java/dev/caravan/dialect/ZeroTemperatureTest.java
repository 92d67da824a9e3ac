package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.config.Choice.TemperatureZero;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("providers.md 3.2; 16, 42")
class ZeroTemperatureTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"temperature":0,"model":"a"}            | {"model":"a"}                       | {"temperature":1.0,"model":"a"}
          {"model":"a", "temperature": 0.0 ,"n":1} | {"model":"a" ,"n":1}                | {"model":"a", "temperature": 1.0 ,"n":1}
          {"model":"a","temperature":-0.0}         | {"model":"a"}                       | {"model":"a","temperature":1.0}
          {"temperature":0e5}                      | {}                                  | {"temperature":1.0}
          {"temperature":0,"temperature":0}        | {}                                  | {"temperature":1.0,"temperature":1.0}
          {"generationConfig":{"topK":3,"temperature":0}} | {"generationConfig":{"topK":3}} | {"generationConfig":{"topK":3,"temperature":1.0}}
          """)
  void zeroMeetsItsFate(String body, String removed, String set) {
    assertThat(applied(TemperatureZero.REMOVE, body)).isEqualTo(removed);
    assertThat(applied(TemperatureZero.SET, body)).isEqualTo(set);
    assertThat(applied(TemperatureZero.FALSE, body)).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"temperature\":0.01}",
        "{\"temperature\":null}",
        "{\"temperature\":\"0\"}",
        "{\"messages\":[{\"temperature\":0}]}",
        "{\"model\":\"a\"}",
        "[0]",
        "",
        "{\"temperature\":0"
      })
  void allElseStaysTheSameBytes(String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);

    assertThat(new ZeroTemperature(TemperatureZero.REMOVE).applied(body)).isSameAs(body);
  }

  @Test
  void aByteOrderMarkIsNoObstacle() {
    assertThat(applied(TemperatureZero.SET, "\uFEFF{\"temperature\":0}"))
        .isEqualTo("\uFEFF{\"temperature\":1.0}");
  }

  private static String applied(TemperatureZero fate, String body) {
    return new String(
        new ZeroTemperature(fate).applied(body.getBytes(StandardCharsets.UTF_8)),
        StandardCharsets.UTF_8);
  }
}
