package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fail;
import static dev.caravan.pool.TestPool.fault;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** No credential is used up twice before the others had their turn (rotation.md 7.3). */
class FairCycleTest {
  private static TestPool cycling(int keys) {
    return cycling(keys, o -> o);
  }

  private static TestPool cycling(int keys, UnaryOperator<PoolOptions.Builder> more) {
    FairCycleRules on = FairCycleRules.defaults(Mode.SEQUENTIAL).enabled(true);
    return TestPool.of(Mode.SEQUENTIAL, keys, o -> more.apply(o.fairCycle(on)));
  }

  private static void spend(TestPool p, String id, double seconds) {
    Lease lease = p.lend();
    assertThat(p.id(lease)).isEqualTo(id);
    fail(lease, fault(FaultClass.QUOTA_EXCEEDED, 429, seconds));
  }

  private static int cycles(TestPool p) {
    return p.pool.view().cycles().stream().mapToInt(PoolState.CycleState::cycles).sum();
  }

  @Test
  @DisplayName("rotation.md case 70: who had its share waits until the others had theirs")
  void whoHadItsShareWaitsForTheOthers() {
    TestPool p = cycling(3);
    spend(p, "k1", 400);
    p.time.passSeconds(401);

    spend(p, "k2", 4000);
    assertThat(p.id(p.lend())).isEqualTo("k3");
    assertThat(p.view("k1").cooldowns()).isEmpty();

    spend(p, "k3", 4000);
    // everybody had a turn: a new cycle, and k1 is free of cooldowns
    assertThat(p.id(p.lend())).isEqualTo("k1");
    assertThat(cycles(p)).isEqualTo(1);
  }

  @Test
  @DisplayName("rotation.md case 71: a rest below the threshold is no full share")
  void aShorterRestIsNoFullShare() {
    TestPool p = cycling(3);
    p.use("k1", 3);
    spend(p, "k1", 299);
    p.time.passSeconds(300);

    assertThat(WindowTest.scope(p, "k1", "p/m").mark()).isNull();
    assertThat(p.id(p.lend())).isEqualTo("k1");
  }

  @Test
  @DisplayName("rotation.md case 72: a rest that ends soon is waited for, a longer one is not")
  void aRestThatEndsSoonIsWaitedFor() {
    TestPool soon = used(89);
    Choice.Wait wait = soon.waits(soon.ask("m", 120));
    assertThat(wait.atMost()).isEqualTo(Duration.ofSeconds(89));
    assertThat(cycles(soon)).isZero();

    TestPool late = used(91);
    assertThat(late.id(late.lend(late.ask("m", 120)))).isEqualTo("k1");
    assertThat(cycles(late)).isEqualTo(1);
  }

  /** k1 is marked and free, k2 rests for these seconds more, k3 for long. */
  private static TestPool used(int seconds) {
    TestPool p = cycling(3);
    spend(p, "k1", 400);
    spend(p, "k2", 400.0 + 1 + seconds);
    spend(p, "k3", 5000);
    p.time.passSeconds(401);
    return p;
  }

  @Test
  @DisplayName(
      "rotation.md case 73: a threshold below one request counts as one, and nothing loops")
  void aThresholdBelowOneCountsAsOne() {
    FairCycleRules half =
        new FairCycleRules(
            true,
            false,
            false,
            Duration.ofDays(7),
            0.5,
            Duration.ofSeconds(90),
            Duration.ofMinutes(5));
    TestPool p = cycling(2, o -> o.fairCycle(half).windows(List.of(WindowRule.DAILY.limitedTo(1))));

    p.use("k1", 1);
    assertThat(WindowTest.scope(p, "k1", "p/m").mark()).isEqualTo("quota_threshold");
    p.use("k2", 1);

    assertThat(p.id(p.lend())).isEqualTo("k2");
    assertThat(cycles(p)).isEqualTo(1);
  }

  @Test
  @DisplayName("rotation.md case 74: a cycle that has outlived its time begins anew and goes on")
  void aCycleThatHasOutlivedItsTimeBeginsAnew() {
    TestPool p = cycling(3);
    p.use("k1", 1);
    spend(p, "k1", 400);
    p.time.passSeconds(7 * 86_400);
    p.pool.operator().disable("k2");
    p.pool.operator().disable("k3");
    p.pool.operator().enable("k3");

    p.use("k3", 1);
    p.pool.operator().disable("k3");
    p.pool.operator().enable("k2");
    p.use("k1", 1);

    assertThat(cycles(p)).isEqualTo(1);
    assertThat(p.pool.view().cycles().getFirst().startedAt()).isEqualTo(p.time.epochMillis());
    spend(p, "k1", 400);
    p.time.passSeconds(401);
    assertThat(p.id(p.lend())).isEqualTo("k2");
  }

