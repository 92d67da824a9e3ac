package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView.ScopeView;
import dev.caravan.pool.PoolView.State;
import dev.caravan.pool.PoolView.WindowView;
import dev.caravan.upstream.FakeUpstream;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers tell in the headers of good answers what is left of a quota. */
class QuotaOfAnswersTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private @Nullable FakeUpstream upstream;

  @AfterEach
  void close() throws IOException {
    if (upstream != null) {
      upstream.close();
    }
  }

  /** A provider whose first key gets these headers, the second one none. */
  private void firstKeyIsTold(String headers) {
    FakeUpstream provider = UpstreamScripts.byKey(Map.of("sk-quota-of-one", headers));
    upstream = provider;
    gateway
        .withKeys("sk-quota-of-one", "sk-quota-of-two")
        .with("ACME_API_BASE", provider.baseUrl());
  }

  @Test
  void limitUseAndResetOfAWindowAreTakenOver() {
    firstKeyIsTold("x-ratelimit-limit: 60\nx-ratelimit-remaining: 12\nx-ratelimit-reset: 40\n");

    assertThat(gateway.ask("acme/m").status()).isEqualTo(200);

    ScopeView scope = Objects.requireNonNull(gateway.credential(1).scope("acme/m"));
    WindowView window = scope.windows().getFirst();
    assertThat(window.limit()).isEqualTo(60);
    assertThat(window.remaining()).isEqualTo(12);
    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
  }

  @Test
  void aWindowThatIsEmptyIsNotAskedForNothing() {
    firstKeyIsTold("x-ratelimit-limit: 60\nx-ratelimit-remaining: 0\nx-ratelimit-reset: 40\n");

    gateway.ask("acme/m");
    gateway.ask("acme/m");

    assertThat(gateway.credential(1).totals().requests()).isEqualTo(1);
    assertThat(gateway.credential(2).totals().requests()).isEqualTo(1);
  }

  @Test
  void aKeyThatHasNothingLeftIsNotAskedForNothing() {
    firstKeyIsTold(
        "x-ratelimit-limit-requests: 60\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: 60m\n");

    gateway.ask("acme/m");
    gateway.ask("acme/m");

    assertThat(gateway.credential(1).totals().requests()).isEqualTo(1);
    assertThat(gateway.credential(2).totals().requests()).isEqualTo(1);
    assertThat(gateway.credential(1).cooldowns())
        .singleElement()
        .satisfies(
            c ->
                assertThat(c.cooldown().evidence())
                    .isEqualTo("the provider's quota figures: nothing left"));
  }

  @Test
  void whereNothingIsToldNothingIsHeld() {
    firstKeyIsTold("");

    gateway.ask("acme/m");
    gateway.ask("acme/m");

    assertThat(gateway.credential(1).totals().requests()).isEqualTo(2);
    assertThat(gateway.credential(1).cooldowns()).isEmpty();
  }
}
