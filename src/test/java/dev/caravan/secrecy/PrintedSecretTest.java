package dev.caravan.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Gateway;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Pool;
import dev.caravan.provider.Provider;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a careless log line would print. */
class PrintedSecretTest {
  private static final String KEY = "sk-good-canary-w8r2t";

  @RegisterExtension final GatewayFixture fixture = new GatewayFixture();

  @Test
  void nothingThatHoldsASecretPrintsIt() {
    Gateway gateway = fixture.withKeys(KEY).gateway();
    Sinks sinks = new Sinks().add("configuration", gateway.configuration());

    for (Pool pool : gateway.pools().all()) {
      sinks.add("pool", pool).add("view", pool.view()).add("options", pool.options());
      sinks.add("lease and call", Leased.of(pool));
      for (Credential credential : pool.credentials()) {
        sinks.add("credential", credential).add("secret", credential.secret());
      }
    }
    for (Provider provider : gateway.context().getRegistry().findByType(Provider.class)) {
      sinks.add("provider", provider);
    }

    assertThat(sinks.size()).isEqualTo(8);
    sinks.holdNone(List.of(KEY, GatewayFixture.CLIENT_KEY));
  }
}
