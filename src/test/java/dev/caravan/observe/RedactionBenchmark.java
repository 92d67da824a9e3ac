package dev.caravan.observe;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a log record of usual length pays for the masks, with a hundred known secrets. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RedactionBenchmark {
  private final Redaction redaction =
      new Redaction(
          IntStream.range(0, 100).mapToObj(i -> "gsk_%040d".formatted(i * 7919)).toList(),
          List.of());

  private final String clean =
      "upstream groq: credential k3f9a1 refused with 429, rests for 12s; trying the next of 4 "
          + "(model groq/llama-3.1-8b-instant, attempt 2, status=429, retryAfter=12s)";

  private final String dirty = clean + " gsk_%040d".formatted(50 * 7919);

  @Benchmark
  public String aCleanRecord() {
    return redaction.mask(clean);
  }

  @Benchmark
  public String aRecordWithASecret() {
    return redaction.mask(dirty);
  }
}
