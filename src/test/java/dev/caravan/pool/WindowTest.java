package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fault;
import static dev.caravan.pool.TestPool.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import dev.caravan.provider.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Usage windows and totals (rotation.md 4). */
class WindowTest {

  static PoolView.ScopeView scope(TestPool p, String id, String scope) {
    return Objects.requireNonNull(p.view(id).scope(scope), scope);
  }

  static PoolView.WindowView window(TestPool p, String id, String scope) {
    return scope(p, id, scope).windows().getFirst();
  }

  @Test
  @DisplayName("rotation.md case 59: tokens are counted by kind, and none twice")
  void tokensAreCountedByKind() {
    TestPool p = TestPool.sequential(1);

    p.lend().settle(new Outcome.Succeeded(new Usage(200, 800, 0, 180, 120, false)));

    Counts counts = window(p, "k1", "p/m").counts();
    assertThat(counts.prompt()).isEqualTo(200);
    assertThat(counts.cacheRead()).isEqualTo(800);
    assertThat(counts.completion()).isEqualTo(180);
    assertThat(counts.thinking()).isEqualTo(120);
    assertThat(counts.output()).isEqualTo(300);
    assertThat(counts.total()).isEqualTo(1300);
    assertThat(counts.cacheShare()).isEqualTo(80.0);
    assertThat(p.view("k1").totals()).isEqualTo(counts);
  }

  @Test
  @DisplayName("rotation.md case 61: a rolling window ends in one step, its limit and record stay")
  void aRollingWindowEndsInOneStep() {
    TestPool p = rolling(18_000);
    p.use("k1", 2);
    p.pool.take("k1", Baseline.ofCount("m", 2, 250, 0));

    p.time.passSeconds(17_999);
    p.use("k1", 1);
    assertThat(window(p, "k1", "p/m").counts().requests()).isEqualTo(3);

    p.time.passSeconds(1);
    p.use("k1", 1);
    PoolView.WindowView second = window(p, "k1", "p/m");
    assertThat(second.counts().requests()).isEqualTo(1);
    assertThat(second.limit()).isEqualTo(250);
    assertThat(second.mostRequests()).isEqualTo(3);
    assertThat(second.resetAt()).isEqualTo(FakeTime.at(36_000).toEpochMilli());
    assertThat(scope(p, "k1", "p/m").totals().requests()).isEqualTo(4);
  }

  @Test
  void aShareThatAProviderTellsIsShownUntilItsResetThoughNothingIsCounted() {
    TestPool p = rolling(18_000);
    long reset = FakeTime.at(7_200).toEpochMilli();
    p.pool.take("k1", Baseline.ofFraction("m", 0.58, Window.UNKNOWN, reset));

    PoolView.WindowView told = window(p, "k1", "p/m");
    assertThat(told.shareLeft()).isEqualTo(0.58);
    assertThat(told.resetAt()).isEqualTo(reset);
    assertThat(told.counts().requests()).isZero();
    assertThat(told.limit()).isNull();

    p.time.passSeconds(7_200);
    assertThat(window(p, "k1", "p/m").shareLeft()).isNull();
    assertThat(window(p, "k1", "p/m").resetAt()).isZero();
  }

  private static TestPool rolling(int seconds) {
    return TestPool.of(
        Mode.SEQUENTIAL,
        1,
        o -> o.windows(List.of(WindowRule.rolling(Duration.ofSeconds(seconds)))));
  }

  private static Instant end(ResetMode mode, String zone, String start) {
    WindowRule rule = WindowRule.of("w", mode, LocalTime.of(3, 0), ZoneId.of(zone));
    return Instant.ofEpochMilli(rule.end(Instant.parse(start).toEpochMilli()));
  }

  @ParameterizedTest
  @DisplayName("rotation.md case 62: windows of the calendar end at their time of the day")
  @CsvSource({
    "FIXED_DAILY,       UTC, 2026-01-07T02:59:59Z, 2026-01-07T03:00:00Z",
    "FIXED_DAILY,       UTC, 2026-01-07T03:00:00Z, 2026-01-08T03:00:00Z",
    "CALENDAR_WEEKLY,   UTC, 2026-01-07T12:00:00Z, 2026-01-11T03:00:00Z",
    "CALENDAR_WEEKLY,   UTC, 2026-01-11T02:59:59Z, 2026-01-11T03:00:00Z",
    "CALENDAR_WEEKLY,   UTC, 2026-01-11T03:00:00Z, 2026-01-18T03:00:00Z",
    "CALENDAR_MONTHLY,  UTC, 2026-01-07T12:00:00Z, 2026-02-01T03:00:00Z",
    "CALENDAR_MONTHLY,  UTC, 2026-02-01T01:00:00Z, 2026-02-01T03:00:00Z",
    "CALENDAR_MONTHLY,  UTC, 2026-02-01T03:00:00Z, 2026-03-01T03:00:00Z",
    // a day of 23 hours, one of 25
    "FIXED_DAILY, America/Los_Angeles, 2026-03-07T12:00:00Z, 2026-03-08T10:00:00Z",
    "FIXED_DAILY, America/Los_Angeles, 2026-03-08T10:00:00Z, 2026-03-09T10:00:00Z",
    "FIXED_DAILY, America/Los_Angeles, 2026-11-01T11:00:00Z, 2026-11-02T11:00:00Z",
  })
  void windowsOfTheCalendarEndAtTheirTime(ResetMode mode, String zone, String start, String end) {
    assertThat(end(mode, zone, start)).isEqualTo(Instant.parse(end));
  }

