package dev.caravan.pool;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What threads cost each other in a pool: {@code bench/jmh ContentionBenchmark}. The figure is the
 * time of one call on one thread, so two threads have 1.8 times the rate of one when it rises by no
 * more than a ninth. Nothing is done between two calls, which is the worst that can be.
 */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ContentionBenchmark {
  private static final Outcome ANSWERED = new Outcome.Succeeded(Usage.NONE);
  private static final int MOST_THREADS = 64;

  @Param({"shared", "own"})
  String provider = "shared";

  @Param({"10", "1000"})
  int credentials;

  private final AtomicInteger callers = new AtomicInteger();
  private List<Pool> pools = List.of();

  @Setup
  public void prepare() {
    int count = provider.equals("shared") ? 1 : MOST_THREADS;
    Pools all = new Pools(TimeSource.system(), new SplittableRandom(7));
    List<Credential> keys =
        IntStream.range(0, credentials).mapToObj(i -> TestPool.key("k" + i, 1)).toList();
    List<Pool> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(all.install("p" + i, PoolOptions.defaults(Mode.BALANCED), keys));
    }
    pools = made;
  }

  /** One thread with the pool that it calls. */
  @State(Scope.Thread)
  public static class Caller {
    private final Call call =
        new Call(
            "r",
            "c",
            "openai-chat",
            "p/m",
            false,
            Deadline.in(Duration.ofHours(1), TimeSource.system()));
    private List<Pool> pool = List.of();
    private ModelName model = new ModelName("p", "m");
    private int calls;

    @Setup
    public void prepare(ContentionBenchmark all) {
      Pool mine = all.pools.get(all.callers.getAndIncrement() % all.pools.size());
      pool = List.of(mine);
      model = new ModelName(mine.provider(), "m");
    }

    private boolean call() {
      Pool mine = pool.getFirst();
      if (mine.choose(mine.ask(call, model)) instanceof Choice.Lent(Lease lease)) {
        return lease.settle(ANSWERED);
      }
      throw new IllegalStateException("a pool without ceilings lends at once");
    }

    // a virtual thread that never parks would keep its carrier to itself
    private boolean callAndParkAtTimes() {
      if ((++calls & 63) == 0) {
        LockSupport.parkNanos(1);
      }
      return call();
    }
  }

  @Benchmark
  @Threads(1)
  public boolean oneThread(Caller caller) {
    return caller.call();
  }

  @Benchmark
  @Threads(2)
  public boolean twoThreads(Caller caller) {
    return caller.call();
  }

  @Benchmark
  @Threads(MOST_THREADS)
  @Fork(value = 1, jvmArgsAppend = "-Djmh.executor=VIRTUAL")
  public boolean sixtyFourVirtualThreads(Caller caller) {
    return caller.callAndParkAtTimes();
  }
}
