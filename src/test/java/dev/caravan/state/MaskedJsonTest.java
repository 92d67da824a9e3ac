package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskedJsonTest {
  private static String mask(String text) {
    return text.replaceAll("sk-[a-z\"]+", "…");
  }

  @Test
  void whatHoldsNoSecretIsTheSameBytes() {
    byte[] json = "{\"scope\":\"acme/large\",\"n\":1.5}".getBytes(UTF_8);

    assertThat(MaskedJson.of(json, MaskedJsonTest::mask)).isSameAs(json);
  }

  @Test
  void aMaskNeverReachesOverTheEndOfAText() {
    byte[] json = "{\"scope\":\"acme/sk-abc\",\"sk-name\":[1,true,null,\"x\"]}".getBytes(UTF_8);

    assertThat(new String(MaskedJson.of(json, MaskedJsonTest::mask), UTF_8))
        .isEqualTo("{\"scope\":\"acme/…\",\"…\":[1,true,null,\"x\"]}");
  }
}
