package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fail;
import static dev.caravan.pool.TestPool.fault;
import static dev.caravan.pool.TestPool.limited;
import static dev.caravan.pool.TestPool.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Refusals, requests that are too large, tenants (rotation.md 5.10, 7.8, 9). */
class RefusalCasesTest {

  private static Cap cap(String limit) {
    return new Cap(OptionalInt.of(1), "m", Cap.limit(limit), new Cap.Rest.UntilReset());
  }

  @Test
  @DisplayName("rotation.md case 18: the end of a window is waited for like any other end")
  void theEndOfAWindowIsWaitedFor() {
    WindowRule window = WindowRule.rolling(Duration.ofMinutes(1));
    TestPool p =
        TestPool.of(Mode.SEQUENTIAL, 2, o -> o.caps(List.of(cap("1"))).windows(List.of(window)));
    p.use("k1", 1);
    p.use("k2", 1);
    p.time.passSeconds(58);

    p.run((_, _) -> null, 30);

    assertThat(p.calls).hasSize(1).first().asString().endsWith("@60.0");
  }

  private static void figures(TestPool p, int keys, long used) {
    for (int i = 1; i <= keys; i++) {
      p.pool.take("k" + i, Baseline.ofCount("m", used, 100, p.time.epochMillis() + 3_600_000));
    }
  }

  @Test
  @DisplayName(
      "rotation.md cases 89 and 34: three that have quota left and say no mean the request")
  void threeThatHaveQuotaLeftAndSayNoMeanTheRequest() {
    TestPool p = TestPool.sequential(5);
    figures(p, 5, 10);

    Failure failure = p.fails((_, _) -> fault(FaultClass.QUOTA_EXCEEDED, 429, 515_092), 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0", "k3@0.0");
    assertThat(failure.details()).containsEntry("reason", "request_exceeds_quota");
    assertThat(failure.retryAfter()).isNull();
    assertThat(failure.message()).contains("make it smaller");
    assertThat(p.pool.view().credentials()).allMatch(c -> c.cooldowns().isEmpty());
  }

  @Test
  @DisplayName("rotation.md case 34: without figures each one that is tried rests until its reset")
  void withoutFiguresEachOneRests() {
    TestPool p = TestPool.sequential(5);

    Failure failure = p.fails((_, _) -> fault(FaultClass.QUOTA_EXCEEDED, 429, 515_092), 30);

    assertThat(p.calls).hasSize(5);
    assertThat(p.restOf("k3")).isEqualTo(515_092);
    assertThat(failure.kind()).isEqualTo(Kind.ALL_CREDENTIALS_LIMITED);
  }

  @Test
  @DisplayName("rotation.md case 87, W6: what the gateway itself refuses touches no credential")
  void whatTheGatewayItselfRefusesTouchesNoCredential() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 2, o -> o.maxConcurrent(1).maxWaiting(0));
    Lease one = p.lend();
    Lease other = p.lend();
    PoolView before = p.pool.view();

    for (int i = 0; i < 1_000; i++) {
      assertThat(p.refused(p.ask()).cause()).isEqualTo(Refusal.Cause.QUEUE_FULL);
    }

