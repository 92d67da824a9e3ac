package dev.caravan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import org.jspecify.annotations.Nullable;

/** What holds for a pool whatever happens to it (rotation.md 12). */
@Label("a pool, whatever happens to it")
class PoolPropertiesTest {
  private static final int CEILING = 3;

  /** One thing that happens; {@code which} picks among the calls, leases or places there are. */
  sealed interface Step {
    record Arrive(String model, boolean streams) implements Step {}

    record ChooseAgain(int which) implements Step {}

    record Leave(int which) implements Step {}

    record Succeed(int which) implements Step {}

    record Cancel(int which) implements Step {}

    record Break(int which, FaultClass kind, int hint) implements Step {}

    record Attempted(int which, FaultClass kind, int hint) implements Step {}

    record SignOfLife(int which) implements Step {}

    record Pass(int millis) implements Step {}
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> which = Arbitraries.integers().between(0, 40);
    Arbitrary<FaultClass> kinds =
        Arbitraries.oneOf(
            Arbitraries.of(FaultClass.class),
            Arbitraries.of(
                FaultClass.RATE_LIMIT, FaultClass.QUOTA_EXCEEDED, FaultClass.AUTHENTICATION));
    Arbitrary<Integer> hints = Arbitraries.of(0, 0, 0, 1, 5, 9, 10, 60, 400, 5000);
    Arbitrary<Step> arrive =
        Combinators.combine(Arbitraries.of("a", "a", "b", "c"), Arbitraries.of(true, false))
            .as(Step.Arrive::new);
    Arbitrary<Step> step =
        Arbitraries.oneOf(
            arrive,
            arrive,
            which.map(Step.ChooseAgain::new),
            which.map(Step.Leave::new),
            which.map(Step.Succeed::new),
            which.map(Step.Cancel::new),
            which.map(Step.SignOfLife::new),
            Combinators.combine(which, kinds, hints).as(Step.Break::new),
            Combinators.combine(which, kinds, hints).as(Step.Attempted::new),
            Arbitraries.of(1, 500, 5_000, 30_000, 100_000, 1_000_000).map(Step.Pass::new));
    return step.list()
        .ofMinSize(1)
        .ofMaxSize(120)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  @Property(tries = 10_000)
  @Label("rotation.md 12: whatever faults there are, leases end, ceilings and ends of rests hold")
  void everyLeaseIsSettledOnceAndNoCredentialGoesAboveItsCeiling(
      @ForAll("steps") List<Step> steps, @ForAll Mode mode, @ForAll boolean everything) {
    World world = new World(mode, everything);

    steps.forEach(world::happen);
    world.end();

    assertThat(world.booked).as("outcomes that were booked").isEqualTo(world.settled);

    assertThat(world.p.pool.view().leasesActive()).isZero();
    assertThat(world.p.pool.view().waiting()).isZero();
    assertThat(world.p.pool.view().credentials()).allMatch(c -> c.active() == 0);
  }

  @Property(tries = 1_000)
  @Label("rotation.md 12: a fault of the client stops at the first attempt")
  void aFaultOfTheClientStopsAtTheFirstAttempt(
      @ForAll Mode mode, @ForAll("steps") List<Step> before) {
    World world = new World(mode, false);
    before.forEach(world::happen);
    world.end();
    world.p.pool.clearCooldowns();

    for (FaultClass kind :
        List.of(FaultClass.INVALID_REQUEST, FaultClass.CONTEXT_WINDOW_EXCEEDED)) {
      Ask ask = world.p.ask();
      Lease lease = world.p.lend(ask);
      List<PoolView.CooldownView> rests = world.rests();

      Decision decision = world.p.pool.decide(ask, lease, Fault.of(kind, "test", "no"));

      assertThat(decision).isInstanceOf(Decision.Stop.class);
      assertThat(world.rests()).isEqualTo(rests);
    }
  }

  /** A pool with the calls, leases and places that a script has brought about so far. */
  private static final class World {
    final TestPool p;
    private final List<Ask> waiting = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private final Map<String, Cooldown> rests = new HashMap<>();
    private boolean mayFall;
    int settled;
    int booked;

    /**
     * @param everything with quota groups, windows, caps, fair cycles and sessions
     */
    World(Mode mode, boolean everything) {
      // Provider events take cooldowns back on purpose; they have tests of their own.
      p =
          TestPool.of(
              mode,
              new int[] {1, 1, 2},
              o -> with(o.maxConcurrent(CEILING).maxWaiting(10).eventKeys(0), everything),
              new Listener());
      sessions = everything;
    }

    private final boolean sessions;
    private int arrived;

    private static PoolOptions.Builder with(PoolOptions.Builder plain, boolean everything) {
      return everything
          ? plain
              .quotaGroups(Map.of("a", "pro", "b", "pro"))
              .windows(List.of(WindowRule.rolling(Duration.ofMinutes(10)).limitedTo(12)))
              .windowLimits(true)
              .caps(
                  List.of(
                      new Cap(
                          OptionalInt.empty(), "pro", Cap.limit("80%"), new Cap.Rest.UntilReset())))
              .fairCycle(FairCycleRules.defaults(Mode.SEQUENTIAL))
          : plain;
    }

    /** Counts what is booked, as somebody who keeps it would. */
    private final class Listener implements PoolMemory {
      @Override
      public @Nullable Remembered load(String provider) {
        return null;
      }

      @Override
      public void changed(StateChange change) {
        booked += change instanceof StateChange.Used ? 1 : 0;
      }
    }

    private Ask arrive(String model, boolean streams) {
      int budget = streams ? 30 : 3;
      return sessions && arrived++ % 2 == 0
          ? p.ask("session " + arrived % 5, model, budget)
          : p.ask(model, budget);
    }

