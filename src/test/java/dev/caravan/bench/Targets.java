package dev.caravan.bench;

import dev.caravan.bench.Sitting.Results;
import dev.caravan.bench.Sitting.Subject;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the gateway promises about speed and memory, held against what was measured. */
final class Targets {
  private static final double NAN = Double.NaN;

  private final Results results;
  private final Subject gateway;
  private final @Nullable Subject nginx;

  private Targets(Results results) {
    this.results = results;
    this.gateway = results.gateway();
    this.nginx = results.nginx();
  }

  static List<Target> of(Results results) {
    return new Targets(results).all();
  }

  /** Chunks a second that so many paced streams bring when nothing is in their way. */
  static double idealChunks(int streams) {
    return streams * Sitting.CHUNKS * 1000.0 / ((Sitting.CHUNKS - 1) * Sitting.GAP_MILLIS);
  }

  private List<Target> all() {
    return List.of(
        ratio("CPU per request, 64 connections (µs)", "plain-64"),
        ratio("CPU per request with a prompt of 100 KB (µs)", "prompt-100k"),
        atMost(
            "CPU per chunk, 16 streams without pause",
            8,
            "stream-16",
            Run::cpuMicrosPerChunk,
            "µs"),
        Target.atLeast(
            "chunks of 1000 paced streams, share of the ideal",
            98,
            shareOfIdeal(gateway),
            "%",
            nginx == null ? Double.NaN : shareOfIdeal(nginx)),
        atMost(
            "time to first chunk p99, 1000 paced streams", 150, "paced-1000", Targets::first, "ms"),
        atMost("time to first chunk p99, 200 paced streams", 5, "paced-200", Targets::first, "ms"),
        atMost("added p50 at 1 connection", 0.25, "plain-1", this::added, "ms"),
        Target.atMost(
            "memory when idle",
            130,
            gateway.idlePss(),
            "MiB",
            nginx == null ? NAN : nginx.idlePss()),
        Target.atMost(
            "memory at its peak",
            320,
            gateway.peakPss(),
            "MiB",
            nginx == null ? NAN : nginx.peakPss()),
        Target.atMost(
            "start to the first answer",
            0.8,
            gateway.startSeconds(),
            "s",
            nginx == null ? NAN : nginx.startSeconds()),
        translated("CPU per translated request, 64 connections", 120, "translated-64"),
        translated("CPU per translated request, prompt of 100 KB", 800, "translated-100k"),
        Target.atMost(
            "CPU per translated chunk, 16 streams without pause",
            12,
            gateway.run("translated-stream-16").cpuMicrosPerChunk(),
            "µs"));
  }

  private Target translated(String what, double limit, String run) {
    return Target.atMost(what, limit, gateway.run(run).cpuMicrosPerRequest(), "µs");
  }

  private Target ratio(String what, String run) {
    return Target.ratio(
        what,
        3,
        gateway.run(run).cpuMicrosPerRequest(),
        nginx == null ? NAN : nginx.run(run).cpuMicrosPerRequest());
  }

  private Target atMost(
      String what, double limit, String run, ToDoubleFunction<Run> figure, String unit) {
    double floor = nginx == null ? NAN : figure.applyAsDouble(nginx.run(run));
    return Target.atMost(what, limit, figure.applyAsDouble(gateway.run(run)), unit, floor);
  }

  private static double first(Run run) {
    return run.timeToFirst().p99();
  }

  private double added(Run run) {
    return run.latency().p50() - results.mockAlone().latency().p50();
  }

  private static double shareOfIdeal(Subject subject) {
    return 100 * subject.run("paced-1000").chunksPerSecond() / idealChunks(1000);
  }
}