  @Test
  @DisplayName("rotation.md case 75: a tier of one has nobody to wait for")
  void aTierOfOneHasNobodyToWaitFor() {
    TestPool alone = cycling(1);
    spend(alone, "k1", 400);
    alone.time.passSeconds(401);
    assertThat(alone.id(alone.lend())).isEqualTo("k1");

    TestPool othersOff = cycling(3);
    spend(othersOff, "k1", 400);
    othersOff.time.passSeconds(401);
    othersOff.pool.operator().disable("k2");
    othersOff.pool.operator().reauthNeeded("k3", true);
    assertThat(othersOff.id(othersOff.lend())).isEqualTo("k1");
  }

  @Test
  @DisplayName("rotation.md W16: the reset looks at the whole tier, not at what a request has left")
  void theResetLooksAtTheWholeTier() {
    TestPool p = cycling(3);
    spend(p, "k1", 400);
    p.time.passSeconds(401);
    Ask ask = p.ask("m", 30);
    Lease second = p.lend(ask);
    assertThat(p.id(second)).isEqualTo("k2");
    p.pool.decide(ask, second, fault(FaultClass.UNKNOWN, 418));
    Lease third = p.lend(ask);
    assertThat(p.id(third)).isEqualTo("k3");
    p.pool.decide(ask, third, fault(FaultClass.UNKNOWN, 418));

    // k1 is the only one that this request has not tried, but k2 and k3 had no full share
    p.refused(ask);
    assertThat(cycles(p)).isZero();
  }

  @Test
  @DisplayName("rotation.md W16: whoever clears a cooldown clears the mark too")
  void whoeverClearsACooldownClearsTheMark() {
    TestPool p = cycling(3);
    p.use("k1", 1);
    spend(p, "k1", 40_000);

    p.pool.clearCooldowns("k1", null);
    p.pool.operator().disable("k2");

    assertThat(WindowTest.scope(p, "k1", "p/m").mark()).isNull();
    assertThat(TestPool.ids(p.lend(), p.lend())).contains("k1");
  }

  @Test
  void eachTierCyclesAloneUnlessAllShallTogether() {
    FairCycleRules on = FairCycleRules.defaults(Mode.SEQUENTIAL);
    FairCycleRules together =
        new FairCycleRules(
            true, false, true, on.duration(), 1, on.resetThreshold(), on.exhaustionThreshold());
    for (FairCycleRules rules : List.of(on, together)) {
      TestPool p =
          TestPool.of(
              Mode.SEQUENTIAL, new int[] {1, 1, 2}, o -> o.fairCycle(rules).maxConcurrent(1));
      spend(p, "k1", 400);
      spend(p, "k2", 400);
      p.time.passSeconds(401);
      // k3 of the other tier is free: no reset is needed; after this it is busy
      assertThat(p.id(p.lend())).isEqualTo("k3");

      if (rules.crossTier()) {
        p.waitsOrRefused(p.ask());
        assertThat(cycles(p)).isZero();
      } else {
        assertThat(p.id(p.lend())).isIn("k1", "k2");
        assertThat(cycles(p)).isEqualTo(1);
      }
    }
  }

  @Test
  void aMarkOfTheWholeCredentialHoldsForEveryModel() {
    FairCycleRules whole =
        new FairCycleRules(
            true,
            true,
            false,
            Duration.ofDays(7),
            1,
            Duration.ofSeconds(90),
            Duration.ofMinutes(5));
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 2, o -> o.fairCycle(whole));
    spend(p, "k1", 400);
    p.time.passSeconds(401);

    assertThat(p.id(p.lend("another"))).isEqualTo("k2");
  }

  @Test
  void whoRestsTakesNoTurnSoNobodyIsRefusedForItsSake() {
    TestPool p = cycling(3);
    spend(p, "k1", 400);
    spend(p, "k2", 400);
    p.time.passSeconds(401);
    spend(p, "k3", 200);

    assertThat(TestPool.ids(p.lend())).containsAnyOf("k1", "k2");
    assertThat(cycles(p)).isEqualTo(1);
  }

  @Test
  void aRestThatEndsSoonIsNotWaitedForByACallThatHasNotTheTime() {
    TestPool p = used(60);

    assertThat(p.pool.choose(p.ask("m", 10))).isInstanceOf(Choice.Lent.class);
  }
}
