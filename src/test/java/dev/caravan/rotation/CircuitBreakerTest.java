package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rest that a provider is given when it fails again and again. */
class CircuitBreakerTest {
  /** The template's minimumNumberOfCalls. */
  private static final int CALLS_TO_OPEN = 20;

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aProviderThatFailsAgainAndAgainIsAskedNoMoreForAWhile() {
    gateway.withProvider("acme", "sk-500-1").withProvider("zeta", "sk-good-1");
    askOften("acme/mock-1", 503);
    long asked = gateway.mock().stats().ofKey("sk-500-1");

    ClientAnswer plain = gateway.ask("acme/mock-1");
    ClientStream stream = gateway.streamOf("acme/mock-1").awaitEnd();

    assertThat(plain.status()).isEqualTo(503);
    assertThat(plain.code()).isEqualTo("upstream_unavailable");
    assertThat(plain.message()).contains("acme").contains("rest");
    assertThat(Integer.parseInt(plain.header("Retry-After"))).isPositive();
    assertThat(stream.status()).isEqualTo(503);
    assertThat(gateway.mock().stats().ofKey("sk-500-1")).isEqualTo(asked);
    assertThat(gateway.ask("zeta/mock-1").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-ctx-1", "sk-rl60-1", "sk-bad-1"})
  void whatIsTheClientsOrTheKeysFaultNeverRestsTheProvider(String key) {
    gateway.withKeys(key).with("GLOBAL_TIMEOUT", "2");
    for (int i = 0; i < 2 * CALLS_TO_OPEN; i++) {
      gateway.ask("acme/mock-1");
    }

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.code()).isNotEqualTo("upstream_unavailable");
    assertThat(answer.message()).doesNotContain("given a rest");
  }

  @Test
  void streamsThatBreakAfterTheyHaveBegunCountToo() {
    gateway.withKeys("sk-drop3-1");
    for (int i = 0; i < 2 * CALLS_TO_OPEN; i++) {
      gateway.streamOf("acme/mock-5x0ms").awaitEnd();
    }

    assertThat(gateway.streamOf("acme/mock-5x0ms").awaitEnd().status()).isEqualTo(503);
  }

  @Test
  void clientsThatLeaveBeforeTheAnswerNeverRestTheProvider() throws Exception {
    gateway.gateway();
    for (int i = 1; i <= 2 * CALLS_TO_OPEN; i++) {
      int left = i;
      try (RawConnection client = RawConnection.to(gateway.gateway())) {
        client.send(RawConnection.chat(Client.question("acme/mock-hang", false)));
        gateway.mock().awaitStats(stats -> stats.inFlight() == 1, GatewayFixture.PATIENCE);
      }
      gateway.mock().awaitStats(stats -> stats.aborted() == left, GatewayFixture.PATIENCE);
    }

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  private void askOften(String model, int expected) {
    for (int i = 0; i < CALLS_TO_OPEN; i++) {
      assertThat(gateway.ask(model).status()).isEqualTo(expected);
    }
  }
}
