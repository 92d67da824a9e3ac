package dev.caravan.pool;

import static dev.caravan.pool.TestPool.ids;
import static dev.caravan.pool.TestPool.limited;
import static dev.caravan.pool.TestPool.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.FaultClass;
import dev.caravan.call.ModelName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static Map<String, Double> shares(TestPool p, int draws) {
    Map<String, Double> shares = new HashMap<>();
    for (int i = 0; i < draws; i++) {
      Lease lease = p.lend();
      shares.merge(p.id(lease), 100.0 / draws, Double::sum);
      giveBack(p, lease);
    }
    return shares;
  }

  // Without a trace, so that the uses stay what they were.
  private static void giveBack(TestPool p, Lease lease) {
    Place place = new Place(p.pool, lease.ask);
    place.handed = lease;
    place.close();
  }

  @Test
  @DisplayName("rotation.md case 1: sequential stays on the first credential while it answers")
  void sequentialStaysOnTheFirstCredential() {
    TestPool p = TestPool.sequential(3);

    for (int i = 0; i < 5; i++) {
      assertThat(p.run((_, _) -> null, 30)).isNull();
    }

    assertThat(p.calls).containsOnly("k1@0.0").hasSize(5);
  }

  @Test
  @DisplayName("rotation.md case 2: balanced draws by weight")
  void balancedDrawsByWeight() {
    TestPool p = TestPool.of(Mode.BALANCED, 3, o -> o.tolerance(3).optimalConcurrent(-1));
    p.use("k2", 3);
    p.use("k3", 10);

    Map<String, Double> shares = shares(p, 100_000);

    assertThat(shares.get("k1")).isCloseTo(48.3, within(0.7));
    assertThat(shares.get("k2")).isCloseTo(37.9, within(0.7));
    assertThat(shares.get("k3")).isCloseTo(13.8, within(0.7));
  }

  @Test
  @DisplayName("rotation.md case 3: tolerance 0 always takes the least used")
  void toleranceZeroIsDeterministic() {
    TestPool p = TestPool.of(Mode.BALANCED, 3, o -> o.tolerance(3).optimalConcurrent(-1));
    p.use("k2", 3);
    p.use("k3", 10);
    p.pools.install("p", p.pool.options().with().tolerance(0).build(), p.pool.credentials());

    Map<String, Double> shares = shares(p, 1_000);

    assertThat(shares).containsOnlyKeys("k1");
  }

  @Test
  void toleranceZeroTakesTheLeastRecentlyUsedOfEquals() {
    TestPool p = TestPool.of(Mode.BALANCED, 3, o -> o.tolerance(0).optimalConcurrent(-1));

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Lease lease = p.lend();
      order.add(p.id(lease));
      succeed(lease);
    }

    assertThat(order).containsExactly("k1", "k2", "k3", "k1", "k2", "k3");
  }

  @Test
  @DisplayName("rotation.md W13: one call looks at a few credentials, however many there are")
  void oneCallLooksAtAFewCredentials() {
    int[] drawn = {0};
    RandomGenerator counting =
        new RandomGenerator() {
          private final SplittableRandom random = new SplittableRandom(5);

          @Override
          public long nextLong() {
            return random.nextLong();
          }

          @Override
          public int nextInt(int bound) {
            drawn[0]++; // one credential is drawn and looked at
            return random.nextInt(bound);
          }
        };
    FakeTime time = new FakeTime();
    List<Credential> many =
        IntStream.range(0, 10_000).mapToObj(i -> TestPool.key("k" + i, 1)).toList();
    PoolOptions options = PoolOptions.defaults(Mode.BALANCED);
    Pool pool = new Pool("p", options, time, counting, PoolMemory.NONE, null);
    pool.install(options, many);
    ModelName model = new ModelName("p", "m");
    Call call =
        new Call("r", "c", "openai-chat", "p/m", false, Deadline.in(Duration.ofHours(1), time));
    for (int i = 0; i < 100; i++) {
      succeed(TestPool.lent(pool.choose(pool.ask(call, model))));
    }
    drawn[0] = 0;

    for (int i = 0; i < 5_000; i++) {
      succeed(TestPool.lent(pool.choose(pool.ask(call, model))));
    }

    assertThat(drawn[0]).as("looks of 5,000 calls").isBetween(5_000, 50_000);
  }

  @Test
  @DisplayName("rotation.md case 4: calls spread first and stack after")
  void callsSpreadFirstAndStackAfter() {
    TestPool p = TestPool.of(Mode.BALANCED, 3, o -> o);

    List<String> first = ids(p.lend(), p.lend(), p.lend());
    String fourth = p.id(p.lend());

    assertThat(first).containsExactlyInAnyOrder("k1", "k2", "k3");
    assertThat(fourth).isIn("k1", "k2", "k3");
    assertThat(p.pool.view().leasesActive()).isEqualTo(4);
  }

  @Test
  @DisplayName("rotation.md case 5: a worse priority gets nothing while a better one is free")
  void aWorsePriorityGetsNothing() {
    TestPool p = TestPool.of(Mode.BALANCED, new int[] {2, 1, 1}, o -> o);

    Map<String, Double> shares = shares(p, 1_000);

    assertThat(shares).containsOnlyKeys("k2", "k3");
  }

  @Test
  @DisplayName("rotation.md case 6: a worse priority steps in while the better ones rest")
  void aWorsePriorityStepsIn() {
    TestPool p = TestPool.of(Mode.BALANCED, new int[] {2, 1, 1}, o -> o);
    TestPool.fail(p.lend(), limited(40));
    TestPool.fail(p.lend(), limited(40));

    Lease lease = p.lend();

    assertThat(p.id(lease)).isEqualTo("k1");
  }

  @Test
  @DisplayName(
      "rotation.md case 7: sequential starts on the most used, then most recent credential")
  void sequentialStartsOnTheMostUsedThenMostRecent() {
    TestPool p = TestPool.of(Mode.BALANCED, 3, o -> o);
    p.use("k1", 2);
    p.use("k2", 9);
    p.use("k3", 9);
    p.pools.install("p", PoolOptions.defaults(Mode.SEQUENTIAL), p.pool.credentials());

    Lease lease = p.lend();

    assertThat(p.id(lease)).isEqualTo("k3");
  }

  @Test
  void sequentialStaysWhereItWentAfterAFailure() {
    TestPool p = TestPool.sequential(3);
    p.use("k1", 5);

    p.run((key, _) -> key.equals("k1") ? limited(12) : null, 30);
    p.time.passSeconds(60);
    p.run((_, _) -> null, 30);

    assertThat(p.calls).containsExactly("k1@0.0", "k2@0.0", "k2@60.0");
  }

  @Test
  void sequentialReturnsToItsCredentialAfterItWasMerelyBusy() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 2, o -> o.maxConcurrent(1));
    p.use("k1", 1);
    Lease busy = p.lend();
    succeed(p.lend());
    succeed(busy);

    Lease next = p.lend();

    assertThat(p.id(next)).isEqualTo("k1");
  }

  @Test
  @DisplayName("rotation.md case 8: slots follow the priority")
  void slotsFollowThePriority() {
    Multipliers multipliers = new Multipliers(Map.of(1, 2, 2, 1), Map.of(), 1, Map.of());

    assertThat(multipliers.slots(2, Mode.SEQUENTIAL, 1)).isEqualTo(4);
    assertThat(multipliers.slots(2, Mode.SEQUENTIAL, 2)).isEqualTo(2);
    assertThat(multipliers.slots(2, Mode.SEQUENTIAL, 3)).isEqualTo(2);
  }

  @Test
  @DisplayName("rotation.md case 9: no base ceiling, no ceiling, whatever the multiplier")
  void noBaseCeilingMeansNoCeiling() {
    Multipliers multipliers = new Multipliers(Map.of(1, 10), Map.of(), 1, Map.of());
    TestPool p = TestPool.of(Mode.BALANCED, 1, o -> o.maxConcurrent(-1).multipliers(multipliers));

    for (int i = 0; i < 50; i++) {
      p.lend();
    }

    assertThat(p.view("k1").active()).isEqualTo(50);
  }

  @Test
  @DisplayName("rotation.md case 10: a multiplier of the mode beats the general one")
  void aMultiplierOfTheModeWins() {
    Multipliers multipliers =
        new Multipliers(Map.of(2, 3), Map.of(Mode.BALANCED, Map.of(2, 1)), 2, Map.of());

    assertThat(multipliers.slots(3, Mode.BALANCED, 2)).isEqualTo(3);
    assertThat(multipliers.slots(3, Mode.SEQUENTIAL, 2)).isEqualTo(9);
    assertThat(multipliers.slots(1, Mode.BALANCED, 7)).isEqualTo(2);
  }

  @Test
  @DisplayName("rotation.md case 76: a limit of one model of a quota group rests all of the group")
  void aQuotaGroupRestsTogether() {
    TestPool p =
        TestPool.of(Mode.SEQUENTIAL, 1, o -> o.quotaGroups(Map.of("a", "pro", "b", "pro")));
    TestPool.fail(p.lend("a"), TestPool.fault(FaultClass.QUOTA_EXCEEDED, 429, 7200));

    Refusal ofSibling = p.refused(p.ask("b", 30));
    Lease ofOther = p.lend("c");

    assertThat(ofSibling.retryAt()).isEqualTo(FakeTime.at(7200));
    assertThat(p.id(ofOther)).isEqualTo("k1");
  }

  @Test
  void usesAreForgottenWhenTheirWindowEnds() {
    TestPool p = TestPool.of(Mode.BALANCED, 2, o -> o.tolerance(0).optimalConcurrent(-1));
    p.use("k1", 1);
    p.use("k2", 1);
    p.use("k1", 1);
    p.time.pass(Duration.ofDays(1));
    p.use("k2", 1);

    Lease lease = p.lend();

    assertThat(p.id(lease)).isEqualTo("k1");
  }
}
