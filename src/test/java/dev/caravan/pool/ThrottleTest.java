package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fail;
import static dev.caravan.pool.TestPool.fault;
import static dev.caravan.pool.TestPool.limited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  /** Three keys that each had a success a minute before T. */
  private static TestPool provenKeys() {
    return provenKeys(3);
  }

  private static TestPool provenKeys(int keys) {
    TestPool p = TestPool.of(Mode.BALANCED, keys, o -> o);
    for (int i = 1; i <= keys; i++) {
      p.use("k" + i, 1);
    }
    p.time.passSeconds(60);
    return p;
  }

  private static boolean isWholePaused(TestPool p) {
    return p.pool.view().throttles().stream().anyMatch(t -> t.scope().equals("*"));
  }

  private static void limitOneAfterTheOther(TestPool p, double apart) {
    for (int i = 0; i < 3; i++) {
      fail(p.lend(), limited());
      p.time.passSeconds(i < 2 ? apart : 0);
    }
  }

  /** One credential is used up by an overload; the ask may go on with another. */
  private static void rotateAfterOverload(TestPool p, Ask ask) {
    Lease lease = p.lend(ask);
    Decision decision = p.pool.decide(ask, lease, fault(FaultClass.OVERLOADED, 529));
    while (decision instanceof Decision.RetrySame) {
      decision = p.pool.decide(ask, lease, fault(FaultClass.OVERLOADED, 529));
    }
    assertThat(decision).isInstanceOf(Decision.Rotate.class);
  }

  @Test
  @DisplayName("rotation.md case 39: three credentials limited alike are an event of the provider")
  void threeCredentialsLimitedAlikeAreAnEventOfTheProvider() {
    TestPool p = provenKeys();

    limitOneAfterTheOther(p, 3);

    assertThat(p.pool.view().credentials()).allMatch(c -> c.cooldowns().isEmpty());
    assertThat(p.pool.view().throttles())
        .singleElement()
        .satisfies(t -> assertThat(t.until()).isEqualTo(FakeTime.at(60 + 21)));
    p.time.moveTo(60 + 10);
    Failure failure = p.fails((_, _) -> null, 5);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(11));
    p.run((_, _) -> null, 30);
    assertThat(p.calls).singleElement().asString().endsWith("@81.0");
  }

  @Test
  @DisplayName("rotation.md case 40: the same further apart are faults of the credentials")
  void furtherApartTheyAreFaultsOfTheCredentials() {
    TestPool p = provenKeys();
    p.pools.install(
        "p",
        p.pool.options().with().backoffTiers(List.of(Duration.ofSeconds(60))).build(),
        p.pool.credentials());

    limitOneAfterTheOther(p, 11);

    assertThat(p.pool.view().throttles()).isEmpty();
    assertThat(p.pool.view().credentials()).allMatch(c -> c.cooldowns().size() == 1);
  }

  @Test
  void withoutARecentSuccessThereIsNoEvent() {
    TestPool p = TestPool.of(Mode.BALANCED, 3, o -> o);

    limitOneAfterTheOther(p, 1);

    assertThat(p.pool.view().throttles()).isEmpty();
  }

  @Test
  @DisplayName("rotation.md case 41: where the address is limited, no other credential is tried")
  void whereTheAddressIsLimitedNoOtherCredentialIsTried() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 3, o -> o.rateLimitScope(RateLimitScope.IP));

    Failure failure = p.fails((_, _) -> limited(20), 10);

    assertThat(p.calls).containsExactly("k1@0.0");
    assertThat(failure.kind()).isEqualTo(Kind.ALL_CREDENTIALS_LIMITED);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(20));
    assertThat(p.view("k1").cooldowns()).isEmpty();
  }

  @Test
  void anOverloadPausesTheModelForAllCredentialsAndNoOtherModel() {
    TestPool p = TestPool.sequential(2);

    Failure failure = p.fails((_, _) -> fault(FaultClass.OVERLOADED, 529), 3);

    assertThat(failure.kind()).isEqualTo(Kind.UPSTREAM_UNAVAILABLE);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(4));
    assertThat(p.waits(p.ask("m", 30)).reason()).isEqualTo("throttle");
    // the call asked with both; sequential mode stays on the one that was used last
    assertThat(p.id(p.lend("other"))).isEqualTo("k2");
    assertThat(p.view("k1").cooldowns()).isEmpty();
    assertThat(p.view("k2").cooldowns()).isEmpty();
  }

  @Test
  void theCallThatMetAnOverloadMayAskWithAnotherCredentialWhileOthersWait() {
    TestPool p = TestPool.sequential(2);
    Ask met = p.ask();
    rotateAfterOverload(p, met);

    boolean otherWaits = p.pool.choose(p.ask()) instanceof Choice.Wait;
    Lease second = p.lend(met);

    assertThat(otherWaits).isTrue();
    assertThat(p.id(second)).isEqualTo("k2");
  }

  @Test
  void anAnswerOfAnotherCredentialShowsThatTheProviderWasNotOverloaded() {
    TestPool p = TestPool.sequential(2);
    Ask met = p.ask();
    rotateAfterOverload(p, met);

    TestPool.succeed(p.lend(met));

    assertThat(p.pool.choose(p.ask())).isInstanceOf(Choice.Lent.class);
  }

  @Test
  void afterAPauseOneCallGoesFirstAndItsSuccessOpensForAll() {
    TestPool p = TestPool.sequential(2);
    fail(p.lend(), fault(FaultClass.OVERLOADED, 529));
    p.time.passSeconds(5);
    Lease first = p.lend();
    Ask second = p.ask();
    boolean held = p.pool.choose(second) instanceof Choice.Wait;

    TestPool.succeed(first);

    assertThat(held).isTrue();
    assertThat(p.pool.choose(second)).isInstanceOf(Choice.Lent.class);
  }

  @Test
  void aFirstCallThatFailsDoublesThePause() {
    TestPool p = TestPool.sequential(2);
    fail(p.lend(), fault(FaultClass.OVERLOADED, 529));
    p.time.passSeconds(5);

    fail(p.lend(), fault(FaultClass.OVERLOADED, 529));

    assertThat(p.pool.view().throttles().getFirst().until()).isEqualTo(FakeTime.at(15));
  }

  @Test
  void aPauseAfterASuccessStartsFromTheShortestAgain() {
    TestPool p = TestPool.sequential(2);
    fail(p.lend(), fault(FaultClass.OVERLOADED, 529));
    p.time.passSeconds(5);
    Lease first = p.lend();
    first.renew();
    TestPool.succeed(first);

    fail(p.lend(), fault(FaultClass.OVERLOADED, 529));

    assertThat(p.pool.view().throttles().getFirst().until()).isEqualTo(FakeTime.at(10));
  }

  @Test
  void oneOddRequestThatFailsEverywhereDoesNotPauseTheProvider() {
    TestPool p = provenKeys();

    p.fails((_, _) -> fault(FaultClass.SERVER_ERROR, 500), 30);

    assertThat(p.calls).hasSize(6);
    assertThat(p.pool.view().throttles()).isEmpty();
  }

  /** Two models that answer 500 to whoever asks, one failure after the other. */
  private static void breakTwoModels(TestPool p, boolean thirdIsServed) {
    for (int i = 0; i < 6; i++) {
      fail(p.lend(i % 2 == 0 ? "broken-1" : "broken-2"), fault(FaultClass.SERVER_ERROR, 500));
      p.time.passSeconds(0.5);
      if (thirdIsServed) {
        TestPool.succeed(p.lend("sound"));
      }
    }
  }

  @Test
  void twoBrokenModelsDoNotPauseAThirdThatAnswers() {
    TestPool p = provenKeys();

    breakTwoModels(p, true);

    assertThat(isWholePaused(p)).isFalse();
    assertThat(p.pool.choose(p.ask("sound", 30))).isInstanceOf(Choice.Lent.class);
  }

  @Test
  void twoBrokenModelsPauseTheProviderWhenNothingElseAnswers() {
    TestPool p = provenKeys();

    breakTwoModels(p, false);

    assertThat(isWholePaused(p)).isTrue();
  }

  @Test
  void twoCallsThatFailWithEveryCredentialDoNotPauseOtherModels() {
    TestPool p = provenKeys();
    Ask one = p.ask("broken-1", 30);
    Ask two = p.ask("broken-2", 30);

    fail(p.lend(one), fault(FaultClass.API_CONNECTION, 0));
    fail(p.lend(two), fault(FaultClass.API_CONNECTION, 0));
    fail(p.lend(one), fault(FaultClass.API_CONNECTION, 0));
    fail(p.lend(two), fault(FaultClass.API_CONNECTION, 0));
    fail(p.lend(one), fault(FaultClass.API_CONNECTION, 0));

    assertThat(isWholePaused(p)).isFalse();
  }

  @Test
  void anAnswerForAnotherModelEndsAPauseThatWasConcludedFromAFew() {
    TestPool p = provenKeys(4);
    Lease underWay = p.lend("sound");
    breakTwoModels(p, false);
    boolean pausedBefore = isWholePaused(p);

    TestPool.succeed(underWay);

    assertThat(pausedBefore).isTrue();
    assertThat(isWholePaused(p)).isFalse();
  }

  @Test
  void aStreamThatBeganLongBeforeDoesNotEndIt() {
    TestPool p = provenKeys(4);
    Lease underWay = p.lend("sound");
    p.time.passSeconds(60);
    breakTwoModels(p, false);

    TestPool.succeed(underWay);

    assertThat(isWholePaused(p)).isTrue();
  }

  /** As many keys of a larger pool as make an event are limited, each in a call of its own. */
  private static void limitThree(TestPool p, double hint) {
    limit(p, hint, "k1", "k2", "k3");
  }

  private static void limit(TestPool p, double hint, String... ids) {
    for (String id : ids) {
      fail(p.lendOf(id, "m"), limited(hint));
      p.time.passSeconds(0.5);
    }
  }

  @Test
  void anAnswerOfAnotherCredentialAmongTheFailuresDisprovesTheEvent() {
    TestPool p = provenKeys(6);

    limit(p, 200, "k1", "k2");
    TestPool.succeed(p.lendOf("k4", "m"));
    limit(p, 200, "k3");

    assertThat(p.pool.view().throttles()).isEmpty();
    assertThat(p.restOf("k1")).isPositive();
    assertThat(p.restOf("k3")).isPositive();
  }

  @Test
  void anAnswerThatWasUnderWayBeforeTheFirstFailureDisprovesNothing() {
    TestPool p = provenKeys(6);
    Lease before = p.lendOf("k4", "m");
    p.time.passSeconds(0.1);

    limit(p, 200, "k1", "k2");
    TestPool.succeed(before);
    limit(p, 200, "k3");

    assertThat(p.pool.view().throttles()).hasSize(1);
  }

  @Test
  void failuresOfOneCallAreOneStrike() {
    TestPool p = provenKeys(6);
    Ask ask = p.ask();
    for (int i = 0; i < 4; i++) {
      assertThat(p.pool.decide(ask, p.lend(ask), limited(200))).isInstanceOf(Decision.Rotate.class);
    }

    assertThat(p.pool.view().throttles()).isEmpty();
    assertThat(p.pool.view().credentials()).filteredOn(c -> !c.cooldowns().isEmpty()).hasSize(4);
  }

  @Test
  void aCallThatMeetsALimitWithEveryCredentialBlamesNoneSinceNobodyIsLeftToServe() {
    TestPool p = provenKeys(4);

    p.fails((_, _) -> limited(200), 5);

    assertThat(p.calls).hasSize(4);
    assertThat(p.pool.view().throttles()).singleElement().matches(t -> t.scope().equals("p/m"));
    assertThat(p.pool.view().credentials()).allMatch(c -> c.cooldowns().isEmpty());
  }

  @Test
  void failuresInABurstAreWeighedWhenCallsHaveHadTheTimeToBeAnswered() {
    TestPool p = provenKeys(6);
    List<Lease> burst = List.of(p.lendOf("k1", "m"), p.lendOf("k2", "m"), p.lendOf("k3", "m"));
    Lease underWay = p.lendOf("k4", "m");
    burst.forEach(lease -> fail(lease, limited(200)));
    boolean pausedAtOnce = !p.pool.view().throttles().isEmpty();
    p.time.passSeconds(1);

    limit(p, 200, "k5");
    boolean pausedLater = !p.pool.view().throttles().isEmpty();
    TestPool.succeed(underWay);

    assertThat(pausedAtOnce).isFalse();
    assertThat(pausedLater).isTrue();
    assertThat(p.pool.view().throttles()).as("the answer shows otherwise").isEmpty();
    assertThat(p.restOf("k1")).isPositive();
    assertThat(p.restOf("k5")).isPositive();
  }

  @Test
  void thePauseEndsWithTheFirstChunkThatAnotherCredentialBrings() {
    TestPool p = provenKeys(6);
    limit(p, 200, "k1");
    Lease stream = p.lendOf("k4", "m");
    p.time.passSeconds(1);
    limit(p, 200, "k2", "k3");
    boolean paused = !p.pool.view().throttles().isEmpty();

    stream.renew();

    assertThat(paused).isTrue();
    assertThat(p.pool.view().throttles()).isEmpty();
    assertThat(p.restOf("k2")).isPositive();
  }

  @Test
  void whoIsNotAmongTheFailuresGoesFirst() {
    TestPool p = provenKeys(6);
    limitThree(p, 20);
    p.time.passSeconds(20);

    assertThat(p.id(p.lend())).isIn("k4", "k5", "k6");
  }

  @Test
  void whatIsLeftOfTheRestsIsGivenBackWithTheirFailuresInARow() {
    TestPool p = provenKeys(6);
    // the last one names the shortest time, so that the pause ends before the rests of the others
    limit(p, 120, "k1", "k2");
    limit(p, 20, "k3");
    assertThat(p.restOf("k1")).isZero();
    p.time.passSeconds(20);

    TestPool.succeed(p.lend());

    assertThat(p.restOf("k1")).isEqualTo(98.5);
    assertThat(p.restOf("k2")).isEqualTo(99);
    assertThat(p.restOf("k3")).as("over").isZero();
    assertThat(p.view("k1").cooldowns().getFirst().failuresInRow()).isEqualTo(1);
  }

  @Test
  void aSuccessOfOneThatFailedShowsThatItWasTheProviderAndNothingIsGivenBack() {
    TestPool p = provenKeys(3);
    limit(p, 120, "k1", "k2");
    limit(p, 20, "k3");
    p.time.passSeconds(20);

    TestPool.succeed(p.lend());

    assertThat(p.pool.view().throttles()).isEmpty();
    assertThat(p.pool.view().credentials()).allMatch(c -> c.cooldowns().isEmpty());
  }

  @Test
  void aFirstCallWithAnotherCredentialThatFailsAlikeConfirmsThePauseAndIsNotBlamed() {
    TestPool p = provenKeys(6);
    limitThree(p, 15);
    p.time.passSeconds(15);
    Lease first = p.lend();
    String tried = p.id(first);

    fail(first, limited(15));

    assertThat(p.pool.view().throttles())
        .singleElement()
        .satisfies(
            t -> assertThat(t.until()).isEqualTo(FakeTime.at(p.time.secondsSinceStart() + 30)));
    assertThat(p.restOf(tried)).isZero();
    p.time.passSeconds(30);
    assertThat(p.id(p.lend())).as("the next one to ask").isNotIn("k1", "k2", "k3", tried);
  }

  @Test
  void whatAPersonHasClearedIsNotGivenBack() {
    TestPool p = provenKeys(6);
    limit(p, 120, "k1", "k2");
    limit(p, 20, "k3");
    p.pool.operator().clear("k1", null);
    p.time.passSeconds(20);

    TestPool.succeed(p.lend());

    assertThat(p.restOf("k1")).isZero();
    assertThat(p.restOf("k2")).isPositive();
  }

  @Test
  void aSetClockChangesNothingOfWhatIsGivenBack() {
    TestPool p = provenKeys(6);
    limit(p, 120, "k1", "k2");
    p.time.step(Duration.ofDays(-1));
    limit(p, 20, "k3");
    p.time.step(Duration.ofDays(1));
    p.time.passSeconds(20);

    TestPool.succeed(p.lend());

    assertThat(p.restOf("k1")).isEqualTo(98.5);
  }

  @Test
  void aTimeWithoutCallsIsNoSilence() {
    TestPool p = provenKeys(6);
    limit(p, 200, "k1", "k2");
    p.time.passSeconds(5);
    Lease underWay = p.lendOf("k4", "m");

    limit(p, 200, "k3");

    assertThat(p.pool.view().throttles()).isEmpty();
    TestPool.succeed(underWay);
    limit(p, 200, "k5");
    assertThat(p.pool.view().throttles()).isEmpty();
  }

  @Test
  void oneThatFailedAndAnswersForAnotherModelWhileAllAreHeldBackRefutesThePause() {
    TestPool p = provenKeys(3);
    fail(p.lendOf("k1", "limited-1"), limited(200));
    p.time.passSeconds(1);
    Lease other = p.lendOf("k1", "sound");
    p.time.passSeconds(1);
    fail(p.lendOf("k2", "limited-1"), limited(200));
    fail(p.lendOf("k3", "limited-2"), limited(200));
    boolean paused = isWholePaused(p);

    TestPool.succeed(other);

    assertThat(paused).isTrue();
    assertThat(isWholePaused(p)).isFalse();
    assertThat(p.restOf("k1", "p/limited-1")).isPositive();
  }
}
