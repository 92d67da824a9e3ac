package dev.caravan.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.AnswerFacts.Shape;
import dev.caravan.dialect.Span;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"choices":[{"message":{"content":"x"}}]}                    | ANSWER
          {"choices":[{"message":{}}],"error":null}                    | ANSWER
          {"choices":[{"message":{}}],"error":{"message":"partly"}}    | ANSWER
          {"choices":[[],{}]}                                          | ANSWER
          {"data":[{"embedding":[1]}]}                                 | ANSWER
          {"choices":[]}                                               | EMPTY
          {"choices":[ ],"usage":{"prompt_tokens":1}}                  | EMPTY
          {"choices":null}                                             | EMPTY
          {"error":{"message":"x"}}                                    | ERROR
          {"error":"x"}                                                | ERROR
          {"error":true}                                               | ERROR
          {"error":{"message":"x"},"choices":[]}                       | ERROR
          {"choices":null,"error":{"message":"x"}}                     | ERROR
          {"error":null,"choices":[]}                                  | EMPTY
          {"error":"","choices":[{}]}                                  | ANSWER
          []                                                           | UNREADABLE
          ''                                                           | UNREADABLE
          <html>                                                       | UNREADABLE
          {"choices":[{"message":{"content":"x                         | UNREADABLE
          {"choices":[{}]                                              | UNREADABLE
          """)
  void anAnswerIsKnownByItsShape(String body, Shape shape) {
    assertThat(read(body).shape()).isEqualTo(shape);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\ufeff", "\ufeff\n"})
  void theModelIsFoundWhereverItStands(String before) {
    String body =
        before + "{\"id\":\"ä€\",\"choices\":[{\"model\":\"no\"}],\"model\" : \"m\\\"x\" ,\"z\":1}";

    Span at = Objects.requireNonNull(read(body).modelAt());

    assertThat(new String(body.getBytes(UTF_8), at.start(), at.end() - at.start(), UTF_8))
        .isEqualTo("\"m\\\"x\"");
  }

  @Test
  void aModelThatIsNoTextIsLeftAlone() {
    assertThat(read("{\"model\":{\"a\":1},\"choices\":[1]}").modelAt()).isNull();
    assertThat(read("{\"model\":null,\"choices\":[1]}").modelAt()).isNull();
    assertThat(read("{\"choices\":[1]}").modelAt()).isNull();
  }

  private static AnswerFacts read(String body) {
    return AnswerReader.read(body.getBytes(UTF_8));
  }
}
