package dev.caravan.dialect.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventDataTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data: a\\n\\n                     | a
          data:a\\n\\n                      | a
          data:  a\\n\\n                    | ' a'
          data: a\\r\\n\\r\\n               | a
          event: x\\ndata: a\\nid: 1\\n\\n  | a
          data: a\\ndata: b\\n\\n           | a/b
          data: a\\r\\ndata:b\\r\\n\\r\\n   | a/b
          data: a\\n: life\\ndata: b\\n\\n  | a/b
          data: a\\ndata:\\ndata: b\\n\\n   | a//b
          data: a                           | a
          data:                             | ''
          datax: a\\n\\n                    | ''
          xdata: a\\n\\n                    | ''
          : data: a\\n\\n                   | ''
          """)
  void itIsWhatTheDataFieldsSay(String event, String data) {
    byte[] bytes = unescaped(event);

    EventData read = EventData.of(bytes, 0, bytes.length);

    assertThat(new String(read.copy(), UTF_8)).isEqualTo(data.replace("/", "\n"));
  }

  @Test
  void oneFieldIsNotCopied() {
    byte[] bytes = "xxdata: abc\n\nyy".getBytes(UTF_8);

    EventData read = EventData.of(bytes, 2, 13);

    assertThat(read.bytes()).isSameAs(bytes);
    assertThat(read.start()).isEqualTo(8);
    assertThat(read.end()).isEqualTo(11);
    assertThat(read.startsWith("ab".getBytes(UTF_8))).isTrue();
    assertThat(read.startsWith("abcd".getBytes(UTF_8))).isFalse();
  }

  private static byte[] unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\r", "\r").getBytes(UTF_8);
  }
}
