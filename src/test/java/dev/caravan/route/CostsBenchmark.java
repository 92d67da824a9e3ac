package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.ModelName;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Usage;
import dev.caravan.pool.Settlement;
import dev.caravan.provider.model.ModelCatalogue;
import java.nio.file.Path;
import java.time.Duration;
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

/** What a call pays to know its cost; the aim is much less than a microsecond. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CostsBenchmark {
  private final Costs costs =
      new Costs(new ModelCatalogue(Path.of("no-such-folder/model-info.yaml")), new LiveProviders());
  private final Usage usage = new Usage(1_000, 2_000, 0, 500, 0, false);
  private final Call call =
      new Call(
          "id",
          "client",
          "openai-chat",
          "openai/gpt-4o",
          false,
          Deadline.in(Duration.ofSeconds(30), TimeSource.system()));

  @Benchmark
  public Settlement aCallIsSettledWithItsCost() {
    // the name is made anew for each request, so its hash is not known
    ModelName model = ModelName.parse("openai/gpt-4o").orElseThrow();
    Costs.Quote quote = costs.quote(model);
    quote.await();
    return quote.settle(call, usage);
  }
}
