package dev.caravan.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ClientKeysPropertyTest {
  private static final String KEY = "gk-a-key-that-nobody-guesses";

  @Property
  void noOtherTextIsAKey(@ForAll String presented) {
    Assume.that(!presented.strip().equals(KEY));
    ClientKeys keys = ClientKeys.of(Map.of(KEY, ClientKey.DEFAULT), false);

    assertThat(keys.find(presented)).isNull();
    assertThat(keys.find(KEY + presented))
        .isEqualTo(presented.isBlank() ? ClientKey.DEFAULT : null);
  }
}
