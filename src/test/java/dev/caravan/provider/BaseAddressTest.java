package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An address of an unchanged {@code .env} is taken however it was written. */
class BaseAddressTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://api.cohere.com                        | /compatibility/v1/chat/completions | https://api.cohere.com
          https://api.cohere.ai/compatibility/v1        | /compatibility/v1/chat/completions | https://api.cohere.ai
          https://api.anthropic.com/v1                  | /v1/messages                       | https://api.anthropic.com
          https://gw.example/anthropic/v1/messages      | /v1/messages                       | https://gw.example/anthropic
          https://generativelanguage.googleapis.com/v1beta | /v1beta/models/{model}:{method} | https://generativelanguage.googleapis.com
          https://ds.example/chat/completions           | /chat/completions                  | https://ds.example
          https://api.openai.com/v1                     | /chat/completions                  | https://api.openai.com/v1
          https://ui.example/chat                       | /chat/completions                  | https://ui.example/chat
          https://v1                                    | /v1/messages                       | https://v1
          """)
  void whatThePathBringsIsNotSaidTwice(String base, String path, String shorter) {
    assertThat(BaseAddress.before(base, path)).isEqualTo(shorter);
  }
}
