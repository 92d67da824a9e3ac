package dev.caravan.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.config.ClientKey.Scope;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientKeysTest {
  private static final String KEY = "gk-a-key-that-nobody-guesses";

  private final Path home;

  ClientKeysTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void theProxyKeyOpensEverythingButAdministration() {
    ClientKey client = keys(Map.of("PROXY_API_KEY", KEY)).find(KEY);

    assertThat(client).isEqualTo(ClientKey.DEFAULT);
    assertThat(ClientKey.DEFAULT.may(Scope.INFERENCE)).isTrue();
    assertThat(ClientKey.DEFAULT.may(Scope.ADMIN)).isFalse();
  }

  @Test
  void theAdminTokenOpensAdministrationOnly() {
    ClientKeys keys = keys(Map.of("PROXY_API_KEY", KEY, "ADMIN_TOKEN", "the-admin-token"));

    assertThat(keys.find("the-admin-token")).isEqualTo(ClientKey.ADMIN);
    assertThat(ClientKey.ADMIN.may(Scope.INFERENCE)).isFalse();
  }

  @Test
  void blanksAroundAKeyDoNotCount() {
    assertThat(keys(Map.of("PROXY_API_KEY", " " + KEY + "\t")).find("  " + KEY + " "))
        .isEqualTo(ClientKey.DEFAULT);
  }

  @Test
  void aCallerWithoutKeyIsNobody() {
    ClientKeys keys = keys(Map.of("PROXY_API_KEY", KEY));

    assertThat(keys.find(null)).isNull();
    assertThat(keys.find("")).isNull();
    assertThat(keys.find("None")).isNull();
  }

  @Test
  void inOpenModeEverybodyIsSomebody() {
    ClientKeys keys = keys(Map.of("ALLOW_UNAUTHENTICATED", "true"));

    assertThat(keys.isOpen()).isTrue();
    assertThat(keys.find(null)).isEqualTo(ClientKey.ANYBODY);
    assertThat(keys.find("anything")).isEqualTo(ClientKey.ANYBODY);
  }

  @Test
  void withAKeySetNobodyElseComesInEvenIfOpenModeIsAskedFor() {
    ClientKeys keys = keys(Map.of("PROXY_API_KEY", KEY, "ALLOW_UNAUTHENTICATED", "true"));

    assertThat(keys.isOpen()).isFalse();
    assertThat(keys.find("anything")).isNull();
  }

  private ClientKeys keys(Map<String, String> environment) {
    Configuration configuration = Configuration.load(home, Map.of(), environment);
    return ClientKeys.of(configuration, ProxyKey.ensure(configuration));
  }
}
