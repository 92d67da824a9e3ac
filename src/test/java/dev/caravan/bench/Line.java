package dev.caravan.bench;

import java.util.Locale;

/** A run in one line, for those who watch. */
final class Line {
  private Line() {}

  static String of(String who, Run run) {
    String text =
        String.format(
            Locale.ROOT,
            "  %-8s %-12s %8.0f/s  p50 %8.2f  p99 %8.2f ms  %7.1f us/request",
            who,
            run.name(),
            run.answersPerSecond(),
            run.latency().p50(),
            run.latency().p99(),
            run.cpuMicrosPerRequest());
    if (run.timeToFirst().count() > 0) {
      text +=
          String.format(
              Locale.ROOT,
              "  %7.0f chunks/s  %5.2f us/chunk  first %.2f/%.2f ms",
              run.chunksPerSecond(),
              run.cpuMicrosPerChunk(),
              run.timeToFirst().p50(),
              run.timeToFirst().p99());
    }
    text +=
        String.format(
            Locale.ROOT,
            "  %.0f MiB  (load %.0f %%, others %.0f %%)",
            run.peakPss(),
            100 * run.generatorCpu(),
            100 * run.otherCpu());
    return run.errors().isEmpty() ? text : text + "  ERRORS " + run.errors();
  }
}