    assertThat(p.pool.view()).isEqualTo(before);
    succeed(one);
    succeed(other);
    assertThat(p.view("k1").failures()).isZero();
  }

  @Test
  @DisplayName("rotation.md case 86: who has no key of its own is refused, whatever everybody has")
  void whoHasNoKeyOfItsOwnIsRefused() {
    TestPool p = TestPool.sequential(2);

    assertThat(p.pools.findFor("u1", "p")).isNull();
    Pool own = p.pools.installFor("u1", "p", p.pool.options(), List.of(TestPool.key("mine", 1)));
    Lease lease = TestPool.lent(own.choose(own.ask(p.ask().call(), p.ask().model())));
    lease.settle(new Outcome.Faulted(limited(600), Usage.NONE));

    assertThat(lease.credential().id()).isEqualTo("mine");
    assertThat(p.pools.findFor("u2", "p")).isNull();
    assertThat(p.view("k1").requests()).isZero();
    assertThat(p.restOf("k1")).isZero();
    assertThat(own.choose(own.ask(p.ask().call(), p.ask().model())))
        .isInstanceOf(Choice.Refused.class);
  }

  @Test
  void theNameOfATenantIsSafeForAFolderAndLikeNoOther() {
    assertThat(Pools.nameFor("team-1", "p")).isEqualTo("team-1/p");
    assertThat(Pools.nameFor("../etc", "p")).matches("___etc-[0-9a-f]+/p");
    assertThat(Pools.nameFor("a.b", "p")).isNotEqualTo(Pools.nameFor("a_b", "p"));
    assertThat(Pools.nameFor("", "p")).matches("-[0-9a-f]+/p");
  }

  @Test
  void thePoolOfAnIdleTenantIsForgotten() {
    TestPool p = TestPool.sequential(1);
    p.pools.installFor("u1", "p", p.pool.options(), List.of(TestPool.key("mine", 1)));

    p.time.passSeconds(3601);
    p.pools.endWindows();

    assertThat(p.pools.findFor("u1", "p")).isNull();
    assertThat(p.pools.find("p")).isNotNull();
  }

  @Test
  @DisplayName("rotation.md W9: a lease that nobody settles is no success")
  void aLeaseThatNobodySettlesIsNoSuccess() {
    TestPool p = TestPool.sequential(1);
    p.lend();
    p.time.passSeconds(901);
    p.pool.tick();

    assertThat(p.view("k1").successes()).isZero();
    assertThat(p.pool.view().leasesExpired()).isEqualTo(1);
  }

  @Test
  @DisplayName("rotation.md W2: a limit that names no time rests the credential")
  void aLimitThatNamesNoTimeRests() {
    TestPool p = TestPool.sequential(2);

    fail(p.lend(), limited());

    assertThat(p.id(p.lend())).isEqualTo("k2");
  }

  @Test
  @DisplayName(
      "rotation.md W5, W26: an outage costs few calls, and nobody waits before another key after a"
          + " limit")
  void anOutageCostsFewCalls() {
    TestPool overloaded = TestPool.sequential(10);
    overloaded.fails((_, _) -> fault(FaultClass.OVERLOADED, 503, 30), 60);
    assertThat(overloaded.calls).hasSizeLessThanOrEqualTo(3);

    TestPool limitedOnes = TestPool.sequential(2);
    limitedOnes.run((id, _) -> id.equals("k1") ? limited() : null, 30);
    assertThat(limitedOnes.calls).containsExactly("k1@0.0", "k2@0.0");
  }

  @Test
  @DisplayName("rotation.md 4: invented models leave bounded tables")
  void inventedModelsLeaveBoundedTables() {
    TestPool p = TestPool.sequential(2);

    for (int i = 0; i < 5_000; i++) {
      succeed(p.lend("invented-" + i));
      if (i % 3 == 0) {
        fail(p.lend("limited-" + i), limited(30));
      }
      if (i % 100 == 99) {
        p.time.passSeconds(31);
        p.pool.clearCooldowns();
      }
    }

    assertThat(p.view("k1").scopes()).hasSizeLessThanOrEqualTo(Roster.MOST_SCOPES);
    assertThat(p.pool.state().cycles()).hasSizeLessThanOrEqualTo(Roster.MOST_SCOPES);
    assertThat(p.view("k1").requests() + p.view("k2").requests()).isGreaterThan(5_000);
  }

  @Test
  @DisplayName("rotation.md 4.3: what an attempt cost is counted with it")
  void whatAnAttemptCostIsCounted() {
    TestPool p = TestPool.sequential(1);

    p.lend().settle(new Outcome.Succeeded(Usage.NONE), Settlement.costing(0.25));
    p.lend().settle(new Outcome.Succeeded(Usage.NONE), Settlement.costing(0.5));

    assertThat(p.view("k1").totals().cost()).isEqualTo(0.75);
  }

  @Test
  @DisplayName("rotation.md 3.8: whatever comes first is waited for, and the queue is in order")
  void whateverComesFirstIsWaitedFor() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 3, o -> o.maxConcurrent(1));
    fail(p.lend(), limited(10));
    Lease busy = p.lend();
    p.lend();
    List<Choice.Wait> waits = new ArrayList<>();
    Ask first = p.ask();
    Ask second = p.ask();
    waits.add(p.waits(first));
    waits.add(p.waits(second));

    p.time.passSeconds(2);
    succeed(busy);

    assertThat(p.id(p.lend(first))).isEqualTo("k2");
    assertThat(waits.getFirst().atMost()).isEqualTo(Duration.ofSeconds(10));
    p.time.passSeconds(8);
    assertThat(p.id(p.lend(second))).isEqualTo("k1");
  }
}
