package dev.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberEditsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a       | {"b":2,"c":3}
          b       | {"a":1,"c":3}
          c       | {"a":1,"b":2}
          a,b     | {"c":3}
          b,c     | {"a":1}
          a,c     | {"b":2}
          a,b,c   | {}
          x       | {"a":1,"b":2,"c":3}
          """)
  void droppedMembersTakeTheirCommaAlong(String drop, String left) {
    assertThat(
            Edited.apply("{\"a\":1,\"b\":2,\"c\":3}", Set.of(drop.split(",")), Map.of(), Map.of()))
        .isEqualTo(left);
  }

  @Test
  void blanksOfWhatStaysAreKept() {
    String body = " {\n  \"a\" : 1 ,\n  \"b\" : 2 ,\n  \"c\" : 3\n} ";

    assertThat(Edited.apply(body, Set.of("b"), Map.of(), Map.of()))
        .isEqualTo(" {\n  \"a\" : 1 ,\n  \"c\" : 3\n} ");
    assertThat(Edited.apply(body, Set.of("c"), Map.of(), Map.of()))
        .isEqualTo(" {\n  \"a\" : 1 ,\n  \"b\" : 2\n} ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-1.5e3",
        "true",
        "null",
        "\"x\\\"},{\"",
        "[1,[2,{\"b\":3}]]",
        "{\"b\":{\"b\":1}}",
        "\"äö€😀\""
      })
  void valuesOfAnyKindAreDroppedWhole(String value) {
    String body = "{\"a\":1,\"b\":" + value + ",\"c\":" + value + "}";

    assertThat(Edited.apply(body, Set.of("b"), Map.of(), Map.of()))
        .isEqualTo("{\"a\":1,\"c\":" + value + "}");
    assertThat(Edited.apply(body, Set.of("c"), Map.of(), Map.of()))
        .isEqualTo("{\"a\":1,\"b\":" + value + "}");
  }

  @Test
  void aNameMayBeWrittenWithEscapes() {
    String body = "{\"\\u0061\":1,\"q\\\"\\\\\":2,\"ä😀\":3}";

    assertThat(Edited.apply(body, Set.of("a"), Map.of("q\"\\", "plain", "ä😀", "é"), Map.of()))
        .isEqualTo("{\"plain\":2,\"é\":3}");
  }

  @Test
  void onlyTheTopLevelCounts() {
    String body = "{\"m\":{\"a\":1},\"l\":[{\"a\":2}],\"s\":\"a\"}";

    assertThat(Edited.apply(body, Set.of("a"), Map.of("a", "b"), Map.of())).isEqualTo(body);
  }

  @Test
  void aMemberIsRenamedInItsPlace() {
    assertThat(Edited.apply("{\"a\" : 1,\"b\":2}", Set.of(), Map.of("a", "c"), Map.of()))
        .isEqualTo("{\"c\" : 1,\"b\":2}");
  }

  @Test
  void aMemberWhoseNewNameIsThereGivesWayToIt() {
    assertThat(Edited.apply("{\"a\":1,\"c\":2}", Set.of(), Map.of("a", "c"), Map.of()))
        .isEqualTo("{\"c\":2}");
    assertThat(Edited.apply("{\"c\":2,\"a\":1}", Set.of(), Map.of("a", "c"), Map.of()))
        .isEqualTo("{\"c\":2}");
  }

  @Test
  void optionsFillGapsOnly() {
    assertThat(
            Edited.apply(
                "{\"temperature\":0}", Set.of(), Map.of(), Map.of("temperature", 1.0, "top_k", 5)))
        .isEqualTo("{\"top_k\":5,\"temperature\":0}");
  }

  @Test
  void theReasoningEffortReplacesWhatTheClientSet() {
    Map<String, Object> options = Map.of("reasoning_effort", "high");

    assertThat(Edited.apply("{\"a\":1,\"reasoning_effort\":\"low\"}", Set.of(), Map.of(), options))
        .isEqualTo("{\"reasoning_effort\":\"high\",\"a\":1}");
    assertThat(Edited.apply("{\"reasoning_effort\":\"low\"}", Set.of(), Map.of(), options))
        .isEqualTo("{\"reasoning_effort\":\"high\"}");
  }

  @Test
  void anEmptyObjectCanBeFilled() {
    assertThat(Edited.apply("{ }", Set.of(), Map.of(), Map.of("a", List.of(1, "x"))))
        .isEqualTo("{\"a\":[1,\"x\"] }");
  }

  @Test
  void manyMembersThatGoCostNoMoreThanTheirNumber() {
    String body = "{" + "\"a\":1,".repeat(200_000) + "\"b\":2}";

    assertThat(Edited.apply(body, Set.of("a"), Map.of(), Map.of())).isEqualTo("{\"b\":2}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "", "{\"a\":", "{\"a\":1"})
  void whatIsNoObjectIsRefused(String body) {
    assertThatThrownBy(() -> MemberEdits.of(body.getBytes(UTF_8), Set.of("a"), Map.of(), Map.of()))
        .isInstanceOf(IOException.class);
  }
}
