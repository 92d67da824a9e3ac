package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.TimeSource;
import dev.caravan.loop.Loops;
import dev.caravan.pool.Cooldown;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Fingerprints;
import dev.caravan.pool.Mode;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.Pools;
import dev.caravan.provider.Provider;
import dev.caravan.provider.quota.ToldPlans;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When providers are asked for the quotas of their credentials, on a clock that the test moves. */
class QuotaPagesTest {
  private static final long START = 1_800_000_000_000L;

  private final AtomicLong millis = new AtomicLong(START);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final TimeSource clock =
      new TimeSource() {
        @Override
        public long nanos() {
          return millis.get() * 1_000_000;
        }

        @Override
        public long epochMillis() {
          return millis.get();
        }
      };
  private final Pools pools = new Pools(clock, new Random(1));

  private static String page(int status) {
    String body = "{\"used\":0.25,\"reset\":null}";
    return "HTTP/1.1 %d x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(status, body.getBytes(UTF_8).length, body);
  }

  private interface Script {
    void run(QuotaPages pages, List<Provider> providers) throws Exception;
  }

  /** Keys whose number is among {@code dead} are refused. */
  private void with(int keys, List<Integer> dead, Script script) throws Exception {
    Fingerprints fingerprints = Fingerprints.of("test".getBytes(UTF_8));
    List<Credential> credentials =
        IntStream.rangeClosed(1, keys)
            .mapToObj(i -> new Credential("k" + i, fingerprints.secret("key-" + i), "k" + i, 1))
            .toList();
    pools.install("acme", PoolOptions.defaults(Mode.BALANCED), credentials);
    Vertx vertx = Vertx.vertx();
    try (FakeUpstream upstream =
            FakeUpstream.that(
                visit -> {
                  for (var request = visit.request(); request != null; request = visit.request()) {
                    String key =
                        request
                            .headers()
                            .getOrDefault("authorization", "")
                            .replace("Bearer key-", "k");
                    asked.add(key);
                    visit.send(page(dead.contains(Integer.parseInt(key.substring(1))) ? 401 : 200));
                  }
                });
        UpstreamClient client =
            new UpstreamClient(
                new Loops(vertx, 1), UpstreamTimeouts.defaults(), OutboundProxies.NONE)) {
      Provider provider = Provider.named("acme");
      provider.setBaseUrl(upstream.baseUrl());
      provider.setQuota("firmware");
      provider.setQuotaUrl("/quota");
      script.run(
          new QuotaPages(client, pools, clock, name -> Duration.ofMinutes(5), new ToldPlans()),
          List.of(provider));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** What is asked in each look of five seconds. */
  private List<Integer> looks(int count, QuotaPages pages, List<Provider> providers) {
    List<Integer> looks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int before = asked.size();
      pages.read(providers, changed -> {});
      looks.add(asked.size() - before);
      millis.addAndGet(5_000);
    }
    return looks;
  }

  private void use(String credential) {
    var pool = Objects.requireNonNull(pools.find("acme"));
    assertThat(pool.glance(credential)).isNotNull();
    pool.operator().rest(credential, Cooldown.WHOLE_CREDENTIAL, Duration.ofHours(3), "test");
  }

  @Test
  @DisplayName("rotation.md W31: the first round is spread, and nobody asks in a burst")
  void theFirstRoundIsSpread() throws Exception {
    with(
        120,
        List.of(),
        (pages, providers) -> {
          List<Integer> looks = looks(61, pages, providers);

          assertThat(looks).allMatch(asks -> asks <= 2);
          assertThat(asked).hasSize(120).doesNotHaveDuplicates();
        });
  }

  @Test
  @DisplayName("rotation.md W31: the rounds of many keys drift apart, and a key that idles is left")
  void theRoundsDriftApartAndAKeyThatIdlesIsLeft() throws Exception {
    with(
        3,
        List.of(),
        (pages, providers) -> {
          use("k1");
          use("k2");

          looks(120, pages, providers);

          assertThat(asked).filteredOn("k3"::equals).as("nobody has used it").hasSize(1);
          // 600 s: at 0, then each 270 to 330 s
          assertThat(asked).filteredOn("k1"::equals).hasSizeBetween(2, 3);
          assertThat(asked).filteredOn("k2"::equals).hasSizeBetween(2, 3);
        });
  }

  @Test
  @DisplayName("rotation.md W31: a key that was refused is not asked for again until it answers")
  void aKeyThatWasRefusedIsNotAskedForAgain() throws Exception {
    with(
        2,
        List.of(2),
        (pages, providers) -> {
          use("k1");
          use("k2");

          looks(300, pages, providers);

          assertThat(asked).filteredOn("k1"::equals).hasSizeGreaterThanOrEqualTo(4);
          assertThat(asked).filteredOn("k2"::equals).hasSize(1);
        });
  }
}