  @Test
  void aWindowThatTheProviderRulesEndsByItsWordOnly() {
    WindowRule told =
        WindowRule.of(
            "told", ResetMode.API_AUTHORITATIVE, WindowRule.DEFAULT_RESET, ZoneOffset.UTC);
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.windows(List.of(told)));
    p.use("k1", 1);
    p.time.passSeconds(10_000_000);
    p.use("k1", 1);
    assertThat(window(p, "k1", "p/m").counts().requests()).isEqualTo(2);

    long reset = p.time.epochMillis() + 60_000;
    p.pool.take("k1", Baseline.ofCount("m", 2, 10, reset));
    p.time.passSeconds(61);

    assertThat(window(p, "k1", "p/m").counts().requests()).isZero();
  }

  @Test
  void aWindowWithoutUseHasNoReset() {
    TestPool p = rolling(18_000);

    p.pool.take("k1", Baseline.ofFraction("m", 1, 250, p.time.epochMillis() + 5_000));

    assertThat(window(p, "k1", "p/m").resetAt()).isZero();
    assertThat(window(p, "k1", "p/m").limit()).isEqualTo(250);
  }

  @Test
  @DisplayName("rotation.md W14: each priority has windows of its own, and they end")
  void eachPriorityHasWindowsOfItsOwn() {
    List<WindowRule> rules =
        WindowRules.read("5h tiers 1+2, 168h tiers 3", LocalTime.of(3, 0), Durations::parse);
    TestPool p =
        TestPool.of(Mode.BALANCED, new int[] {1, 3}, o -> o.windows(rules).optimalConcurrent(-1));
    p.use("k1", 3);
    p.pool.operator().disable("k1");
    p.use("k2", 5);

    assertThat(window(p, "k1", "p/m").name()).isEqualTo("5h");
    assertThat(window(p, "k2", "p/m").name()).isEqualTo("168h");
    assertThat(window(p, "k2", "p/m").primary()).isTrue();

    p.time.passSeconds(5 * 3600);
    assertThat(window(p, "k1", "p/m").counts().requests()).isZero();
    assertThat(window(p, "k2", "p/m").counts().requests()).isEqualTo(5);
    p.time.passSeconds(163 * 3600);
    assertThat(window(p, "k2", "p/m").counts().requests()).isZero();
  }

  @Test
  @DisplayName("rotation.md W14: where windows are per credential, a new one is no poor one")
  void windowsPerCredentialAreWhatIsCompared() {
    WindowRule perCredential = WindowRule.rolling(Duration.ofHours(5)).per(ScopeKind.CREDENTIAL);
    TestPool p =
        TestPool.of(
            Mode.BALANCED,
            2,
            o -> o.windows(List.of(perCredential)).tolerance(0).optimalConcurrent(-1));
    p.use("k1", 1);
    p.use("k2", 1);
    p.useOf("other", "k1", 1);
    // k1 has used more, on another model
    assertThat(p.id(p.lend())).isEqualTo("k2");

    p.time.passSeconds(5 * 3600);
    p.use("k2", 1);
    assertThat(p.id(p.lend())).isEqualTo("k1");
  }

  @Test
  void aGroupIsTheMasterForTimeAndCountsItsWeights() {
    TestPool p =
        TestPool.of(
            Mode.SEQUENTIAL,
            1,
            o -> o.quotaGroups(Map.of("a", "pro", "b*", "pro")).modelWeights(Map.of("b-large", 3)));
    p.useOf("a", "k1", 1);
    p.time.passSeconds(100);
    p.useOf("b-large", "k1", 2);

    assertThat(window(p, "k1", "pro").counts().requests()).isEqualTo(7);
    assertThat(window(p, "k1", "p/a").counts().requests()).isEqualTo(1);
    assertThat(window(p, "k1", "p/b-large").counts().requests()).isEqualTo(2);
    assertThat(window(p, "k1", "p/b-large").startedAt())
        .isEqualTo(window(p, "k1", "pro").startedAt())
        .isEqualTo(FakeTime.at(0).toEpochMilli());
    assertThat(p.view("k1").requests()).isEqualTo(3);
  }

  @Test
  void aFullWindowKeepsCallsOffWhereThatIsSwitchedOn() {
    WindowRule five = WindowRule.rolling(Duration.ofHours(5)).limitedTo(2);
    TestPool off = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.windows(List.of(five)));
    off.use("k1", 3);

    TestPool on = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.windows(List.of(five)).windowLimits(true));
    on.use("k1", 2);
    Refusal why = on.refused(on.ask());
    assertThat(why.candidates().getFirst().obstacle()).isEqualTo(Obstacle.WINDOW_FULL);
    assertThat(why.retryAt()).isEqualTo(FakeTime.at(5 * 3600));
  }

  @Test
  void ofTwoFullWindowsTheLaterEndCounts() {
    List<WindowRule> rules =
        WindowRules.read("5h limit 2 primary, 168h limit 2", LocalTime.MIN, Durations::parse);
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.windows(rules).windowLimits(true));
    p.use("k1", 2);

    assertThat(p.refused(p.ask()).retryAt()).isEqualTo(FakeTime.at(168 * 3600));
  }

  @Test
  @DisplayName("rotation.md 4.4: what one attempt counts")
  void whatOneAttemptCounts() {
    TestPool p = TestPool.sequential(1);
    TestPool.fail(p.lend(), fault(FaultClass.SERVER_ERROR, 500));
    TestPool.fail(p.lend(), fault(FaultClass.API_CONNECTION, 0));
    TestPool.fail(p.lend(), fault(FaultClass.INVALID_REQUEST, 400));
    assertThat(p.view("k1").requests()).isZero();

    p.lend().settle(new Outcome.Cancelled(new Usage(10, 0, 0, 5, 0, true)));
    assertThat(p.view("k1").requests()).isEqualTo(1);
    assertThat(p.view("k1").successes() + p.view("k1").failures()).isZero();
    assertThat(p.view("k1").totals().total()).isEqualTo(15);

    p.lend()
        .settle(
            new Outcome.Faulted(
                fault(FaultClass.TRUNCATED_STREAM, 200), new Usage(0, 0, 0, 7, 0, true)));
    assertThat(p.view("k1").failures()).isEqualTo(1);
    assertThat(p.view("k1").totals().total()).isEqualTo(22);
  }

  @Test
  void aProviderThatBillsRefusedRequestsHasThemCountedAsNoFailure() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.countsFailedRequests(true));

    p.fails((_, _) -> fault(FaultClass.INVALID_REQUEST, 400), 30);

    assertThat(p.view("k1").requests()).isEqualTo(1);
    assertThat(p.view("k1").failures()).isZero();
  }

  @Test
  void aProvidersHookSaysHowMuchItWas() {
    TestPool p = TestPool.sequential(2);

    p.lend()
        .settle(
            new Outcome.Succeeded(Usage.NONE),
            Settlement.counting(3, Duration.ofSeconds(400), false));

    assertThat(p.view("k1").requests()).isEqualTo(3);
    assertThat(p.restOf("k1")).isEqualTo(400);
    assertThat(p.id(p.lend())).isEqualTo("k2");
  }

  @Test
  void theDailyResetEndsWindowsWhoseTimeHasComeAndNoCooldown() {
    WindowRule daily =
        WindowRule.of("daily", ResetMode.FIXED_DAILY, LocalTime.of(3, 0), ZoneOffset.UTC);
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 1, o -> o.windows(List.of(daily)));
    p.use("k1", 2);
    TestPool.fail(p.lend(), fault(FaultClass.QUOTA_EXCEEDED, 429, 200_000));

    assertThat(p.pool.endWindows()).isZero();
    p.time.passSeconds(90_000);
    assertThat(p.pool.endWindows()).isEqualTo(1);

    assertThat(p.restOf("k1")).isEqualTo(110_000);
  }

  @Test
  void aClockThatIsSetBackByADayEndsNoWindowAndNoRestLater() {
    TestPool p = rolling(18_000);
    p.use("k1", 1);
    TestPool.fail(p.lend(), fault(FaultClass.RATE_LIMIT, 429, 60));

    p.time.step(Duration.ofDays(-1));
    p.time.passSeconds(60);

    succeed(p.lend());
    assertThat(window(p, "k1", "p/m").counts().requests()).isEqualTo(3);
    p.time.passSeconds(18_000);
    assertThat(window(p, "k1", "p/m").counts().requests()).isZero();
  }

  @Test
  void aTextOfWindowsIsReadOrRefusedWithWhatIsLegal() {
    List<WindowRule> rules =
        WindowRules.read(
            "daily at 00:00 zone America/Los_Angeles per group limit 250 tiers 1+2, told name api",
            LocalTime.of(3, 0),
            Durations::parse);

    assertThat(rules.getFirst())
        .isEqualTo(
            WindowRule.of(
                    "daily",
                    ResetMode.FIXED_DAILY,
                    LocalTime.MIDNIGHT,
                    ZoneId.of("America/Los_Angeles"))
                .secondary()
                .per(ScopeKind.GROUP)
                .limitedTo(250)
                .forPriorities(Set.of(1, 2)));
    assertThat(rules.get(1).name()).isEqualTo("api");
    assertThatThrownBy(() -> WindowRules.read("5h per month", LocalTime.MIN, Durations::parse))
        .hasMessageContaining("per model|group|credential")
        .isInstanceOf(IllegalArgumentException.class);
  }
}
