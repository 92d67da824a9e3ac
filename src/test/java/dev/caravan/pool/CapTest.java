package dev.caravan.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import dev.caravan.provider.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits of the operator (rotation.md 7.4). */
class CapTest {
  private static final WindowRule DAY = WindowRule.DAILY;

  private static Cap.Rest rest(String text) {
    return Cap.rest(
        text,
        t ->
            Durations.parse(t)
                .map(d -> OptionalLong.of(d.toSeconds()))
                .orElse(OptionalLong.empty()));
  }

  private static Cap cap(String name, String limit, String rest) {
    return new Cap(OptionalInt.of(1), name, Cap.limit(limit), rest(rest));
  }

  private static TestPool pool(Cap cap, long windowLimit) {
    return TestPool.of(
        Mode.SEQUENTIAL, 1, o -> o.caps(List.of(cap)).windows(List.of(DAY.limitedTo(windowLimit))));
  }

  @ParameterizedTest
  @CsvSource({
    "100, 250, 100", "300, 250, 250", "-20, 250, 230", "-300, 250, 0", "80%, 250, 200",
    "0, 250, 0", "+50, 250, 250", "80%, -1, -1", "-20, -1, -1", "100, -1, 100",
  })
  @DisplayName("rotation.md 7.4: what a cap comes to, never looser than the provider's own limit")
  void whatACapComesTo(String text, long windowLimit, long effective) {
    assertThat(cap("m", text, "quota_reset").effective(windowLimit).orElse(-1))
        .isEqualTo(effective);
  }

  @Test
  @DisplayName("rotation.md case 66: a share of the window's limit is reached by a success")
  void aShareIsReachedByASuccess() {
    TestPool p = pool(cap("m", "80%", "quota_reset"), 250);
    p.use("k1", 199);
    assertThat(p.restOf("k1")).isZero();

    p.use("k1", 1);

    assertThat(p.restOf("k1")).isEqualTo(86_400);
    Refusal why = p.refused(p.ask());
    assertThat(why.candidates().getFirst().obstacle()).isEqualTo(Obstacle.CAPPED);
    assertThat(why.retryAt()).isEqualTo(FakeTime.at(86_400));
    p.time.passSeconds(86_400);
    assertThat(p.id(p.lend())).isEqualTo("k1");
  }

  @Test
  @DisplayName("rotation.md case 67: without the window's limit a relative cap waits for it")
  void withoutTheWindowsLimitARelativeCapWaits() {
    TestPool p = pool(cap("m", "-20", "quota_reset"), -1);

    p.use("k1", 500);

    PoolView.CapView view = Objects.requireNonNull(WindowTest.scope(p, "k1", "p/m").cap());
    assertThat(view.limit()).isNull();
    assertThat(view.used()).isEqualTo(500);
    assertThat(p.restOf("k1")).isZero();
  }

  @Test
  @DisplayName("rotation.md case 69: a fixed rest counts from the moment at which it was reached")
  void aFixedRestCountsFromWhenItWasReached() {
    TestPool p = pool(cap("m", "5", "fixed:3600"), -1);
    p.use("k1", 5);

    for (double at : new double[] {10, 1800}) {
      p.time.moveTo(at);
      assertThat(p.refused(p.ask()).retryAt()).isEqualTo(FakeTime.at(3600));
    }
    p.time.moveTo(3600);
    assertThat(p.id(p.lend())).isEqualTo("k1");
  }

  @Test
  @DisplayName("rotation.md W17: caps of models with dots, of groups with any dash, of many tiers")
  void namesAreComparedWithoutTheirDashes() {
    assertThat(Cap.plain("openai/gpt-4.1_mini")).isEqualTo("gpt-4-1-mini");
    TestPool p =
        TestPool.of(Mode.SEQUENTIAL, 1, o -> o.caps(List.of(cap("GPT_4_1", "2", "quota_reset"))));

    p.useOf("gpt-4.1", "k1", 2);

    assertThat(p.restOf("k1", "p/gpt-4.1")).isEqualTo(86_400);
  }

  @Test
  void theCapOfAModelRestsNoOtherOfItsGroup() {
    TestPool p =
        TestPool.of(
            Mode.SEQUENTIAL,
            1,
            o ->
                o.caps(List.of(cap("a", "2", "quota_reset")))
                    .quotaGroups(Map.of("a", "pro", "b", "pro")));

    p.useOf("a", "k1", 2);

    assertThat(p.refused(p.ask("a", 30)).candidates().getFirst().obstacle())
        .isEqualTo(Obstacle.CAPPED);
    assertThat(p.id(p.lend("b"))).isEqualTo("k1");
  }

  @Test
  void anOffsetRestsLongerThanTheWindowAndAShareOfItToo() {
    TestPool later = pool(cap("m", "1", "offset:300"), -1);
    later.use("k1", 1);
    assertThat(later.restOf("k1")).isEqualTo(86_700);

    TestPool earlier = pool(cap("m", "1", "-5m"), -1);
    earlier.use("k1", 1);
    assertThat(earlier.restOf("k1")).isEqualTo(86_400);

    TestPool share = pool(cap("m", "1", "+50%"), -1);
    share.use("k1", 1);
    assertThat(share.restOf("k1")).isEqualTo(129_600);
  }

