package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fail;
import static dev.caravan.pool.TestPool.fault;
import static dev.caravan.pool.TestPool.limited;
import static dev.caravan.pool.TestPool.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private static final Fault DAYS = fault(FaultClass.QUOTA_EXCEEDED, 429, 515_092);

  @Test
  @DisplayName("rotation.md case 34: each credential that is tried rests until its own reset")
  void eachCredentialRestsUntilItsOwnReset() {
    TestPool p = TestPool.sequential(5);

    p.fails((_, _) -> DAYS, 30);

    assertThat(p.restOf("k1")).isEqualTo(515_092);
    assertThat(p.restOf("k3")).isEqualTo(515_092);
  }

  @Test
  @DisplayName("rotation.md case 35: the last credential is asked again every minute")
  void theLastCredentialIsAskedAgainEveryMinute() {
    TestPool p = TestPool.sequential(1);
    p.fails((_, _) -> DAYS, 30);

    for (double at : List.of(30.0, 61.0, 121.0)) {
      p.time.moveTo(at);
      p.fails((_, _) -> DAYS, 30);
    }

    assertThat(p.calls).containsExactly("k1@0.0", "k1@61.0", "k1@121.0");
  }

  @Test
  void theLastCredentialIsNotProbedByTwoCallsAtOnce() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), DAYS);
    p.time.passSeconds(61);
    Lease probe = p.lend();
    p.time.passSeconds(61);

    Choice second = p.pool.choose(p.ask());

    assertThat(probe.probe).isTrue();
    assertThat(second).isInstanceOf(Choice.Refused.class);
  }

  @Test
  @DisplayName("rotation.md case 36: probes double their interval and never fail the client")
  void probesDoubleTheirIntervalAndNeverFailTheClient() {
    TestPool p = TestPool.sequential(2);
    TestPool.Upstream upstream =
        (key, _) -> key.equals("k1") ? fault(FaultClass.QUOTA_EXCEEDED, 429) : null;
    fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 429, 36_000));

    for (int minute = 1; minute <= 120; minute++) {
      p.time.moveTo(minute * 60);
      assertThat(p.run(upstream, 30)).isNull();
    }

    assertThat(p.calls.stream().filter(c -> c.startsWith("k1")))
        .containsExactly("k1@900.0", "k1@2700.0", "k1@6300.0");
    assertThat(p.restOf("k1")).isEqualTo(36_000 - 7_200);
  }

  @Test
  @DisplayName("rotation.md case 37: a probe that succeeds ends the cooldown and the ladder")
  void aProbeThatSucceedsEndsTheCooldown() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 429, 18 * 86_400));
    p.time.passSeconds(61);

    p.run((_, _) -> null, 30);

    assertThat(p.view("k1").state()).isEqualTo(PoolView.State.READY);
    fail(p.lend(), limited());
    assertThat(p.restOf("k1")).isEqualTo(10);
  }

  @Test
  void aProbeThatFailsWithANewTimeReplacesTheOldOne() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), DAYS);
    p.time.passSeconds(61);

    p.fails((_, _) -> fault(FaultClass.QUOTA_EXCEEDED, 429, 400), 30);

    assertThat(p.restOf("k1")).isEqualTo(400);
  }

  @Test
  void aProbeThatMeetsAFaultOfTheProviderTellsNothing() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), DAYS);
    p.time.passSeconds(61);

    p.fails((_, _) -> fault(FaultClass.SERVER_ERROR, 500), 30);

    assertThat(p.calls).containsExactly("k1@61.0");
    assertThat(p.restOf("k1")).isEqualTo(515_092 - 61);
  }

  @Test
  void aProbeThatIsCancelledLeavesTheCooldownAndLetsTheNextOneProbe() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), DAYS);
    p.time.passSeconds(61);
    p.lend().settle(new Outcome.Cancelled(Usage.NONE));
    p.time.passSeconds(60);

    Lease next = p.lend();

    assertThat(next.probe).isTrue();
  }

  @Test
  void aCooldownThatEndsInTimeIsWaitedForAndNotProbed() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), limited(80));
    p.time.passSeconds(61);

    p.run((_, _) -> null, 30);

    assertThat(p.calls).containsExactly("k1@80.0");
  }

  @Test
  void aLockoutIsProbedWhenNothingElseIsLeft() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), fault(FaultClass.AUTHENTICATION, 401));
    p.time.passSeconds(61);

    succeed(p.lend());

    assertThat(p.view("k1").state()).isEqualTo(PoolView.State.READY);
  }
}
