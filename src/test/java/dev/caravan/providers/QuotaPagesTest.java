package dev.caravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView.State;
import dev.caravan.route.QuotaReading;
import dev.caravan.upstream.FakeUpstream;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers that tell their quota when they are asked, from their page to the pool. */
class QuotaPagesTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

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
      QuotaReading reading =
          gateway
              .gateway()
              .context()
              .getRegistry()
              .lookupByNameAndType("quotaReading", QuotaReading.class);

      reading.readDue();
      var asked = provider.received();
      Eventually.holds("the key rests", () -> gateway.credential(1).state() == State.COOLING);

      assertThat(asked.line()).isEqualTo("GET /v1/quota HTTP/1.1");
      assertThat(asked.headers()).containsEntry("authorization", "Bearer sk-good-1");
      assertThat(gateway.ask("acme/any").status()).isEqualTo(429);
    }
  }
}
