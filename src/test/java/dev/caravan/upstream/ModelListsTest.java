package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import dev.caravan.call.TimeSource;
import dev.caravan.loop.Loops;
import dev.caravan.pool.Pools;
import dev.caravan.provider.Provider;
import dev.caravan.upstream.ModelLists.Card;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When providers are asked for their models, on a clock that the test moves. */
class ModelListsTest {
  private static final String GOOD = "{\"data\":[{\"id\":\"m1\"}]}";

  private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);
  private final AtomicInteger asked = new AtomicInteger();
  private volatile String answer = page(200, GOOD);

  private final TimeSource clock =
      new TimeSource() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long epochMillis() {
          return millis.get();
        }
      };

  private static String page(int status, String body) {
    return "HTTP/1.1 %d x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(status, body.getBytes(UTF_8).length, body);
  }

  private void refresh(ModelLists lists, Provider provider, int expected) {
    Eventually.holds(
        "asked " + expected + " times",
        () -> {
          // the question before may just be about to end
          lists.refresh(List.of(provider));
          return asked.get() == expected;
        });
  }

  private void isAskedAgainIn(long later, ModelLists lists, Provider provider) {
    Eventually.holds(
        "asked again in " + later,
        () -> lists.standing(provider).dueAtMillis() == millis.get() + later);
  }

  @Test
  void aListIsAskedForWhenItHasGrownOldAndFailuresAreRepeatedLessAndLessOften(@TempDir Path folder)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    try (FakeUpstream upstream =
            FakeUpstream.that(
                visit -> {
                  while (visit.request() != null) {
                    asked.incrementAndGet();
                    visit.send(answer);
                  }
                });
        UpstreamClient client =
            new UpstreamClient(
                new Loops(vertx, 1), UpstreamTimeouts.defaults(), OutboundProxies.NONE)) {
      Provider provider = Provider.named("acme");
      provider.setBaseUrl(upstream.baseUrl());
      ModelLists lists =
          new ModelLists(
              client,
              new Pools(clock, new Random(1)),
              clock,
              Duration.ofHours(1),
              Duration.ofSeconds(10),
              folder);

      lists.prepare(List.of(provider));
      assertThat(lists.of(List.of(provider))).extracting(Card::id).containsExactly("acme/m1");
      assertThat(asked).hasValue(1);

      lists.prepare(List.of(provider));
      assertThat(asked).as("a list that is young is not asked for").hasValue(1);

      answer = page(500, "{}");
      millis.addAndGet(3_600_000);
      refresh(lists, provider, 2);
      isAskedAgainIn(60_000, lists, provider);
      assertThat(lists.standing(provider).trouble()).contains("500");
      assertThat(lists.of(List.of(provider))).as("the last good list stays").hasSize(1);

      millis.addAndGet(60_000);
      refresh(lists, provider, 3);
      isAskedAgainIn(120_000, lists, provider);
      millis.addAndGet(119_000);
      lists.refresh(List.of(provider));

      answer = page(200, "{\"data\":[{\"id\":\"m2\"}]}");
      millis.addAndGet(1_000);
      refresh(lists, provider, 4);
      isAskedAgainIn(3_600_000, lists, provider);
      assertThat(lists.of(List.of(provider))).extracting(Card::id).containsExactly("acme/m2");
      assertThat(lists.standing(provider).trouble()).isEmpty();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
