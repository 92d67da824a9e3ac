package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fail;
import static dev.caravan.pool.TestPool.fault;
import static dev.caravan.pool.TestPool.limited;
import static dev.caravan.pool.TestPool.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import dev.caravan.call.Secret;
import dev.caravan.call.Usage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CooldownTest {
  private static final double MONTH = 31 * 86_400;

  /** The cooldowns of failures without hint, each after the end of the one before. */
  private static List<Double> ladder(TestPool p, int failures) {
    List<Double> rests = new ArrayList<>();
    for (int i = 0; i < failures; i++) {
      p.fails((_, _) -> limited(), 5);
      rests.add(p.restOf("k1"));
      p.time.passSeconds(p.restOf("k1"));
    }
    return rests;
  }

  @Test
  @DisplayName("rotation.md case 24: failures in a row climb the ladder")
  void failuresInARowClimbTheLadder() {
    TestPool p = TestPool.sequential(1);

    List<Double> rests = ladder(p, 6);

    assertThat(rests).containsExactly(10.0, 30.0, 60.0, 120.0, 300.0, 300.0);
    assertThat(p.calls).hasSize(6);
  }

  @Test
  @DisplayName("rotation.md case 25: a success goes back to the foot of the ladder")
  void aSuccessGoesBackToTheFootOfTheLadder() {
    TestPool p = TestPool.sequential(1);
    ladder(p, 5);

    p.run((_, _) -> null, 30);

    assertThat(ladder(p, 1)).containsExactly(10.0);
  }

  @Test
  void quietForNineHundredSecondsGoesBackToTheFootOfTheLadder() {
    TestPool p = TestPool.sequential(1);
    ladder(p, 3);

    p.time.passSeconds(901);

    assertThat(ladder(p, 1)).containsExactly(10.0);
  }

  @Test
  void theEndOfACooldownAloneDoesNotResetTheLadder() {
    TestPool p = TestPool.sequential(1);
    ladder(p, 3);

    p.time.passSeconds(890);

    assertThat(ladder(p, 1)).containsExactly(120.0);
  }

  @Test
  @DisplayName("rotation.md case 26, W7: a late shorter time does not shorten a cooldown")
  void aLateShorterTimeDoesNotShorten() {
    TestPool p = TestPool.sequential(1);
    Lease late = p.lend();
    fail(p.lend(), limited(3600));

    fail(late, limited(5));

    assertThat(p.restOf("k1")).isEqualTo(3600);
    assertThat(p.view("k1").cooldowns().getFirst().cooldown().source()).isEqualTo(Source.UPSTREAM);
  }

  @Test
  void aSuccessDoesNotEndACooldownThatBeganMeanwhile() {
    TestPool p = TestPool.sequential(1);
    Lease late = p.lend();
    fail(p.lend(), limited(5));
    p.time.passSeconds(5);
    Lease first = p.lend();
    fail(late, limited(60));

    succeed(first);

    assertThat(p.restOf("k1")).isEqualTo(60);
  }

  @Test
  void aHintOfMoreThanAMonthIsNotBelieved() {
    TestPool p = TestPool.sequential(1);

    fail(p.lend(), limited(MONTH));

    assertThat(p.restOf("k1")).isEqualTo(10);
    assertThat(p.view("k1").cooldowns().getFirst().cooldown().source()).isEqualTo(Source.SYSTEM);
  }

  @Test
  @DisplayName("rotation.md case 27: failures on three models lock the whole credential")
  void failuresOnThreeModelsLockTheCredential() {
    TestPool p = TestPool.sequential(2);
    for (String model : List.of("a", "b", "c")) {
      fail(p.lend(model), limited());
      p.time.passSeconds(50);
    }

    assertThat(p.restOf("k1", Cooldown.WHOLE_CREDENTIAL)).isEqualTo(250);
    assertThat(p.id(p.lend("d"))).isEqualTo("k2");
  }

  @Test
  @DisplayName("rotation.md case 28: faults of the provider lock nothing")
  void faultsOfTheProviderLockNothing() {
    TestPool p = TestPool.sequential(2);

    for (String model : List.of("a", "b", "c", "d")) {
      fail(p.lend(model), fault(FaultClass.SERVER_ERROR, 500));
    }

    assertThat(p.view("k1").cooldowns()).isEmpty();
    assertThat(p.id(p.lend("e"))).isEqualTo("k1");
  }

  @Test
  void aSuccessBetweenFailuresOnThreeModelsPreventsTheLockout() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend("a"), limited());
    fail(p.lend("b"), limited());
    succeed(p.lend("x"));

    fail(p.lend("c"), limited());

    assertThat(p.restOf("k1", Cooldown.WHOLE_CREDENTIAL)).isZero();
  }

  @Test
  @DisplayName("rotation.md case 29: a revoked credential is locked and passed over")
  void aRevokedCredentialIsLockedAndPassedOver() {
    TestPool p = TestPool.sequential(2);
    TestPool.Upstream upstream =
        (key, _) -> key.equals("k1") ? fault(FaultClass.AUTHENTICATION, 401) : null;

    p.run(upstream, 30);
    p.run(upstream, 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0", "k2@0.0");
    assertThat(p.restOf("k1", Cooldown.WHOLE_CREDENTIAL)).isEqualTo(300);
    assertThat(p.view("k1").state()).isEqualTo(PoolView.State.LOCKED);
  }

  @Test
  void aCredentialThatIsRejectedAgainAndAgainIsLockedForLonger() {
    TestPool p = TestPool.sequential(1);
    List<Double> rests = new ArrayList<>();

    for (int i = 0; i < 4; i++) {
      fail(p.lend(), fault(FaultClass.FORBIDDEN, 403));
      rests.add(p.restOf("k1", Cooldown.WHOLE_CREDENTIAL));
      p.time.passSeconds(rests.getLast());
    }

    assertThat(rests).containsExactly(300.0, 900.0, 3600.0, 3600.0);
  }

  @Test
  void anUnpaidBillRestsTheScopeForAnHourUnlessTheProviderSaysOtherwise() {
    TestPool p = TestPool.sequential(2);

    fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 402));
    fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 402, 120));

    assertThat(p.restOf("k1")).isEqualTo(3600);
    assertThat(p.restOf("k2")).isEqualTo(120);
  }

  @Test
  void aModelThatIsNotAllowedRestsForAnHourAndOtherModelsGoOn() {
    TestPool p = TestPool.of(Mode.BALANCED, 2, o -> o.tolerance(0));

    p.run((key, _) -> key.equals("k1") ? fault(FaultClass.MODEL_NOT_ALLOWED, 403) : null, 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0");
    assertThat(p.restOf("k1")).isEqualTo(3600);
    assertThat(TestPool.ids(p.lend("other"), p.lend("other"))).contains("k1");
  }

  @Test
  @DisplayName("rotation.md W27: a dead login is not lent until it has a new secret")
  void aDeadLoginIsNotLentUntilItHasANewSecret() {
    TestPool p = TestPool.sequential(1);
    p.fails((_, _) -> fault(FaultClass.REAUTH_NEEDED, 401), 30);
    boolean refusedBefore = p.pool.choose(p.ask()) instanceof Choice.Refused;

    Credential renewed = new Credential("k1", new Secret("new", "fp-new"), "k1", 1);
    p.pools.install("p", p.pool.options(), List.of(renewed));
    Lease lease = p.lend();

    assertThat(refusedBefore).isTrue();
    assertThat(lease.fingerprint()).isEqualTo("fp-new");
  }

  @Test
  @DisplayName("rotation.md case 38: an operator's clear holds at once")
  void anOperatorsClearHoldsAtOnce() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), limited(36_000));

    boolean known = p.pool.clearCooldowns("k1", "p/m");

    assertThat(known).isTrue();
    assertThat(p.id(p.lend())).isEqualTo("k1");
    assertThat(p.view("k1").cooldowns()).isEmpty();
    assertThat(p.pool.clearCooldowns("k9", null)).isFalse();
  }

  @Test
  void clearingAllForgetsTheLadderToo() {
    TestPool p = TestPool.sequential(1);
    ladder(p, 4);

    p.pool.clearCooldowns();

    assertThat(ladder(p, 1)).containsExactly(10.0);
  }

  @Test
  void aStreamThatBreaksAfterItsOutputBeganRestsTheCredentialWithoutADecision() {
    TestPool p = TestPool.sequential(2);
    Lease stream = p.lend();

    fail(stream, fault(FaultClass.QUOTA_EXCEEDED, 0, 7200));

    assertThat(p.restOf("k1")).isEqualTo(7200);
    assertThat(p.id(p.lend())).isEqualTo("k2");
  }

  @Test
  @DisplayName("rotation.md case 55: a client that leaves is no failure of the credential")
  void aClientThatLeavesIsNoFailure() {
    TestPool p = TestPool.sequential(1);
    Lease lease = p.lend();

    boolean first = lease.settle(new Outcome.Cancelled(Usage.NONE));
    boolean second = lease.settle(new Outcome.Succeeded(Usage.NONE));

    PoolView.CredentialView k1 = p.view("k1");
    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(k1.requests()).isEqualTo(1);
    assertThat(k1.successes() + k1.failures()).isZero();
    assertThat(k1.active()).isZero();
  }

  @Test
  void cooldownsAndCountersSurviveAChangeOfTheCredentials() {
    TestPool p = TestPool.sequential(2);
    fail(p.lend(), limited(100));

    p.pools.install(
        "p",
        p.pool.options(),
        List.of(TestPool.key("k0", 1), TestPool.key("k2", 1), TestPool.key("k1", 1)));

    assertThat(p.restOf("k1")).isEqualTo(100);
    assertThat(p.restOf("k2")).isZero();
    assertThat(p.restOf("k0")).isZero();
  }

  @Test
  void theLeaseOfARemovedCredentialEndsNormally() {
    TestPool p = TestPool.sequential(2);
    Lease lease = p.lend();
    p.pools.install("p", p.pool.options(), List.of(TestPool.key("k2", 1)));

    fail(lease, limited(100));

    assertThat(p.pool.view().leasesActive()).isZero();
    assertThat(p.id(p.lend())).isEqualTo("k2");
  }
}
