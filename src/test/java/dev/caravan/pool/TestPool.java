package dev.caravan.pool;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.Failure;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A pool of provider {@code p} with keys k1, k2, … on a clock that tests move, and the loop that a
 * load balancer runs over it; every "sleep" moves the clock.
 */
final class TestPool {
  private static final Fingerprints FINGERPRINTS =
      Fingerprints.of("test".getBytes(StandardCharsets.UTF_8));

  final FakeTime time = new FakeTime();
  final Pools pools = new Pools(time, new SplittableRandom(42));
  final Pool pool;
  final List<String> calls = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();
  private int nextCall = 1;

  private TestPool(PoolOptions options, List<Credential> credentials, PoolMemory memory) {
    pools.keepIn(memory);
    pool = pools.install("p", options, credentials);
    credentials.forEach(c -> names.put(c.fingerprint(), c.id()));
  }

  static TestPool of(Mode mode, int keys, UnaryOperator<PoolOptions.Builder> options) {
    return of(mode, IntStream.range(0, keys).map(i -> 1).toArray(), options);
  }

  /** One key for each priority. */
  static TestPool of(Mode mode, int[] priorities, UnaryOperator<PoolOptions.Builder> options) {
    return of(mode, priorities, options, PoolMemory.NONE);
  }

  static TestPool of(
      Mode mode, int[] priorities, UnaryOperator<PoolOptions.Builder> options, PoolMemory memory) {
    List<Credential> credentials = new ArrayList<>();
    for (int i = 0; i < priorities.length; i++) {
      credentials.add(key("k" + (i + 1), priorities[i]));
    }
    PoolOptions.Builder plain =
        PoolOptions.defaults(mode)
            .with()
            .transientRetryJitter(Duration.ZERO)
            .retryAfterJitter(0)
            .fairCycle(FairCycleRules.defaults(mode).enabled(false));
    return new TestPool(options.apply(plain).build(), credentials, memory);
  }

  static TestPool sequential(int keys) {
    return of(Mode.SEQUENTIAL, keys, o -> o);
  }

  static Credential key(String id, int priority) {
    return new Credential(id, FINGERPRINTS.secret("secret-of-" + id), id, priority);
  }

  Ask ask(String model, double budget) {
    return ask(Wish.NONE, model, budget);
  }

  /** The next call of a session. */
  Ask ask(String session) {
    return ask(session, "m", 30);
  }

  Ask ask(String session, String model, double budget) {
    return ask(Wish.ofSession(session), model, budget);
  }

  Ask ask(Wish wish, String model, double budget) {
    ModelName name = ModelName.parse("p/" + model).orElseThrow();
    Deadline deadline = Deadline.in(Duration.ofMillis(Math.round(budget * 1000)), time);
    Call call = new Call("req-" + nextCall++, "c", "openai-chat", name.toString(), false, deadline);
    return pool.ask(call, name, wish);
  }

  Ask ask() {
    return ask("m", 30);
  }

  Lease lend() {
    return lend(ask());
  }

  Lease lend(String model) {
    return lend(ask(model, 30));
  }

  Lease lend(Ask ask) {
    return lent(pool.choose(ask));
  }

  static Lease lent(Choice choice) {
    if (choice instanceof Choice.Lent(Lease lease)) {
      return lease;
    }
    throw new AssertionError("expected a lease but got " + choice);
  }

  Choice.Wait waits(Ask ask) {
    Choice choice = pool.choose(ask);
    if (choice instanceof Choice.Wait wait) {
      return wait;
    }
    throw new AssertionError("expected to wait but got " + choice);
  }

  Refusal refused(Ask ask) {
    Choice choice = pool.choose(ask);
    if (choice instanceof Choice.Refused(Refusal why)) {
      return why;
    }
    throw new AssertionError("expected a refusal but got " + choice);
  }

  String id(Lease lease) {
    return lease.credential().id();
  }

  static void succeed(Lease lease) {
    lease.settle(new Outcome.Succeeded(Usage.NONE));
  }

  static void fail(Lease lease, Fault fault) {
    lease.settle(new Outcome.Faulted(fault, Usage.NONE));
  }

  /** One use of that key that ends well. */
  void use(String id, int times) {
    useOf("m", id, times);
  }

  void useOf(String model, String id, int times) {
    for (int i = 0; i < times; i++) {
      succeed(lendOf(id, model));
    }
  }

