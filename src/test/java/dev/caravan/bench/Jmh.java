package dev.caravan.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of single steps; started by {@code bench/jmh [--save] [pattern]} in the root
 * of the repository. With {@code --save} the figures go into {@code docs/performance.md}.
 */
public final class Jmh {
  private static final Path PAGE = Path.of("docs/performance.md");
  private static final String OWN = "dev\\.caravan\\..*";

  private Jmh() {}

  public static void main(String[] arguments) throws Exception {
    List<String> patterns = new ArrayList<>(Arrays.asList(arguments));
    boolean save = patterns.remove("--save");
    if (patterns.size() > 1 || patterns.stream().anyMatch(p -> p.startsWith("-"))) {
      System.err.println("usage: bench/jmh [--save] [pattern]");
      System.exit(2);
    }
    Collection<RunResult> results = new Runner(options(patterns)).run();
    String section = section(results, "bench/jmh" + (save ? " --save" : ""));
    System.out.println();
    System.out.print(section);
    if (save) {
      new Section("jmh").write(PAGE, section);
      System.out.println("\nwritten to " + PAGE);
    }
  }

  // short on purpose: these find what is silly, not what is two per cent faster
  private static Options options(List<String> patterns) {
    return new OptionsBuilder()
        .include(patterns.isEmpty() ? OWN : patterns.getFirst())
        .mode(Mode.AverageTime)
        .forks(1)
        .warmupIterations(2)
        .warmupTime(TimeValue.seconds(1))
        .measurementIterations(3)
        .measurementTime(TimeValue.seconds(1))
        .addProfiler(GCProfiler.class)
        .jvmArgs("-XX:+UseSerialGC", "-Xmx256m", "-XX:+UseCompactObjectHeaders")
        .build();
  }

  private static String section(Collection<RunResult> results, String command) throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(Machine.here().describe(command)).append("\n\n");
    text.append("| step | | ns | ± | bytes allocated |\n|---|---|---|---|---|\n");
    for (RunResult result : results) {
      Result<?> time = result.getPrimaryResult();
      String[] path = result.getParams().getBenchmark().split("\\.");
      text.append(
          "| %s | %s | %s | %s | %s |%n"
              .formatted(
                  path[path.length - 2].replace("Benchmark", "") + ": " + path[path.length - 1],
                  parameters(result),
                  Target.figure(nanos(time, time.getScore())),
                  Target.figure(nanos(time, time.getScoreError())),
                  allocated(result)));
    }
    return text.toString();
  }

  private static String parameters(RunResult result) {
    return result.getParams().getParamsKeys().stream()
        .map(key -> key + " " + result.getParams().getParam(key))
        .collect(Collectors.joining(", "));
  }

  private static double nanos(Result<?> time, double value) {
    return switch (time.getScoreUnit()) {
      case "ns/op" -> value;
      case "us/op" -> value * 1e3;
      case "ms/op" -> value * 1e6;
      default -> throw new IllegalStateException("a benchmark in " + time.getScoreUnit());
    };
  }

  private static String allocated(RunResult result) {
    Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
    if (bytes == null) {
      bytes = result.getSecondaryResults().get("·gc.alloc.rate.norm");
    }
    return bytes == null ? "–" : bytes.getScore() < 0.5 ? "0" : Target.figure(bytes.getScore());
  }
}
