package dev.caravan.pool;

import static dev.caravan.pool.TestPool.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Limits for a minute, which providers tell by refusing. */
class PaceTest {
  /** A provider that lets each key make so many calls in a minute, from the first of them on. */
  private static final class Provider {
    int allowed;
    private final TestPool p;
    private final Map<String, Long> ends = new HashMap<>();
    private final Map<String, Integer> begun = new HashMap<>();
    int refusals;

    Provider(TestPool p, int allowed) {
      this.p = p;
      this.allowed = allowed;
    }

    @Nullable Fault call(String key) {
      long now = p.time.epochMillis();
      if (now >= ends.getOrDefault(key, 0L)) {
        ends.put(key, now + 60_000);
        begun.put(key, 0);
      }
      if (begun.merge(key, 1, Integer::sum) <= allowed) {
        return null;
      }
      refusals++;
      Duration rest = Duration.ofMillis(ends.getOrDefault(key, 0L) - now);
      return new Fault(
          FaultClass.RATE_LIMIT, 429, Duration.ofSeconds(rest.toSeconds() + 1), "test", "no", null);
    }

    /** One call a second, each over at once. */
    void calls(int count) {
      for (int i = 0; i < count; i++) {
        Ask ask = p.ask("m", 300);
        boolean served = false;
        while (!served) {
          switch (p.pool.choose(ask)) {
            case Choice.Lent(Lease lease) -> served = attempt(ask, lease);
            case Choice.Wait(Place place, Duration atMost, String _) -> {
              p.time.pass(atMost);
              assertThat(place.ask).isSameAs(ask);
            }
            case Choice.Refused(Refusal why) -> throw new AssertionError(why.toString());
          }
        }
        p.time.passSeconds(1);
      }
    }

    private boolean attempt(Ask ask, Lease lease) {
      while (true) {
        Fault fault = call(p.id(lease));
        if (fault == null) {
          succeed(lease);
          return true;
        }
        switch (p.pool.decide(ask, lease, fault)) {
          case Decision.RetrySame(Duration after) -> p.time.pass(after);
          case Decision.Rotate(Duration after) -> {
            p.time.pass(after);
            return false;
          }
          case Decision.Stop(var failure) -> throw new AssertionError(failure.message());
        }
      }
    }
  }

  @Test
  void afterTwoRefusalsOthersAreAskedForTheRestOfTheMinute() {
    TestPool p = TestPool.sequential(3);
    Provider provider = new Provider(p, 20);
    provider.calls(400);
    int learned = provider.refusals;

    provider.calls(1_000);

    assertThat(learned).isLessThanOrEqualTo(12);
    assertThat(provider.refusals - learned)
        .as("in a thousand calls, of which each key takes 20 a minute")
        .isLessThanOrEqualTo(8);
  }

  @Test
  void whereNobodyElseIsLeftAKeyIsAskedWhateverIsKnown() {
    TestPool p = TestPool.sequential(1);
    Provider provider = new Provider(p, 20);
    provider.calls(200);
    provider.allowed = 1_000;
    int before = provider.refusals;
    double since = p.time.secondsSinceStart();

    provider.calls(200);

    assertThat(provider.refusals).isEqualTo(before);
    assertThat(p.time.secondsSinceStart() - since).as("no call waits").isLessThan(230);
  }

  @Test
  void aLimitThatHasRisenIsFoundOut() {
    TestPool p = TestPool.sequential(4);
    Provider provider = new Provider(p, 10);
    provider.calls(300);
    provider.allowed = 60;

    provider.calls(12_000);
    p.calls.clear();
    Map<String, Integer> used = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      Lease lease = p.lend();
      used.merge(p.id(lease), 1, Integer::sum);
      provider.call(p.id(lease));
      succeed(lease);
      p.time.passSeconds(1);
    }

    assertThat(used.values()).as("of %s", used).anyMatch(count -> count > 30);
  }

  @Test
  void whileACallWaitsForAShortTimeItsKeyIsLeftToIt() {
    TestPool p = TestPool.sequential(2);
    Ask first = p.ask();
    Lease lease = p.lend(first);
    assertThat(p.id(lease)).isEqualTo("k1");
    Fault soon = new Fault(FaultClass.RATE_LIMIT, 429, Duration.ofSeconds(4), "test", "no", null);
    assertThat(p.pool.decide(first, lease, soon)).isInstanceOf(Decision.RetrySame.class);

    Lease meanwhile = p.lend();
    assertThat(p.id(meanwhile)).as("k1 would say the same").isEqualTo("k2");
    succeed(meanwhile);
    assertThat(p.pool.view().credentials().getFirst().cooldowns()).isEmpty();
    p.time.passSeconds(4);
    succeed(lease);

    assertThat(p.id(p.lend())).as("and then it is the one in use again").isEqualTo("k1");
  }

  @Test
  void withOneKeyTheOthersWaitForTheOneThatWaits() throws InterruptedException {
    TestPool p = TestPool.sequential(1);
    Ask first = p.ask();
    Lease lease = p.lend(first);
    Fault soon = new Fault(FaultClass.RATE_LIMIT, 429, Duration.ofSeconds(4), "test", "no", null);
    p.pool.decide(first, lease, soon);
    Ask second = p.ask();
    Choice.Wait wait = p.waits(second);
    p.time.passSeconds(4);

    succeed(lease);

    assertThat(wait.place().await(Duration.ofSeconds(5))).isTrue();
    assertThat(p.id(p.lend(second))).isEqualTo("k1");
  }
}
