package dev.caravan.config;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a request pays to be recognised; the aim is less than a microsecond. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ClientKeysBenchmark {
  private static final String KEY = "gk-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

  private final ClientKeys keys =
      ClientKeys.of(Map.of(KEY, ClientKey.DEFAULT, "the-admin-token", ClientKey.ADMIN), false);

  @Benchmark
  public @Nullable ClientKey aRightKey() {
    return keys.find(KEY);
  }

  @Benchmark
  public @Nullable ClientKey aWrongKey() {
    return keys.find("gk-0123456789abcdefghijklmnopqrstuvwxyzABCDEFH");
  }
}
