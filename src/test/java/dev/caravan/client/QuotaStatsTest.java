package dev.caravan.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /v1/quota-stats} as the reference's tools and ours read it (http-api.md 16). */
class QuotaStatsTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void twoCallsOfWhichOneHadToRotate() {
    gateway
        .withKeys("sk-quota3600-1", "sk-good-2")
        .withProvider("idle", "sk-good-3")
        .with("QUOTA_GROUPS_ACME_PRO", "mock-1,mock-2");
    gateway.ask("acme/mock-1");
    gateway.ask("acme/mock-2");
  }

  private ClientAnswer get(String query) {
    return gateway.client().get("/v1/quota-stats" + query);
  }

  private ClientAnswer post(String body) {
    return dev.caravan.Client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/quota-stats"))
            .header("Authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static List<JsonNode> credentials(JsonNode stats) {
    List<JsonNode> credentials = new ArrayList<>();
    stats.at("/providers/acme/credentials").forEach(credentials::add);
    return credentials;
  }

  @Test
  void aProviderIsToldInTheReferencesShape() {
    JsonNode stats = get("").json();

    JsonNode acme = stats.at("/providers/acme");
    assertThat(acme.path("provider").asText()).isEqualTo("acme");
    assertThat(acme.path("credential_count").asInt()).isEqualTo(2);
    assertThat(acme.path("rotation_mode").asText()).isEqualTo("sequential");
    assertThat(acme.path("total_requests").asInt()).isEqualTo(3);
    assertThat(acme.at("/tokens/input_uncached").asInt()).isEqualTo(40);
    assertThat(acme.at("/tokens/input_cache_pct").isNumber()).isTrue();
    assertThat(acme.at("/quota_groups/pro/windows/daily/total_used").asInt()).isEqualTo(3);
    assertThat(acme.at("/quota_groups/pro/fair_cycle_summary/total_count").asInt()).isEqualTo(2);
    assertThat(stats.at("/providers/idle/total_requests").asInt()).as("idle ones too").isZero();
    assertThat(stats.at("/summary/total_providers").asInt()).isEqualTo(2);
    assertThat(stats.at("/summary/total_credentials").asInt()).isEqualTo(3);
    assertThat(stats.path("data_source").asText()).isEqualTo("cache");
    assertThat(stats.path("timestamp").asDouble()).isGreaterThan(1.7e9);
  }

  @Test
  void aCredentialIsToldWithItsUsesAndItsRest() {
    List<JsonNode> credentials = credentials(get("").json());
    JsonNode limited = credentials.getFirst();
    JsonNode good = credentials.getLast();

    assertThat(limited.path("identifier").asText()).isEqualTo("ACME_API_KEY_1");
    assertThat(limited.path("status").asText()).isIn("cooldown", "exhausted");
    assertThat(limited.at("/totals/failure_count").asInt()).isEqualTo(1);
    JsonNode cooldown = limited.at("/cooldowns/pro");
    assertThat(cooldown.path("reason").asText()).isEqualTo("quota_exceeded");
    assertThat(cooldown.path("remaining_seconds").asDouble()).isBetween(3500.0, 3600.0);
    assertThat(limited.at("/why_unavailable/0").asText()).contains("it rests for pro until");
    assertThat(good.path("status").asText()).isEqualTo("active");
    assertThat(good.at("/totals/success_count").asInt()).isEqualTo(2);
    assertThat(good.at("/model_usage/acme~1mock-1/windows/daily/request_count").asInt())
        .isEqualTo(1);
    assertThat(good.at("/group_usage/pro/windows/daily/request_count").asInt()).isEqualTo(2);
    assertThat(good.at("/group_usage/pro/windows/daily/reset_at").asDouble()).isGreaterThan(1.7e9);
    assertThat(good.has("full_path")).isFalse();
  }

  @Test
  void noKeyStandsInIt() {
    assertThat(get("").body()).doesNotContain("sk-");
  }

  @Test
  void itCanBeAskedForOneProviderAndForThoseInUse() {
    assertThat(get("?provider=idle").json().path("providers").properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("idle");
    assertThat(get("?active_only=true").json().path("providers").properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("acme");
  }

  @Test
  void aReloadLosesNothingThatIsNotWrittenYet() {
    JsonNode answer = post("").json();

    assertThat(answer.path("data_source").asText()).isEqualTo("refreshed");
    assertThat(answer.at("/refresh_result/action").asText()).isEqualTo("reload");
    assertThat(answer.at("/refresh_result/scope").asText()).isEqualTo("all");
    assertThat(answer.at("/refresh_result/success").asBoolean()).isTrue();
    assertThat(answer.at("/refresh_result/credentials_refreshed").asInt()).isEqualTo(3);
    assertThat(answer.at("/refresh_result/errors").isArray()).isTrue();
    assertThat(answer.at("/providers/acme/total_requests").asInt()).isEqualTo(3);
  }

  @Test
  void aRefreshIsDoneOnceInHalfAMinute() {
    String body = "{\"action\":\"force_refresh\",\"scope\":\"provider\",\"provider\":\"acme\"}";

    assertThat(post(body).json().at("/refresh_result/throttled").asBoolean()).isFalse();
    assertThat(post(body).json().at("/refresh_result/throttled").asBoolean()).isTrue();
  }

  @Test
  void oneCredentialIsFoundByItsFingerprintAndByItsName() {
    String fingerprint = credentials(get("").json()).getLast().path("fingerprint").asText();

    for (String name : List.of(fingerprint, "ACME_API_KEY_2")) {
      JsonNode result =
          post("{\"scope\":\"credential\",\"provider\":\"acme\",\"credential\":\"%s\"}"
                  .formatted(name))
              .json()
              .path("refresh_result");
      assertThat(result.path("credentials_refreshed").asInt()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"action\":\"burn\"}                                       | 400 | 'action' must be reload or force_refresh",
        "{\"scope\":\"galaxy\"}                                      | 400 | 'scope' must be all, provider or credential",
        "{\"scope\":\"provider\"}                                    | 400 | 'provider' is missing",
        "{\"scope\":\"credential\",\"provider\":\"acme\"}            | 400 | 'credential' is missing",
        "{\"action\":7}                                              | 400 | 'action' must be a string",
        "[1]                                                         | 400 | must be a JSON object",
        "{\"action\":                                                | 400 | not JSON",
        "{\"scope\":\"provider\",\"provider\":\"acmee\"}             | 404 | did you mean acme?",
        "{\"scope\":\"credential\",\"provider\":\"acme\",\"credential\":\"x\"} | 404 | no credential of acme is named 'x'"
      })
  void whatMakesNoSenseIsRefusedInWords(String body, int status, String words) {
    ClientAnswer answer = post(body);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.message()).contains(words);
  }
}
