package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView.CredentialView;
import dev.caravan.pool.PoolView.State;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What users of other gateways complain about most, played through before the mock. */
class ComplaintsTest {
  // 156 h 14 min 37 s
  private static final String A_WEEK = "quota562477";
  // 18 days
  private static final String DAYS = "quota1555200";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private JsonNode cooldown() {
    JsonNode cooldowns =
        gateway
            .client()
            .get("/v1/quota-stats")
            .json()
            .at("/providers/acme/credentials")
            .elements()
            .next()
            .path("cooldowns");
    return cooldowns.elements().next();
  }

  private void askUntilAnswered() {
    Eventually.holds(
        "the key is asked again and works", () -> gateway.ask("acme/mock-1").status() == 200);
  }

  @Test
  @DisplayName("complaint 1: a rest of 156 hours ends soon after quota was bought")
  void aRestOf156HoursEndsSoonAfterQuotaWasBought() {
    gateway.withKeys("sk-" + A_WEEK + "-first1-1").with("COOLDOWN_PROBE_LAST_KEY", "1");

    ClientAnswer refused = gateway.ask("acme/mock-1");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(cooldown().path("remaining_seconds").asDouble()).isGreaterThan(562_000);
    assertThat(gateway.ask("acme/mock-1").status()).as("at once it is not asked").isEqualTo(429);
    assertThat(gateway.mock().stats().total()).isEqualTo(1);

    askUntilAnswered();

    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
    assertThat(gateway.credential(1).cooldowns()).isEmpty();
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("complaint 2: the same holds over a restart")
  void theSameHoldsOverARestart() {
    gateway.withKeys("sk-" + A_WEEK + "-first1-1").with("COOLDOWN_PROBE_LAST_KEY", "1");
    gateway.ask("acme/mock-1");

    gateway.restart();

    assertThat(gateway.credential(1).cooldowns()).as("it is known").hasSize(1);
    askUntilAnswered();
    gateway.restart();
    assertThat(gateway.credential(1).cooldowns()).as("and it is known to be over").isEmpty();
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void anOperatorsClearHoldsOverARestart() {
    gateway.withKeys("sk-" + A_WEEK + "-first1-1");
    gateway.ask("acme/mock-1");

    gateway.gateway().pools().all().forEach(pool -> pool.clearCooldowns());
    gateway.restart();

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("complaint 3: a single account is asked again and again while it rests for days")
  void aSingleAccountIsAskedAgainAndAgainWhileItRestsForDays() {
    gateway.withKeys("sk-" + DAYS + "-1").with("COOLDOWN_PROBE_LAST_KEY", "1");

    for (int asked = 1; asked <= 3; asked++) {
      long wanted = asked;
      Eventually.holds(
          "the provider is asked",
          () -> {
            ClientAnswer answer = gateway.ask("acme/mock-1");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            return gateway.mock().stats().total() >= wanted;
          });
    }
  }

  @Test
  @DisplayName(
      "complaint 4: a reset in eighteen days is asked about, and other keys serve meanwhile")
  void aResetThatIsManyDaysAwayIsBelievedButAskedAboutAndOtherKeysServeMeanwhile() {
    gateway
        .withKeys("sk-" + DAYS + "-first1-1", "sk-good-2")
        .with("COOLDOWN_PROBE_FIRST", "1")
        .with("FAIR_CYCLE_ACME", "false");

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(gateway.credential(1).state()).isEqualTo(State.COOLING);

    Eventually.holds(
        "the first key is back",
        () -> {
          assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
          return gateway.credential(1).state() == State.READY;
        });
  }

  @Test
  @DisplayName("complaint 5: each rest tells where its time comes from, which no cap has changed")
  void eachRestTellsWhereItsTimeComesFromAndWhenItIsAskedAbout() {
    gateway.withKeys("sk-" + DAYS + "-1");
    gateway.ask("acme/mock-1");

    JsonNode cooldown = cooldown();
    assertThat(cooldown.path("reason").asText()).isEqualTo("quota_exceeded");
    assertThat(cooldown.path("source").asText()).isEqualTo("error");
    assertThat(cooldown.path("deadline_source").asText()).isEqualTo("body");
    assertThat(cooldown.path("evidence").asText()).contains("RetryInfo");
    assertThat(cooldown.path("until").asDouble() - cooldown.path("set_at").asDouble())
        .as("the time that was told, not a cap")
        .isEqualTo(1_555_200);
    assertThat(cooldown.path("next_probe_at").asDouble() - cooldown.path("set_at").asDouble())
        .isEqualTo(900);
  }

  @Test
  @DisplayName("complaint 6: a limited address pauses the provider and blames no key")
  void aLimitedAddressPausesTheProviderAndBlamesNoKey() {
    gateway
        .withKeys("sk-good-1", "sk-good-2", "sk-good-3", "sk-good-4")
        .with("ROTATION_MODE_ACME", "balanced")
        .with("ROTATION_TOLERANCE", "0")
        .with("GLOBAL_TIMEOUT", "1");
    for (int i = 0; i < 4; i++) {
      gateway.ask("acme/mock-1");
    }

    for (int i = 0; i < 3; i++) {
      assertThat(gateway.ask("acme/mock-rl0").status()).isEqualTo(429);
    }

    assertThat(gateway.pool("acme").throttles()).isNotEmpty();
    assertThat(gateway.pool("acme").credentials())
        .extracting(CredentialView::cooldowns)
        .allSatisfy(cooldowns -> assertThat(cooldowns).isEmpty());
    assertThat(gateway.mock().stats().ofStatus(429)).as("calls that were wasted").isLessThan(10);
  }

  @Test
  @DisplayName("complaint 7: a storm of 503 blacklists no key")
  void aStormOf503BlacklistsNoKey() {
    gateway
        .withKeys("sk-good-1", "sk-good-2", "sk-good-3", "sk-good-4")
        .with("ROTATION_MODE_ACME", "balanced")
        .with("GLOBAL_TIMEOUT", "1");

    for (int i = 0; i < 12; i++) {
      assertThat(gateway.ask("acme/mock-503").status()).isEqualTo(503);
    }

    assertThat(gateway.pool("acme").credentials())
        .extracting(CredentialView::state)
        .containsOnly(State.READY);
    assertThat(gateway.mock().stats().ofStatus(503)).as("calls that were wasted").isLessThan(12);
  }
}
