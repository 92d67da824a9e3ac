package dev.caravan.upstream;

import dev.caravan.provider.QuotaFigures;
import io.vertx.core.MultiMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs each answer to look for figures of a quota in its headers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QuotaHeadersBenchmark {
  private static final long NOW = 1_000_000_000_000L;

  private final MultiMap without = usual();
  private final MultiMap plenty =
      usual()
          .add("x-ratelimit-limit-requests", "5000")
          .add("x-ratelimit-remaining-requests", "4999")
          .add("x-ratelimit-reset-requests", "12ms");
  private final MultiMap window =
      usual()
          .add("x-ratelimit-limit", "60")
          .add("x-ratelimit-remaining", "12")
          .add("x-ratelimit-reset", "40");

  private static MultiMap usual() {
    return MultiMap.caseInsensitiveMultiMap()
        .add("date", "Sun, 09 Sep 2001 01:46:40 GMT")
        .add("content-type", "application/json")
        .add("content-length", "512")
        .add("x-request-id", "req_0123456789");
  }

  private static @Nullable QuotaFigures read(MultiMap headers) {
    return QuotaHeaders.mayTell(headers) ? QuotaFigures.read(headers::get, NOW) : null;
  }

  @Benchmark
  public @Nullable QuotaFigures nothingIsTold() {
    return read(without);
  }

  @Benchmark
  public @Nullable QuotaFigures plentyIsLeftInABucket() {
    return read(plenty);
  }

  @Benchmark
  public @Nullable QuotaFigures aWindowIsTold() {
    return read(window);
  }
}
