package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fail;
import static dev.caravan.pool.TestPool.fault;
import static dev.caravan.pool.TestPool.limited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What outlives a restart, and what is told of each change (rotation.md 4.6, 11). */
class MemoryTest {

  /** Remembers a snapshot and what came after it, as a journal on disk would. */
  private static final class Notebook implements PoolMemory {
    @Nullable PoolState snapshot;
    final List<StateChange> since = new ArrayList<>();

    @Override
    public @Nullable Remembered load(String provider) {
      PoolState known = snapshot;
      if (known == null) {
        known = new PoolState(provider, 0, List.of(), List.of(), List.of(), List.of());
      }
      return new Remembered(known, List.copyOf(since));
    }

    @Override
    public void changed(StateChange change) {
      since.add(change);
    }

    <T extends StateChange> List<T> of(Class<T> kind) {
      return since.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  private static PoolOptions.Builder options(PoolOptions.Builder plain) {
    return plain
        .quotaGroups(Map.of("a", "pro", "b", "pro"))
        .fairCycle(FairCycleRules.defaults(Mode.SEQUENTIAL).enabled(true));
  }

  private static TestPool pool(Notebook notebook) {
    return TestPool.of(Mode.SEQUENTIAL, new int[] {1, 1, 1}, MemoryTest::options, notebook);
  }

  /** The same pool in a process that has just started, at the time of the other. */
  private static Pool restarted(TestPool p, Notebook notebook) {
    Pools pools = new Pools(p.time, new java.util.SplittableRandom(7));
    pools.keepIn(notebook);
    return pools.install("p", p.pool.options(), p.pool.credentials());
  }

  private static void live(TestPool p) {
    p.lend("a").settle(new Outcome.Succeeded(new Usage(10, 5, 1, 7, 3, false)));
    p.useOf("m", "k1", 2);
    fail(p.lend("a"), fault(FaultClass.QUOTA_EXCEEDED, 429, 40_000));
    fail(p.lend("m"), limited());
    p.time.passSeconds(11);
    fail(p.lend("m"), limited());
    p.pool.take("k2", Baseline.ofCount("b", 30, 100, p.time.epochMillis() + 9_000_000));
    p.pool.operator().disable("k3");
    p.pool.operator().pin("S", "k2");
    p.pool.operator().throttle("p/x", Duration.ofMinutes(5), "test");
    p.lend("b").settle(new Outcome.Cancelled(Usage.NONE));
  }

  private static void assertSame(Pool after, Pool before) {
    PoolView now = after.view();
    PoolView then = before.view();
    assertThat(now.credentials())
        .usingRecursiveComparison()
        .ignoringFields("lastUsed", "active", "scopesFailed")
        .isEqualTo(then.credentials());
    assertThat(now.throttles()).isEqualTo(then.throttles());
    assertThat(now.pins()).isEqualTo(then.pins());
    assertThat(now.cycles()).containsExactlyInAnyOrderElementsOf(then.cycles());
  }

  @Test
  @DisplayName("rotation.md W18: a snapshot gives the same pool again")
  void aSnapshotGivesTheSamePoolAgain() {
    Notebook notebook = new Notebook();
    TestPool p = pool(notebook);
    live(p);

    Notebook copy = new Notebook();
    copy.snapshot = p.pool.state();

    assertSame(restarted(p, copy), p.pool);
  }

  @Test
  @DisplayName(
      "rotation.md W18: the changes alone give the same pool again, and so do those after a"
          + " snapshot")
  void theChangesGiveTheSamePoolAgain() {
    Notebook notebook = new Notebook();
    TestPool p = pool(notebook);
    live(p);
    assertSame(restarted(p, notebook), p.pool);

    Notebook both = new Notebook();
    both.snapshot = p.pool.state();
    int before = notebook.since.size();
    p.time.passSeconds(40);
    live(p);
    both.since.addAll(notebook.since.subList(before, notebook.since.size()));

    assertSame(restarted(p, both), p.pool);
  }

  @Test
  @DisplayName("rotation.md case 38: what an operator has cleared is still clear after a restart")
  void whatAnOperatorHasClearedIsStillClearAfterARestart() {
    Notebook notebook = new Notebook();
    TestPool p = pool(notebook);
    fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 429, 1_555_200));
    p.pool.operator().clear("k1", null);

    Pool after = restarted(p, notebook);

    assertThat(after.view().credentials().getFirst().cooldowns()).isEmpty();
    assertThat(notebook.of(StateChange.CooldownCleared.class))
        .extracting(StateChange.CooldownCleared::why)
        .containsExactly(StateChange.ClearReason.OPERATOR);
  }

