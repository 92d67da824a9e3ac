package dev.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnMembersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"model":"m","a":1}   | {"extra_body":{"b":[2],"c":{"d":"}"}}} | {"model":"m","a":1,"b":[2],"c":{"d":"}"}}
          {"model":"m","a":1}   | {"extra_body":{"a":2}}                 | {"model":"m","a":2}
          {"a":1}               | {"extra_body":{"a":2}}                 | {"a":2}
          {"model":"m"}         | {"extra_body":{"model":"x","stream":true}} | {"model":"m"}
          {"model":"m"}         | {"extra_body":{}}                      | {"model":"m"}
          {"model":"m"}         | {"extra_body":7}                       | {"model":"m"}
          {"model":"m" }        | {"extra_body":{"a":1,"a":2}}           | {"model":"m" ,"a":1}
          """)
  void anExtraBodyLiesBesideTheRestAndWins(String upstream, String client, String whole)
      throws IOException {
    byte[] made = OwnMembers.withExtra(bytes(upstream), bytes(client));

    assertThat(new String(made, StandardCharsets.UTF_8)).isEqualTo(whole);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
