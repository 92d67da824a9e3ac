package dev.caravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView.CredentialView;
import dev.caravan.pool.PoolView.ScopeView;
import dev.caravan.pool.PoolView.State;
import dev.caravan.pool.PoolView.WindowView;
import dev.caravan.provider.Catalogue;
import dev.caravan.route.QuotaReading;
import dev.caravan.upstream.FakeUpstream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers that tell their quota when they are asked, from their page to the pool. */
class QuotaPagesTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  /** Chutes with its quota page at the same address, read so many seconds apart. */
  private void chutesAt(FakeUpstream provider, int secondsApart) {
    gateway
        .with("CHUTES_API_BASE", provider.baseUrl())
        .with("CHUTES_API_KEY_1", "cpk-good-1")
        .with("CHUTES_QUOTA_REFRESH_INTERVAL", String.valueOf(secondsApart))
        .withRouteFile(
            "providers/chutes.yaml",
            Catalogue.bundled()
                .find("chutes")
                .orElseThrow()
                .yaml()
                .replace("https://api.chutes.ai/users/me/quota_usage/me", "/quota"));
  }

  /** A provider of the catalogue, with its own paths, before the mock that stands in for it. */
  private void standIn(String provider, String... keys) {
    String own =
        Catalogue.bundled()
            .find(provider)
            .orElseThrow()
            .yaml()
            .replaceAll("https://[^/\\s\"]+", gateway.mockAddress() + "/providers/" + provider);
    String prefix = provider.toUpperCase(Locale.ROOT);
    gateway.withRouteFile("providers/" + provider + ".yaml", own);
    for (int i = 0; i < keys.length; i++) {
      gateway.with(prefix + "_API_KEY_" + (i + 1), keys[i]);
    }
  }

  /** By the clock, or by this. */
  private void isToldThat(String provider, int number, String plan) {
    Eventually.holds(
        plan,
        () ->
            gateway.quotaReading().readDue() >= 0
                && plan.equals(credential(provider, number).tier()));
  }

  private CredentialView credential(String provider, int number) {
    return gateway.pool(provider).credentials().get(number - 1);
  }

  @Test
  void aSubscriptionGoesFirstAndCountsForItsModelsAlone() {
    standIn("nanogpt", "sk-plain-1", "sk-quota-2");
    assertThat(gateway.gateway().pools().find("nanogpt")).isNotNull();
    assertThat(gateway.pool("nanogpt").groups()).containsEntry("monthly", List.of("*"));

    isToldThat("nanogpt", 2, "subscription-active");
    assertThat(credential("nanogpt", 1).tier()).as("it tells nothing").isNull();
    assertThat(credential("nanogpt", 2).priority()).isEqualTo(1);
    assertThat(gateway.pool("nanogpt").groups().get("monthly")).isNotEmpty().doesNotContain("*");
  }

  @Test
  void whatTheEnvironmentSaysOfPlanAndGroupHolds() {
    standIn("nanogpt", "sk-quota-1");
    gateway
        .with("NANOGPT_1_TIER", "subscription-grace")
        .with("QUOTA_GROUPS_NANOGPT_MONTHLY", "gpt-4o,gpt-5*");
    isToldThat("nanogpt", 1, "subscription-grace");
    Eventually.holds(
        "it is read",
        () ->
            gateway.quotaReading().readDue() >= 0
                && credential("nanogpt", 1).scope("monthly") != null);
    assertThat(credential("nanogpt", 1).priority()).isEqualTo(2);
    assertThat(gateway.pool("nanogpt").groups().get("monthly"))
        .containsExactlyInAnyOrder("gpt-4o", "gpt-5*");
  }

  @Test
  void theFiguresAreReadAtOnceWhenSomebodyAsks() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (FakeUpstream provider =
        FakeUpstream.that(
            visit -> {
              for (var request = visit.request(); request != null; request = visit.request()) {
                boolean good = asked.incrementAndGet() < 3;
                visit.send(page(good ? "200 OK" : "500 Broken", "{\"quota\":300,\"used\":120.5}"));
              }
            })) {
      chutesAt(provider, 9000);
      Eventually.holds("it is read", () -> gateway.quotaReading().readDue() >= 0 && used() != null);
      int before = asked.get();
      asked.set(0);

      String force =
          "{\"action\":\"force_refresh\",\"scope\":\"provider\",\"provider\":\"chutes\"}";
      JsonNode result =
          Client.send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://127.0.0.1:%d/v1/quota-stats"
                                  .formatted(gateway.gateway().port())))
                      .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
                      .POST(BodyPublishers.ofString(force))
                      .build())
              .json()
              .path("refresh_result");

      assertThat(before).isEqualTo(1);
      assertThat(asked).hasValue(1);
      assertThat(result.path("success").asBoolean()).isTrue();
      assertThat(result.path("success_count").asInt()).isEqualTo(1);
      assertThat(result.has("message")).isFalse();
    }
  }

  @Test
  void aPlanOfChutesIsKnownByItsQuotaAndAllAreEqual() {
    standIn("chutes", "sk-quota-1");
    isToldThat("chutes", 1, "base");
    assertThat(credential("chutes", 1).priority()).isEqualTo(1);
  }

  @Test
  @DisplayName("providers.md 16, 35: figures that cannot be had change nothing")
  void figuresThatCannotBeHadChangeNothing() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    AtomicInteger refusals = new AtomicInteger();
    try (FakeUpstream provider =
        FakeUpstream.that(
            visit -> {
              for (var request = visit.request(); request != null; request = visit.request()) {
                boolean asked = request.line().contains("/quota");
                if (request.line().contains("/chat/completions")) {
                  visit.send(
                      page(
                          "200 OK",
                          "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}"));
                } else if (asked && broken.get()) {
                  visit.send(page("500 Broken", "{\"error\":\"broken\"}"));
                  refusals.incrementAndGet();
                } else {
                  visit.send(page("200 OK", "{\"quota\":300,\"used\":120.5}"));
                }
              }
            })) {
      chutesAt(provider, 1);
      QuotaReading reading = gateway.quotaReading();
      Eventually.holds("it is read", () -> reading.readDue() >= 0 && used() != null);

      broken.set(true);
      // what nobody has used since cannot have changed, and is not asked about
      assertThat(gateway.ask("chutes/any").status()).isEqualTo(200);
      WindowView before = used();
      refusals.set(0);
      Eventually.holds("it is asked again", () -> reading.readDue() >= 0 && refusals.get() > 0);

      assertThat(used())
          .usingRecursiveComparison()
          .ignoringFields("perHour") // which the clock changes
          .isEqualTo(before);
      assertThat(credential("chutes", 1).state()).isEqualTo(State.READY);
    }
  }

  private @Nullable WindowView used() {
    ScopeView all = credential("chutes", 1).scope("chutes_global");
    return all == null ? null : all.windows().getFirst();
  }

  private static String page(String status, String body) {
    return "HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(status, body.length(), body);
  }

  @Test
  void aKeyWhoseQuotaIsGoneRestsWithoutACall() throws Exception {
    String figures =
        "{\"used\":1.02,\"reset\":\"%s\"}".formatted(Instant.now().plus(Duration.ofHours(1)));
    try (FakeUpstream provider =
        FakeUpstream.answering(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                .formatted(figures.length(), figures))) {
      gateway
          .with("ACME_API_BASE", provider.baseUrl())
          .with("ACME_API_KEY_1", "sk-good-1")
          .withRouteFile(
              "providers/acme.yaml",
              """
              - beans:
                  - name: acme
                    type: dev.caravan.provider.Provider
                    properties:
                      baseUrl: %s
                      quotaGroups: {firmware_global: "*"}
                      quota: firmware
                      quotaUrl: /quota
              - templatedRoute:
                  routeTemplateRef: openai-compatible
                  parameters:
                    - {name: provider, value: acme}
              """
                  .formatted(provider.baseUrl()));
      // what the clock would do within five seconds
      QuotaReading reading = gateway.quotaReading();

      reading.readDue();
      var asked = provider.received();
      Eventually.holds("the key rests", () -> gateway.credential(1).state() == State.COOLING);

      assertThat(asked.line()).isEqualTo("GET /v1/quota HTTP/1.1");
      assertThat(asked.headers()).containsEntry("authorization", "Bearer sk-good-1");
      assertThat(gateway.ask("acme/any").status()).isEqualTo(429);
    }
  }
}
