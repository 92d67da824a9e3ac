package dev.caravan.dialect.hub.tokens;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a count of 100 KB costs once the table is there; the aim is 15 ms. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TokenCountBenchmark {
  private final String prose =
      "The quick brown fox, 42 years old, doesn't jump over Zürich's lazy dogs any more. "
          .repeat(1230);
  private final String code =
      "    for (int i = 0; i < rows.size(); i++) { out.append(rows.get(i)).append('\\n'); }\n"
          .repeat(1210);

  @Benchmark
  public long proseForGpt5() {
    return TokenCounter.of("openai/gpt-5").text(prose).total();
  }

  @Benchmark
  public long codeForClaude() {
    return TokenCounter.of("anthropic/claude-sonnet-4").text(code).total();
  }
}