    void happen(Step step) {
      mayFall = false;
      switch (step) {
        case Step.Arrive(String model, boolean streams) -> choose(arrive(model, streams));
        case Step.ChooseAgain(int which) -> {
          if (!waiting.isEmpty()) {
            choose(waiting.remove(which % waiting.size()));
          }
        }
        case Step.Leave(int which) -> {
          if (!waiting.isEmpty()) {
            leave(waiting.remove(which % waiting.size()));
          }
        }
        case Step.Succeed(int which) -> settle(which, new Outcome.Succeeded(Usage.NONE));
        case Step.Cancel(int which) -> settle(which, new Outcome.Cancelled(Usage.NONE));
        case Step.Break(int which, FaultClass kind, int hint) ->
            settle(which, new Outcome.Faulted(fault(kind, hint), Usage.NONE));
        case Step.Attempted(int which, FaultClass kind, int hint) -> decide(which, kind, hint);
        case Step.SignOfLife(int which) -> {
          if (!leases.isEmpty()) {
            leases.get(which % leases.size()).renew();
          }
        }
        case Step.Pass(int millis) -> p.time.pass(Duration.ofMillis(millis));
      }
      check();
    }

    private static Fault fault(FaultClass kind, int hint) {
      return new Fault(kind, 0, hint == 0 ? null : Duration.ofSeconds(hint), "test", "no", null);
    }

    private void choose(Ask ask) {
      switch (p.pool.choose(ask)) {
        case Choice.Lent(Lease lease) -> leases.add(lease);
        case Choice.Wait(Place place, Duration atMost, var _) -> {
          assertThat(place.ask).isSameAs(ask);
          assertThat(atMost).isPositive().isLessThanOrEqualTo(ask.deadline().remaining());
          waiting.add(ask);
        }
        case Choice.Refused(Refusal why) -> {
          assertThat(p.pool.exhausted(ask, why).message()).doesNotContain("secret-of");
          boolean endIsKnown = why.candidates().stream().anyMatch(c -> c.until() != null);
          assertThat(why.retryAt() != null).isEqualTo(endIsKnown);
        }
      }
    }

    private static void leave(Ask ask) {
      Place place = ask.place;
      if (place != null) {
        place.close();
      }
    }

    private @Nullable Lease take(int which) {
      return leases.isEmpty() ? null : leases.remove(which % leases.size());
    }

    private void settle(int which, Outcome outcome) {
      Lease lease = take(which);
      if (lease == null) {
        return;
      }
      mayFall = lease.probe;
      assertThat(lease.settle(outcome)).isTrue();
      assertThat(lease.settle(outcome)).isFalse();
      boolean counts = !(outcome instanceof Outcome.Faulted(Fault fault, var _)) || counts(fault);
      settled += counts ? 1 : 0;
    }

    private void decide(int which, FaultClass kind, int hint) {
      Lease lease = take(which);
      if (lease == null) {
        return;
      }
      mayFall = lease.probe;
      Decision decision = p.pool.decide(lease.ask, lease, fault(kind, hint));
      settled += !(decision instanceof Decision.RetrySame) && counts(fault(kind, hint)) ? 1 : 0;
      switch (decision) {
        case Decision.RetrySame(Duration after) -> {
          assertThat(lease.ask.deadline().allows(after)).isTrue();
          leases.add(lease);
        }
        case Decision.Rotate(Duration after) -> {
          assertThat(after.isZero() || lease.ask.deadline().allows(after)).isTrue();
          assertThat(lease.settle(new Outcome.Cancelled(Usage.NONE))).isFalse();
          choose(lease.ask);
        }
        case Decision.Stop(var _) ->
            assertThat(lease.settle(new Outcome.Cancelled(Usage.NONE))).isFalse();
      }
    }

    private static boolean counts(Fault fault) {
      return Rule.of(fault.kind()).counts();
    }

    List<PoolView.CooldownView> rests() {
      return p.pool.view().credentials().stream().flatMap(c -> c.cooldowns().stream()).toList();
    }

    private void check() {
      for (Member member : p.pool.parts.roster().members()) {
        assertThat(member.active).isBetween(0, CEILING);
        Map<String, Cooldown> now = new HashMap<>(4);
        running(member.whole, now);
        member.standings().forEach(standing -> running(standing, now));
        if (!now.isEmpty() || !rests.isEmpty()) {
          checkThatNoEndFell(member.id, now);
        }
      }
    }

    private void running(Standing standing, Map<String, Cooldown> into) {
      Cooldown cooldown = standing.cooldown;
      if (cooldown != null && standing.isClosed(p.time.epochMillis())) {
        into.put(cooldown.scope(), cooldown);
      }
    }

    private void checkThatNoEndFell(String id, Map<String, Cooldown> now) {
      rests.forEach(
          (key, before) -> {
            boolean runs = before.until().toEpochMilli() > p.time.epochMillis();
            if (key.startsWith(id + " ") && runs && !mayFall) {
              assertThat(now).as("cooldowns of " + key).containsKey(before.scope());
              Cooldown after = now.getOrDefault(before.scope(), before);
              assertThat(after.until()).isAfterOrEqualTo(before.until());
            }
          });
      rests.keySet().removeIf(key -> key.startsWith(id + " "));
      now.forEach((scope, cooldown) -> rests.put(id + " " + scope, cooldown));
    }

    void end() {
      while (!leases.isEmpty() || !waiting.isEmpty()) {
        settle(0, new Outcome.Cancelled(Usage.NONE));
        List<Ask> left = List.copyOf(waiting);
        waiting.clear();
        left.forEach(World::leave);
      }
    }
  }
}
