package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fault;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What providers themselves say of quotas (rotation.md 4.5). */
class BaselineTest {
  private static TestPool cycling(int keys) {
    return TestPool.of(
        Mode.SEQUENTIAL, keys, o -> o.fairCycle(FairCycleRules.defaults(Mode.SEQUENTIAL)));
  }

  private static long in(TestPool p, int seconds) {
    return p.time.epochMillis() + seconds * 1000L;
  }

  @Test
  @DisplayName("rotation.md case 63: late figures never lower the own count, a forced one does")
  void lateFiguresNeverLowerTheOwnCount() {
    TestPool p = TestPool.sequential(1);
    p.use("k1", 40);

    p.pool.take("k1", Baseline.ofCount("m", 25, 100, in(p, 7200)));
    assertThat(WindowTest.window(p, "k1", "p/m").counts().requests()).isEqualTo(40);

    p.pool.take("k1", Baseline.ofCount("m", 25, 100, in(p, 7200)).forced());
    Counts counts = WindowTest.window(p, "k1", "p/m").counts();
    assertThat(counts.requests()).isEqualTo(25);
    assertThat(counts.successes()).isEqualTo(25);

    p.pool.take("k1", Baseline.ofCount("m", 60, 100, in(p, 7200)));
    assertThat(WindowTest.window(p, "k1", "p/m").counts().successes()).isEqualTo(60);
  }

  @Test
  @DisplayName("rotation.md case 64: a share and a learned cost give limit and count")
  void aShareAndALearnedCostGiveLimitAndCount() {
    TestPool p = TestPool.sequential(1);
    long limit = Baseline.limitOfCost(0.4);

    p.pool.take("k1", Baseline.ofFraction("m", 0.4, limit, in(p, 7200)));

    assertThat(limit).isEqualTo(250);
    assertThat(WindowTest.window(p, "k1", "p/m").counts().requests()).isEqualTo(150);
    assertThat(WindowTest.window(p, "k1", "p/m").remaining()).isEqualTo(100);
  }

  @Test
  @DisplayName("rotation.md case 65: empty rests until the reset, and quota again ends it")
  void emptyRestsUntilTheResetAndQuotaAgainEndsIt() {
    TestPool p = cycling(2);

    p.pool.take("k1", Baseline.ofFraction("m", 0, 100, in(p, 7200)));
    PoolView.ScopeView empty = WindowTest.scope(p, "k1", "p/m");
    assertThat(p.restOf("k1")).isEqualTo(7200);
    assertThat(empty.cooldown()).isNotNull();
    assertThat(p.view("k1").cooldowns().getFirst().cooldown().source()).isEqualTo(Source.API_QUOTA);
    assertThat(empty.mark()).isEqualTo("cooldown_quota_exhausted");
    assertThat(p.id(p.lend())).isEqualTo("k2");

    p.pool.take("k1", Baseline.ofFraction("m", 0.5, 100, in(p, 7200)).forced());
    assertThat(p.restOf("k1")).isZero();
    assertThat(WindowTest.scope(p, "k1", "p/m").mark()).isNull();
  }

  @Test
  void figuresOfAMemberAreThoseOfItsGroup() {
    TestPool p =
        TestPool.of(Mode.SEQUENTIAL, 1, o -> o.quotaGroups(Map.of("a", "pro", "b", "pro")));
    p.useOf("b", "k1", 1);

    p.pool.take("k1", Baseline.ofFraction("a", 0, 100, in(p, 7200)));

    assertThat(p.restOf("k1", "pro")).isEqualTo(7200);
    assertThat(WindowTest.window(p, "k1", "p/b").resetAt()).isEqualTo(in(p, 7200));
    assertThat(p.refused(p.ask("b", 30)).retryAt()).isEqualTo(FakeTime.at(7200));
  }

  @Test
  @DisplayName("rotation.md W15: a credential that is known to be empty is not called")
  void aCredentialThatIsKnownToBeEmptyIsNotCalled() {
    TestPool p = TestPool.sequential(2);
    p.use("k1", 10);
    p.pool.take("k1", Baseline.ofCount("m", 10, 10, in(p, 3600)));
    p.pool.operator().clear("k1", null);

    // cleared by a person, and yet the figures are fresh
    assertThat(p.id(p.lend())).isEqualTo("k2");
    p.time.passSeconds(601);
    assertThat(p.id(p.lend("m"))).isIn("k1", "k2");
  }

  @Test
  @DisplayName("rotation.md W15: balanced mode prefers who has more left")
  void balancedModePrefersWhoHasMoreLeft() {
    TestPool p = TestPool.of(Mode.BALANCED, 2, o -> o.optimalConcurrent(-1).tolerance(1000));
    p.use("k1", 5);
    p.use("k2", 5);
    p.pool.take("k1", Baseline.ofCount("m", 90, 100, in(p, 3600)).forced());
    p.pool.take("k2", Baseline.ofCount("m", 90, 900, in(p, 3600)).forced());

    int first = 0;
    for (int i = 0; i < 1_000; i++) {
      Lease lease = p.lend();
      first += p.id(lease).equals("k1") ? 1 : 0;
      p.giveBack(lease);
    }

    assertThat(first).isBetween(60, 140);
  }

  @Test
  void withoutATimeThePolicyDecides() {
    TestPool warns = TestPool.sequential(1);
    warns.pool.take("k1", Baseline.ofFraction("m", 0, 100, 0));
    assertThat(warns.restOf("k1")).isZero();

    TestPool rests =
        TestPool.of(
            Mode.SEQUENTIAL,
            1,
            o -> o.noReset(NoResetPolicy.COOLDOWN).noResetCooldown(Duration.ofMinutes(2)));
    rests.pool.take("k1", Baseline.ofFraction("m", 0, 100, 0));
    assertThat(rests.restOf("k1")).isEqualTo(120);
  }

  @Test
  void aResetThatCannotBeTrueIsNoReset() {
    TestPool p = TestPool.sequential(1);
    p.use("k1", 1);

    for (long absurd : new long[] {in(p, 0) + 56L * 365 * 86_400_000, -5, 1_000_000_120L}) {
      p.pool.take("k1", Baseline.ofFraction("m", 0, 100, absurd));
      assertThat(p.restOf("k1")).isZero();
    }
  }

  @Test
  void aQuotaFailureOfTheProviderIsEndedByItsOwnFigures() {
    TestPool p = TestPool.sequential(1);
    TestPool.fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 429, 36_000));

    p.pool.take("k1", Baseline.ofFraction("m", 0.9, 100, in(p, 7200)));

    assertThat(p.id(p.lend())).isEqualTo("k1");
  }
}
