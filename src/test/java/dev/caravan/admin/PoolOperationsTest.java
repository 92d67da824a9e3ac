package dev.caravan.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView.State;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator may do with credentials and providers (rotation.md 11). */
class PoolOperationsTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void open() {
    gateway.withAdmin().withKeys("sk-quota3600-first1-1", "sk-good-2");
  }

  private ClientAnswer ask(String method, String path, String body) {
    OptionalInt port = gateway.gateway().adminPort();
    return dev.caravan.Client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port.orElseThrow() + "/admin" + path))
            .header("Authorization", "Bearer " + GatewayFixture.ADMIN_TOKEN)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private JsonNode done(String method, String path, String body) {
    ClientAnswer answer = ask(method, path, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void aRestIsShownWithItsReasonAndEndedByOneCall() {
    gateway.ask("acme/mock-1");

    JsonNode shown = done("GET", "/credentials/ACME_API_KEY_1", "");
    assertThat(shown.at("/cooldowns/0/reason").asText()).isEqualTo("quota_exceeded");
    assertThat(shown.at("/cooldowns/0/evidence").asText()).isNotEmpty();
    assertThat(shown.path("lockout").asText()).contains("of 3 models");

    JsonNode cleared =
        done("DELETE", "/credentials/" + shown.path("fingerprint").asText() + "/cooldowns", "");

    assertThat(cleared.path("cooldowns")).isEmpty();
    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
    gateway.restart();
    assertThat(gateway.credential(1).state()).as("after a restart").isEqualTo(State.READY);
  }

  @Test
  void aProbeAsksNowAndItsSuccessEndsTheRest() {
    gateway.ask("acme/mock-1");
    assertThat(gateway.credential(1).state()).isEqualTo(State.COOLING);

    JsonNode probed = done("POST", "/credentials/ACME_API_KEY_1/probe", "");

    assertThat(probed.path("works").asBoolean()).as(probed.toString()).isTrue();
    assertThat(probed.path("model").asText()).isEqualTo("acme/mock-1");
    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
  }

  @Test
  void aProbeThatFailsTellsWhy() {
    JsonNode probed = done("POST", "/credentials/ACME_API_KEY_2/probe", "{\"model\":\"mock-bad\"}");

    assertThat(probed.path("works").asBoolean()).isFalse();
    assertThat(probed.path("status").asInt()).isEqualTo(401);
    assertThat(probed.path("failure").asText()).isNotEmpty();
  }

  @Test
  void aCredentialIsTakenOutOfUseAndBroughtBack() {
    done("POST", "/credentials/ACME_API_KEY_1/disable", "");
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(gateway.mock().stats().ofKey("sk-quota3600-first1-1")).isZero();

    gateway.restart();
    assertThat(gateway.credential(1).state()).isEqualTo(State.DISABLED);
    done("POST", "/credentials/ACME_API_KEY_1/enable", "");
    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
  }

  @Test
  void aPinnedCredentialIsTheOnlyOne() {
    done("POST", "/credentials/ACME_API_KEY_2/pin", "");
    gateway.ask("acme/mock-1");
    assertThat(gateway.mock().stats().ofKey("sk-quota3600-first1-1")).isZero();
    assertThat(gateway.pool("acme").pinnedTo()).isNotNull();

    done("DELETE", "/credentials/ACME_API_KEY_2/pin", "");
    assertThat(gateway.pool("acme").pinnedTo()).isNull();
  }

  @Test
  void aProviderIsPausedAndGoesOn() {
    gateway.with("GLOBAL_TIMEOUT", "0.5");

    JsonNode paused =
        done("POST", "/providers/acme/throttle", "{\"seconds\":600,\"reason\":\"maintenance\"}");
    assertThat(paused.at("/throttles/0/evidence").asText()).contains("maintenance");
    assertThat(gateway.ask("acme/mock-1").status()).isIn(429, 503);
    assertThat(gateway.mock().stats().total()).isZero();

    done("DELETE", "/providers/acme/throttle", "");
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void aCredentialIsRestedByHand() {
    JsonNode rested =
        done(
            "POST",
            "/credentials/ACME_API_KEY_2/cooldowns",
            "{\"seconds\":60,\"reason\":\"invoice\"}");

    assertThat(rested.at("/cooldowns/0/source").asText()).isEqualTo("operator");
    assertThat(rested.at("/cooldowns/0/evidence").asText()).isEqualTo("invoice");
  }

  @Test
  void aDryRunChangesNothing() {
    done("POST", "/credentials/ACME_API_KEY_1/disable?dryRun=true", "");

    assertThat(gateway.credential(1).state()).isEqualTo(State.READY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /credentials/ACME_API_KEY_9           | {} | 404 | Did you mean",
        "POST   | /credentials/ACME_API_KEY_1/cooldowns | {} | 422 | 'seconds' must be more than 0",
        "POST   | /credentials/ACME_API_KEY_1/probe     | {} | 422 | say with which model",
        "DELETE | /credentials/ACME_API_KEY_1/cooldowns?scope=x | {} | 422 | has no rest for 'x'",
        "POST   | /providers/acmee/throttle             | {} | 404 | did you mean acme?",
        "DELETE | /providers/acme/throttle              | {} | 409 | has no pause"
      })
  void whatMakesNoSenseIsRefusedInWords(
      String method, String path, String body, int status, String words) {
    ClientAnswer answer = ask(method, path, body);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.message()).contains(words);
  }
}
