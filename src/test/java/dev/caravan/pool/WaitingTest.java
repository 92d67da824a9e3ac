package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fail;
import static dev.caravan.pool.TestPool.limited;
import static dev.caravan.pool.TestPool.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WaitingTest {
  private static TestPool oneAtATime(int keys) {
    return TestPool.of(Mode.SEQUENTIAL, keys, o -> o.maxConcurrent(1));
  }

  @Test
  @DisplayName("rotation.md case 11: a full credential is lent again at its release, not before")
  void aFullCredentialIsLentAtItsRelease() throws InterruptedException {
    TestPool p = oneAtATime(1);
    Lease running = p.lend();
    Ask second = p.ask();
    Choice.Wait wait = p.waits(second);

    p.time.passSeconds(0.7);
    succeed(running);

    assertThat(wait.reason()).isEqualTo("busy");
    assertThat(wait.place().await(Duration.ofSeconds(5))).isTrue();
    assertThat(p.view("k1").active()).isEqualTo(1);
    assertThat(p.id(p.lend(second))).isEqualTo("k1");
  }

  @Test
  @DisplayName("rotation.md case 12: a call that finds all busy is refused at its deadline")
  void aCallThatFindsAllBusyIsRefusedAtItsDeadline() {
    TestPool p = oneAtATime(1);
    p.lend();
    Ask second = p.ask("m", 1.5);

    Failure failure = p.fails(second, (_, _) -> null);

    assertThat(p.time.secondsSinceStart()).isEqualTo(1.5);
    assertThat(failure.kind()).isEqualTo(Kind.ALL_CREDENTIALS_BUSY);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(failure.details()).containsEntry("timeout", true);
    assertThat(p.view("k1").failures()).isZero();
  }

  @Test
  @DisplayName("rotation.md case 13: a release of any credential wakes the call that waits")
  void aReleaseOfAnyCredentialWakes() throws InterruptedException {
    TestPool p = oneAtATime(2);
    p.lend();
    Lease second = p.lend();
    Ask third = p.ask();
    Place place = p.waits(third).place();

    succeed(second);

    assertThat(place.await(Duration.ofSeconds(5))).isTrue();
    assertThat(p.id(p.lend(third))).isEqualTo("k2");
  }

  @Test
  @DisplayName("rotation.md case 14, W8: a lost lease gives its slot back")
  void aLostLeaseGivesItsSlotBack() {
    TestPool p = oneAtATime(1);
    p.lend();

    p.time.passSeconds(901);
    p.lend();

    assertThat(p.pool.view().leasesExpired()).isEqualTo(1);
    assertThat(p.view("k1").active()).isEqualTo(1);
  }

  @Test
  void aLeaseWithSignsOfLifeIsKept() {
    TestPool p = oneAtATime(1);
    Lease stream = p.lend();
    p.time.passSeconds(600);
    stream.renew();
    p.time.passSeconds(600);

    p.pool.tick();
    Choice choice = p.pool.choose(p.ask());

    assertThat(choice).isInstanceOf(Choice.Wait.class);
    assertThat(p.pool.view().leasesExpired()).isZero();
  }

  @Test
  void theLateOutcomeOfALostLeaseIsCountedButFreesNothing() {
    TestPool p = oneAtATime(1);
    Lease lost = p.lend();
    p.time.passSeconds(901);
    p.lend();

    boolean counted = lost.settle(new Outcome.Succeeded(Usage.NONE));

    assertThat(counted).isTrue();
    assertThat(p.view("k1").successes()).isEqualTo(1);
    assertThat(p.view("k1").active()).isEqualTo(1);
  }

  @Test
  @DisplayName("rotation.md case 15: a short cooldown is waited for")
  void aShortCooldownIsWaitedFor() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), limited(1));

    p.run((_, _) -> null, 3);

    assertThat(p.calls).containsExactly("k1@1.0");
  }

  @Test
  @DisplayName("rotation.md case 16: a cooldown longer than the budget refuses at once")
  void aCooldownLongerThanTheBudgetRefusesAtOnce() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), limited(10));

    Failure failure = p.fails((_, _) -> null, 3);

    assertThat(p.time.secondsSinceStart()).isZero();
    assertThat(failure.kind()).isEqualTo(Kind.ALL_CREDENTIALS_LIMITED);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(10));
    assertThat(failure.details()).containsEntry("retry_at", FakeTime.T + 10);
  }

  @Test
  @DisplayName("rotation.md case 17: the earliest end counts, whether cooldown or release")
  void theEarliestEndCounts() {
    TestPool p = oneAtATime(3);
    fail(p.lend(), limited(10));
    fail(p.lend(), limited(2.5));
    p.lend();

    p.run((_, _) -> null, 30);

    assertThat(p.calls).containsExactly("k2@2.5");
  }

  @Test
  @DisplayName("rotation.md case 90: a refusal names how many rest and until when")
  void aRefusalNamesHowManyRestAndUntilWhen() {
    TestPool p = TestPool.sequential(5);
    for (int seconds = 42; seconds < 47; seconds++) {
      fail(p.lend(), limited(seconds));
    }

    Failure failure = p.fails((_, _) -> null, 30);

    assertThat(failure.message()).contains("5 cooling").contains("next at " + FakeTime.at(42));
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(42));
    assertThat(failure.details().get("skipped")).hasToString("{cooldown=5}");
  }

  @Test
  void callsAreServedInOrderOfArrival() {
    TestPool p = oneAtATime(1);
    Lease running = p.lend();
    Ask first = p.ask();
    Ask second = p.ask();
    p.waits(first);
    p.waits(second);

    succeed(running);
    Choice late = p.pool.choose(p.ask());

    assertThat(late).isInstanceOf(Choice.Wait.class);
    assertThat(p.pool.choose(second)).isInstanceOf(Choice.Wait.class);
    assertThat(p.pool.choose(first)).isInstanceOf(Choice.Lent.class);
  }

  @Test
  void aCallForAnotherModelIsNotHeldUpByTheQueue() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend("m"), limited(20));
    p.waits(p.ask("m", 30));

    Lease other = p.lend("n");

    assertThat(p.id(other)).isEqualTo("k1");
  }

  @Test
  void theEndOfACooldownServesTheQueueInOrderOfArrival() {
    TestPool p = oneAtATime(1);
    fail(p.lend(), limited(5));
    Ask first = p.ask();
    Ask second = p.ask();
    p.waits(first);
    p.waits(second);

    p.time.passSeconds(5);

    assertThat(p.pool.choose(second)).isInstanceOf(Choice.Wait.class);
    assertThat(p.pool.choose(first)).isInstanceOf(Choice.Lent.class);
  }

  @Test
  @DisplayName("rotation.md W25: after a rest one call goes first, the others follow its success")
  void afterACooldownOneCallGoesFirstAndTheOthersFollowItsFirstSignOfLife()
      throws InterruptedException {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), limited(5));
    p.time.passSeconds(5);
    Lease first = p.lend();
    Ask second = p.ask();
    Place place = p.waits(second).place();

    first.renew();

    assertThat(place.await(Duration.ofSeconds(5))).isTrue();
    assertThat(p.pool.choose(second)).isInstanceOf(Choice.Lent.class);
  }

  @Test
  void aSilentFirstCallHoldsTheOthersUpForFiveSecondsOnly() {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), limited(5));
    p.time.passSeconds(5);
    p.lend();

    p.run((_, _) -> null, 30);

    assertThat(p.calls).containsExactly("k1@10.0");
  }

  @Test
  void clearingACooldownWakesTheQueue() throws InterruptedException {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), limited(20));
    Ask waiting = p.ask();
    Place place = p.waits(waiting).place();

    p.pool.clearCooldowns("k1", null);

    assertThat(place.await(Duration.ofSeconds(5))).isTrue();
    assertThat(p.pool.choose(waiting)).isInstanceOf(Choice.Lent.class);
  }

  @Test
  void aNewCredentialWakesTheQueue() throws InterruptedException {
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), limited(20));
    Ask waiting = p.ask();
    Place place = p.waits(waiting).place();

    p.pools.install("p", p.pool.options(), List.of(TestPool.key("k1", 1), TestPool.key("k2", 1)));

    assertThat(place.await(Duration.ofSeconds(5))).isTrue();
    assertThat(p.id(p.lend(waiting))).isEqualTo("k2");
  }

  @Test
  void aPlaceThatIsClosedGivesBackWhatWasLentToItMeanwhile() {
    TestPool p = oneAtATime(1);
    Lease running = p.lend();
    Place place = p.waits(p.ask()).place();
    succeed(running);

    place.close();

    assertThat(p.pool.view().leasesActive()).isZero();
    assertThat(p.view("k1").requests()).isEqualTo(1);
  }

  @Test
  void aCancelledCallInTheQueueIsPassedOver() {
    TestPool p = oneAtATime(1);
    Lease running = p.lend();
    Ask gone = p.ask();
    Ask next = p.ask();
    p.waits(gone);
    p.waits(next);
    gone.call().cancel();

    succeed(running);

    assertThat(p.pool.choose(next)).isInstanceOf(Choice.Lent.class);
  }

  @Test
  void theQueueHasALimit() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.maxConcurrent(1).maxWaiting(2));
    p.lend();
    p.waits(p.ask());
    p.waits(p.ask());

    Ask third = p.ask();
    Refusal why = p.refused(third);

    assertThat(why.cause()).isEqualTo(Refusal.Cause.QUEUE_FULL);
    assertThat(p.pool.exhausted(third, why).kind()).isEqualTo(Kind.ALL_CREDENTIALS_BUSY);
  }

  @Test
  void whoWaitsForAReleaseLooksAgainWhenTheCredentialComesBackInNeedOfRest()
      throws InterruptedException {
    TestPool p = oneAtATime(1);
    Lease running = p.lend();
    Ask waiting = p.ask("m", 20);
    Place place = p.waits(waiting).place();

    fail(running, limited(25));

    assertThat(place.await(Duration.ofSeconds(5))).isTrue();
    assertThat(p.refused(waiting).retryAt()).isEqualTo(FakeTime.at(25));
  }

  @Test
  @DisplayName("rotation.md W28: a step of the wall clock freezes nobody")
  void aStepOfTheWallClockWakesTheQueueAndLeavesRestsAsLongAsTheyAre() throws InterruptedException {
    for (Duration step : List.of(Duration.ofDays(1), Duration.ofDays(-1))) {
      TestPool p = TestPool.sequential(1);
      fail(p.lend(), limited(20));
      Ask waiting = p.ask();
      Place place = p.waits(waiting).place();

      p.time.step(step);
      p.pool.tick();

      assertThat(place.await(Duration.ofSeconds(5))).isTrue();
      assertThat(p.waits(waiting).atMost()).isEqualTo(Duration.ofSeconds(20));
      p.time.passSeconds(20);
      assertThat(p.pool.choose(waiting)).isInstanceOf(Choice.Lent.class);
    }
  }

  @Test
  void anEmptyPoolSaysWhatIsMissing() {
    TestPool p = TestPool.sequential(0);
    Ask ask = p.ask();

    Failure failure = p.pool.exhausted(ask, p.refused(ask));

    assertThat(failure.kind()).isEqualTo(Kind.GATEWAY_UNAVAILABLE);
    assertThat(failure.message()).contains("no credential is configured for p");
  }
}