  /** A lease of that key, whoever else would have been next. */
  Lease lendOf(String id, String model) {
    List<Lease> passed = new ArrayList<>();
    Lease lease = lend(model);
    while (!id(lease).equals(id)) {
      passed.add(lease);
      if (passed.size() > 1_000) {
        throw new AssertionError(id + " is never lent");
      }
      lease = lend(model);
    }
    passed.forEach(this::giveBack);
    return lease;
  }

  void giveBack(Lease lease) {
    pool.leave(returned(lease));
  }

  /** Not lent, whether it is worth a wait or not. */
  void waitsOrRefused(Ask ask) {
    if (pool.choose(ask) instanceof Choice.Lent(Lease lease)) {
      throw new AssertionError("expected to get nothing, but got " + lease);
    }
  }

  // A lease that was never used goes back without being counted.
  private Place returned(Lease lease) {
    Place place = new Place(pool, lease.ask);
    place.handed = lease;
    return place;
  }

  static Fault fault(FaultClass kind, int status) {
    return new Fault(kind, status, null, "status " + status, "no", null);
  }

  static Fault fault(FaultClass kind, int status, double hint) {
    Duration retryAfter = Duration.ofMillis(Math.round(hint * 1000));
    return new Fault(kind, status, retryAfter, "header Retry-After", "no", null);
  }

  static Fault limited() {
    return fault(FaultClass.RATE_LIMIT, 429);
  }

  static Fault limited(double hint) {
    return fault(FaultClass.RATE_LIMIT, 429, hint);
  }

  /** What a key answers: a fault, or null for success. */
  interface Upstream extends BiFunction<String, Integer, @Nullable Fault> {}

  /** A call from arrival to its end; null when it was answered. */
  @Nullable Failure run(Upstream upstream, double budget) {
    return run(ask("m", budget), upstream);
  }

  Failure fails(Upstream upstream, double budget) {
    return fails(ask("m", budget), upstream);
  }

  Failure fails(Ask ask, Upstream upstream) {
    Failure failure = run(ask, upstream);
    if (failure == null) {
      throw new AssertionError("expected a failure, but the call was answered");
    }
    return failure;
  }

  @Nullable Failure run(Ask ask, Upstream upstream) {
    Map<String, Integer> attempts = new HashMap<>();
    while (true) {
      switch (pool.choose(ask)) {
        case Choice.Refused(Refusal why) -> {
          return pool.exhausted(ask, why);
        }
        case Choice.Wait(var _, Duration atMost, var _) -> time.pass(atMost);
        case Choice.Lent(Lease lease) -> {
          Decision decision = attempt(ask, lease, upstream, attempts);
          if (decision == null) {
            return null;
          }
          if (decision instanceof Decision.Stop(Failure failure)) {
            return failure;
          }
        }
      }
    }
  }

  private @Nullable Decision attempt(
      Ask ask, Lease lease, Upstream upstream, Map<String, Integer> attempts) {
    while (true) {
      calls.add("%s@%.1f".formatted(id(lease), time.secondsSinceStart()));
      Fault fault = upstream.apply(id(lease), attempts.merge(id(lease), 1, Integer::sum));
      if (fault == null) {
        succeed(lease);
        return null;
      }
      Decision decision = pool.decide(ask, lease, fault);
      switch (decision) {
        case Decision.RetrySame(Duration after) -> time.pass(after);
        case Decision.Rotate(Duration after) -> {
          time.pass(after);
          return decision;
        }
        case Decision.Stop(var _) -> {
          return decision;
        }
      }
    }
  }

  PoolView.CredentialView view(String id) {
    return pool.view().credentials().stream()
        .filter(c -> c.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Seconds that the key still rests for the scope, 0 when it does not. */
  double restOf(String id, String scope) {
    return view(id).cooldowns().stream()
        .map(PoolView.CooldownView::cooldown)
        .filter(c -> c.scope().equals(scope))
        .mapToDouble(c -> (c.until().toEpochMilli() - time.epochMillis()) / 1000.0)
        .findFirst()
        .orElse(0);
  }

  double restOf(String id) {
    return restOf(id, "p/m");
  }

  static List<String> ids(Lease... leases) {
    return Arrays.stream(leases).map(l -> l.credential().id()).toList();
  }
}
