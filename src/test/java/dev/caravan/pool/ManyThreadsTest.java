package dev.caravan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.FaultClass;
import dev.caravan.call.ModelName;
import dev.caravan.call.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManyThreadsTest {
  private static final int CALLS = 2_000;
  private static final ModelName MODEL = new ModelName("p", "m");

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @Test
  void manyCallsShareFewSlotsAndAllAreServed() throws InterruptedException, ExecutionException {
    TimeSource time = TimeSource.system();
    PoolOptions options =
        PoolOptions.defaults(Mode.BALANCED).with().maxConcurrent(2).maxWaiting(CALLS).build();
    List<Credential> keys = IntStream.range(0, 3).mapToObj(i -> TestPool.key("k" + i, 1)).toList();
    Pool pool = new Pools(time, new SplittableRandom(1)).install("p", options, keys);

    int served = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        boolean stumbles = i % 50 == 0;
        String id = "r" + i;
        calls.add(threads.submit(() -> serve(pool, time, id, stumbles)));
      }
      for (Future<Boolean> call : calls) {
        served += call.get() ? 1 : 0;
      }
    }

    assertThat(served).isEqualTo(CALLS);
    assertThat(most.get()).isBetween(1, 6);
    assertThat(pool.view().leasesActive()).isZero();
    assertThat(pool.view().waiting()).isZero();
    assertThat(
            pool.view().credentials().stream().mapToLong(PoolView.CredentialView::successes).sum())
        .isEqualTo(CALLS);
  }

  private boolean serve(Pool pool, TimeSource time, String id, boolean stumbles)
      throws InterruptedException {
    Deadline deadline = Deadline.in(Duration.ofMinutes(1), time);
    Ask ask = pool.ask(new Call(id, "c", "openai-chat", "p/m", false, deadline), MODEL);
    boolean failOnce = stumbles;
    while (true) {
      switch (pool.choose(ask)) {
        case Choice.Refused(var _) -> {
          return false;
        }
        case Choice.Wait(Place place, Duration atMost, var _) -> place.await(atMost);
        case Choice.Lent(Lease lease) -> {
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          LockSupport.parkNanos(20_000); // so that calls overlap
          inFlight.decrementAndGet();
          if (!failOnce) {
            TestPool.succeed(lease);
            return true;
          }
          failOnce = false;
          pool.decide(ask, lease, TestPool.fault(FaultClass.UNKNOWN, 418));
        }
      }
    }
  }
}