  @Test
  void aCapOfZeroMeansNever() {
    TestPool p = pool(cap("m", "0", "fixed:60"), -1);

    assertThat(p.refused(p.ask()).candidates().getFirst().obstacle()).isEqualTo(Obstacle.CAPPED);
  }

  @Test
  void theDefaultHoldsForPrioritiesWithoutACapOfTheirOwn() {
    Cap all = new Cap(OptionalInt.empty(), "m", Cap.limit("1"), rest("quota_reset"));
    TestPool p =
        TestPool.of(
            Mode.BALANCED,
            new int[] {1, 2},
            o -> o.caps(List.of(cap("m", "3", "quota_reset"), all)));

    p.use("k1", 3);
    p.use("k2", 1);

    assertThat(p.refused(p.ask()).candidates()).allMatch(c -> c.obstacle() == Obstacle.CAPPED);
  }

  @Test
  void aCapThatIsRaisedLetsCallsThroughAtOnce() {
    TestPool p = pool(cap("m", "2", "quota_reset"), -1);
    p.use("k1", 2);

    p.pools.install(
        "p",
        p.pool.options().with().caps(List.of(cap("m", "4", "quota_reset"))).build(),
        p.pool.credentials());

    assertThat(p.id(p.lend())).isEqualTo("k1");
  }

  @Test
  void whatCannotBeReadSaysWhatIsLegal() {
    assertThatThrownBy(() -> Cap.limit("120%")).hasMessageContaining("80%");
    assertThatThrownBy(() -> Cap.limit("many")).hasMessageContaining("100, -20");
    assertThatThrownBy(() -> rest("sometimes")).hasMessageContaining("fixed:3600");
    assertThat(rest("1h30m")).isEqualTo(new Cap.Rest.Fixed(5400));
    assertThat(rest("+5m")).isEqualTo(new Cap.Rest.AfterReset(300));
    assertThat(rest("-20%")).isEqualTo(new Cap.Rest.AfterResetShare(-20));
    assertThat(Duration.ofDays(1)).isEqualTo(DAY.length());
  }

  @Test
  @DisplayName("rotation.md case 88, W18: two gateways that share a credential keep to the cap")
  void twoGatewaysThatShareACredentialKeepToTheCap() {
    int answered = 0;
    for (int gateway = 0; gateway < 2; gateway++) {
      TestPool p =
          TestPool.of(
              Mode.SEQUENTIAL, 1, o -> o.caps(List.of(cap("m", "100", "quota_reset"))).replicas(2));
      for (int i = 0; i < 100; i++) {
        if (p.pool.choose(p.ask()) instanceof Choice.Lent(Lease lease)) {
          TestPool.succeed(lease);
          answered++;
        }
      }
    }

    assertThat(answered).isEqualTo(100);
  }

  @Test
  @DisplayName("rotation.md W30: money is set aside for calls under way, and a refusal is local")
  void moneyIsSetAsideForCallsUnderWay() {
    TestPool p =
        TestPool.of(Mode.SEQUENTIAL, 1, o -> o.caps(List.of(cap("m", "5usd", "quota_reset"))));
    Settlement aDollar = Settlement.costing(1);
    for (int i = 0; i < 3; i++) {
      p.lend().settle(new Outcome.Succeeded(Usage.NONE), aDollar);
    }
    Lease fourth = p.lend();
    Lease fifth = p.lend();

    Refusal sixth = p.refused(p.ask());

    assertThat(sixth.retryAt()).as("when the window ends").isEqualTo(FakeTime.at(86_400));
    assertThat(p.view("k1").failures()).isZero();
    assertThat(p.view("k1").cooldowns()).isEmpty();
    fourth.settle(new Outcome.Succeeded(Usage.NONE), Settlement.costing(0.25));
    fifth.settle(new Outcome.Succeeded(Usage.NONE), Settlement.costing(0.25));
    Lease last = p.lend();
    last.settle(new Outcome.Succeeded(Usage.NONE), aDollar);

    assertThat(p.refused(p.ask()).retryAt()).as("4.50 are spent").isEqualTo(FakeTime.at(86_400));
    p.time.passSeconds(86_400);
    p.lend();
  }

  @Test
  void whatHasNoKnownPriceIsNotLimitedByMoney() {
    TestPool p =
        TestPool.of(Mode.SEQUENTIAL, 1, o -> o.caps(List.of(cap("m", "0.5usd", "quota_reset"))));
    for (int i = 0; i < 100; i++) {
      p.lend().settle(new Outcome.Succeeded(Usage.NONE));
    }
    assertThat(cap("m", " 0.5 USD", "quota_reset").text()).isEqualTo("0.5usd");
  }
}
