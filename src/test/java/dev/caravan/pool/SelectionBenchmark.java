package dev.caravan.pool;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Usage;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** What one call costs in its pool: ask, choose, settle. Run with {@code org.openjdk.jmh.Main}. */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class SelectionBenchmark {
  private static final ModelName MODEL = new ModelName("p", "m");
  private static final Outcome SUCCEEDED = new Outcome.Succeeded(Usage.NONE);

  @Param({"10", "1000", "50000"})
  int credentials;

  @Param({"BALANCED", "SEQUENTIAL"})
  Mode mode = Mode.BALANCED;

  private Pool pool;
  private Call call;

  public SelectionBenchmark() {
    this.pool = pool();
    this.call = call();
  }

  @Setup
  public void prepare() {
    pool = pool();
    call = call();
  }

  private Pool pool() {
    List<Credential> keys =
        IntStream.range(0, credentials).mapToObj(i -> TestPool.key("k" + i, 1)).toList();
    PoolOptions options = PoolOptions.defaults(mode).with().maxConcurrent(8).build();
    return new Pools(TimeSource.system(), new SplittableRandom(7)).install("p", options, keys);
  }

  private static Call call() {
    Deadline deadline = Deadline.in(Duration.ofHours(1), TimeSource.system());
    return new Call("r", "c", "openai-chat", "p/m", false, deadline);
  }

  @Benchmark
  public boolean chooseAndSettle() {
    if (pool.choose(pool.ask(call, MODEL)) instanceof Choice.Lent(Lease lease)) {
      return lease.settle(SUCCEEDED);
    }
    throw new IllegalStateException("a pool that nobody else uses lends at once");
  }
}
