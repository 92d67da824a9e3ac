package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fault;
import static dev.caravan.pool.TestPool.limited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.FaultClass;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One credential and no other, and plans (rotation.md 3.1, 3.10). */
class PinTest {

  @Test
  void aCallMayNameItsCredentialByFingerprintOrLabel() {
    TestPool p = TestPool.sequential(3);
    String fingerprint = p.view("k3").fingerprint();

    assertThat(p.id(p.lend(p.ask(Wish.of("k2", false), "m", 30)))).isEqualTo("k2");
    assertThat(p.id(p.lend(p.ask(Wish.of(fingerprint, false), "m", 30)))).isEqualTo("k3");
  }

  @Test
  void aPinnedCallNeverRotates() {
    TestPool p = TestPool.sequential(3);

    Failure failure = p.fails(p.ask(Wish.of("k2", false), "m", 30), (_, _) -> limited());

    assertThat(p.calls).containsExactly("k2@0.0");
    assertThat(failure.kind()).isEqualTo(Kind.ALL_CREDENTIALS_LIMITED);
  }

  @Test
  void aPinnedCallWaitsForARestUnlessItIsForced() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 2, o -> o.maxConcurrent(1));
    TestPool.fail(p.lend(p.ask(Wish.of("k2", false), "m", 30)), limited(20));

    p.waits(p.ask(Wish.of("k2", false), "m", 30));
    Lease forced = p.lend(p.ask(Wish.of("k2", true), "m", 30));
    assertThat(p.id(forced)).isEqualTo("k2");
    // the ceiling holds all the same
    p.waits(p.ask(Wish.of("k2", true), "m", 30));
    TestPool.succeed(forced);
    assertThat(p.restOf("k2")).isZero();
  }

  @Test
  void aPoolThatIsPinnedUsesOneCredentialAlone() {
    TestPool p = TestPool.of(Mode.BALANCED, 3, o -> o.optimalConcurrent(-1));
    assertThat(p.pool.operator().pin(null, "k2")).isTrue();

    assertThat(TestPool.ids(p.lend(), p.lend(), p.lend())).containsOnly("k2");
    assertThat(p.pool.view().pinnedTo()).isEqualTo("k2");

    p.pool.operator().unpin(null);
    for (int i = 0; i < 50; i++) {
      p.lend();
    }
    assertThat(p.view("k1").active()).isPositive();
    assertThat(p.pool.operator().pin(null, "nobody")).isFalse();
  }

  @Test
  void aSessionMayBePinned() {
    TestPool p = TestPool.sequential(2);
    p.use("k1", 1);
    p.pool.operator().pin("S", "k2");

    assertThat(p.id(p.lend(p.ask("S")))).isEqualTo("k2");
    assertThat(p.id(p.lend())).isEqualTo("k1");
  }

  @Test
  void anUnknownNameSaysSo() {
    TestPool p = TestPool.sequential(1);

    Failure asked = p.fails(p.ask(Wish.of("nobody", false), "m", 30), (_, _) -> null);
    assertThat(asked.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(asked.message()).contains("'nobody'");

    TestPool configured = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.pinnedTo("gone"));
    assertThat(configured.fails((_, _) -> null, 30).kind()).isEqualTo(Kind.GATEWAY_UNAVAILABLE);
  }

  @Test
  void aModelThatNoPlanHasIsRefusedAtOnceAndCallsNobody() {
    TestPool p =
        TestPool.of(Mode.BALANCED, new int[] {2, 3}, o -> o.requirements(Map.of("big-*", 1)));

    Failure failure = p.fails(p.ask("big-1", 30), (_, _) -> null);

    assertThat(failure.kind()).isEqualTo(Kind.NOT_ALLOWED);
    assertThat(failure.details()).containsEntry("reason", "model_not_in_plan");
    assertThat(p.calls).isEmpty();
    assertThat(p.id(p.lend("small"))).isEqualTo("k1");
  }

  @Test
  void aPlanThatIsNotKnownIsTriedAfterThoseThatFit() {
    TestPool p =
        TestPool.of(
            Mode.BALANCED,
            new int[] {Credential.UNKNOWN_PRIORITY, 2, 1},
            o -> o.requirements(Map.of("m", 1)).maxConcurrent(1));

    assertThat(TestPool.ids(p.lend(), p.lend())).containsExactly("k3", "k1");
    p.waits(p.ask());
  }

  @Test
  void aCredentialThatIsOutOfUseIsNotLentAndItsLeaseEndsNormally() {
    TestPool p = TestPool.sequential(2);
    Lease open = p.lend();

    assertThat(p.pool.operator().disable("k1")).isTrue();
    assertThat(p.id(p.lend())).isEqualTo("k2");
    TestPool.succeed(open);

    assertThat(p.view("k1").state()).isEqualTo(PoolView.State.DISABLED);
    assertThat(p.view("k1").successes()).isEqualTo(1);
    p.pool.operator().enable("k1");
    assertThat(p.view("k1").state()).isEqualTo(PoolView.State.READY);
  }

  @Test
  void aPauseByHandHoldsUntilItIsEndedByHand() {
    TestPool p = TestPool.sequential(1);
    p.pool.operator().throttle(null, java.time.Duration.ofMinutes(10), "maintenance");

    assertThat(p.refused(p.ask()).candidates().getFirst().obstacle()).isEqualTo(Obstacle.THROTTLE);
    assertThat(p.pool.operator().unthrottle(null)).isTrue();
    assertThat(p.id(p.lend())).isEqualTo("k1");
  }

  @Test
  void aRestByHandIsNotProbed() {
    TestPool p = TestPool.sequential(1);
    p.pool
        .operator()
        .rest("k1", Cooldown.WHOLE_CREDENTIAL, java.time.Duration.ofHours(2), "broken");
    p.time.passSeconds(3600);

    assertThat(p.refused(p.ask()).retryAt()).isEqualTo(FakeTime.at(7200));
  }

  @Test
  void aLookCanBeTracedAndTellsWhyEachOtherWasNotTaken() {
    TestPool p = TestPool.sequential(3);
    TestPool.fail(p.lend(), limited(20));
    p.pool.operator().disable("k2");
    java.util.List<Pick> picks = new java.util.ArrayList<>();

    p.lend(p.ask(Wish.NONE.traced(picks::add), "m", 30));

    Pick pick = picks.getFirst();
    assertThat(pick.taken()).isEqualTo(p.view("k3").fingerprint());
    assertThat(pick.candidates())
        .extracting(Pick.Candidate::obstacle)
        .containsExactly(null, Obstacle.COOLDOWN, Obstacle.DISABLED);
    assertThat(pick.candidates().get(1).until()).isEqualTo(FakeTime.at(20));
    assertThat(pick.candidates().get(1).source()).isEqualTo(Source.UPSTREAM);
    assertThat(pick.candidates().get(1).evidence()).isEqualTo("header Retry-After");
    assertThat(fault(FaultClass.UNKNOWN, 0).status()).isZero();
  }
}