  @Test
  void aLongRestIsProbedAfterARestartOnTheScheduleThatItHad() {
    Notebook notebook = new Notebook();
    TestPool p = pool(notebook);
    fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 429, 1_555_200));

    p.time.passSeconds(900);
    Pool after = restarted(p, notebook);
    Lease lease = TestPool.lent(after.choose(after.ask(p.ask().call(), p.ask().model())));

    assertThat(lease.credential().id()).isEqualTo("k1");
    assertThat(lease.settle(new Outcome.Succeeded(Usage.NONE))).isTrue();
    assertThat(after.view().credentials().getFirst().cooldowns()).isEmpty();
  }

  @Test
  void theFailuresInARowAreRememberedWithTheirCooldown() {
    Notebook notebook = new Notebook();
    TestPool p = pool(notebook);
    p.pool.operator().disable("k2");
    p.pool.operator().disable("k3");
    fail(p.lend(), limited());
    p.time.passSeconds(11);

    Pool after = restarted(p, notebook);
    Lease lease = TestPool.lent(after.choose(after.ask(p.ask().call(), p.ask().model())));
    lease.settle(new Outcome.Faulted(limited(), Usage.NONE));

    Cooldown rest = after.view().credentials().getFirst().cooldowns().getFirst().cooldown();
    assertThat(Duration.between(rest.since(), rest.until())).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  @DisplayName("rotation.md W20: state goes by the id, whatever is renumbered or removed")
  void aCredentialThatIsNoLongerConfiguredIsHistoryAndComesBackWhole() {
    Notebook notebook = new Notebook();
    TestPool p = pool(notebook);
    p.use("k1", 4);
    List<Credential> all = p.pool.credentials();

    p.pools.install("p", p.pool.options(), all.subList(1, 3));
    assertThat(p.pool.view().credentials()).hasSize(2);
    assertThat(p.pool.state().credentials())
        .anyMatch(c -> c.id().equals("k1") && !c.configured() && c.totals().requests() == 4);

    p.pools.install("p", p.pool.options(), all);
    assertThat(p.view("k1").requests()).isEqualTo(4);
  }

  @Test
  @DisplayName("http-api.md 16.2: reading again takes the higher counts and the later ends")
  void readingAgainTakesTheHigherCountsAndTheLaterEnds() {
    TestPool p = TestPool.sequential(2);
    p.use("k1", 3);
    PoolState old = p.pool.state();
    p.use("k1", 2);
    fail(p.lend(), limited(500));

    p.pool.merge(old);

    assertThat(p.view("k1").requests()).isEqualTo(6);
    assertThat(p.restOf("k1")).isEqualTo(500);

    p.pool.replace(old);
    assertThat(p.view("k1").requests()).isEqualTo(3);
    assertThat(p.restOf("k1")).isZero();
  }

  @Test
  void nothingIsBuiltWhenNobodyListens() {
    TestPool p = TestPool.sequential(1);

    assertThat(p.pool.parts.journal().isOn()).isFalse();
    p.use("k1", 1);
  }

  @Test
  @DisplayName("rotation.md W32: limits of the operator, used up pools and lost leases are told")
  void whatPeopleWantToHearOfIsTold() {
    Notebook notebook = new Notebook();
    TestPool p = pool(notebook);
    p.pool.operator().disable("k2");
    p.pool.operator().disable("k3");
    fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 429, 40_000));
    p.refused(p.ask());
    p.lend("b");
    p.time.passSeconds(1000);
    p.pool.tick();

    assertThat(notebook.of(StateChange.PoolExhausted.class))
        .extracting(StateChange.PoolExhausted::retryAt)
        .containsExactly(FakeTime.at(40_000).toEpochMilli());
    assertThat(notebook.of(StateChange.LeaseExpired.class)).hasSize(1);
    assertThat(notebook.since).allMatch(change -> !change.toString().contains("secret-of"));
  }

  @Test
  @DisplayName("rotation.md W1: a state with times that cannot be true holds nobody off for good")
  void aStateWithTimesThatCannotBeTrueHoldsNobodyOffForGood() {
    Notebook notebook = new Notebook();
    TestPool p = TestPool.sequential(1);
    fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 429, 2_000_000));
    PoolState state = p.pool.state();
    notebook.snapshot = state;
    p.time.passSeconds(61);

    Pool after = restarted(p, notebook);

    // the last key is asked again a minute later, whatever the file says
    assertThat(after.choose(after.ask(p.ask().call(), p.ask().model())))
        .isInstanceOf(Choice.Lent.class);
  }
}
