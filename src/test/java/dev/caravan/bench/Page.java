package dev.caravan.bench;

import static dev.caravan.bench.Target.figure;

import dev.caravan.bench.Sitting.Results;
import dev.caravan.bench.Sitting.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tables of {@code docs/performance.md} about the running gateway. */
final class Page {
  private final Results results;
  private final Subject gateway;
  private final @Nullable Subject nginx;
  private final StringBuilder text = new StringBuilder();

  private Page(Results results) {
    this.results = results;
    this.gateway = results.gateway();
    this.nginx = results.nginx();
  }

  /**
   * The section in Markdown.
   *
   * @param circumstances when, where and by which command
   */
  static String of(Results results, String circumstances) {
    return new Page(results).write(circumstances);
  }

  private String write(String circumstances) {
    line(circumstances);
    line("");
    targets();
    summary();
    plain();
    unpaced();
    paced();
    translated();
    memory();
    trouble();
    return text.toString();
  }

  private void targets() {
    line("### Targets");
    line("");
    row("target", "limit", "measured", "Caravan", "nginx", "");
    rule(6);
    for (Target t : Targets.of(results)) {
      String sign = t.atLeast() ? "≥ " : "≤ ";
      row(
          t.what(),
          sign + trimmed(t.limit()) + " " + t.unit(),
          t.isJudged() ? figure(t.measured()) + " " + t.unit() : "–",
          figure(t.value()),
          figure(t.floor()),
          t.verdict());
    }
    line("");
  }

  private void summary() {
    line("### In short");
    line("");
    String ideal = figure(Targets.idealChunks(1000));
    row(
        "",
        "CPU µs a request, 64 connections",
        "the same, 100 KB prompt",
        "CPU µs a chunk",
        "1000 paced streams: chunks/s (ideal " + ideal + ")",
        "their time to first chunk p50 / p99 ms");
    rule(6);
    List<ToDoubleFunction<Subject>> figures =
        List.of(
            s -> s.run("plain-64").cpuMicrosPerRequest(),
            s -> s.run("prompt-100k").cpuMicrosPerRequest(),
            s -> s.run("stream-16").cpuMicrosPerChunk(),
            s -> s.run("paced-1000").chunksPerSecond());
    for (Subject subject : subjects()) {
      Stream<String> cells = figures.stream().map(f -> figure(f.applyAsDouble(subject)));
      row(
          Stream.of(Stream.of(name(subject)), cells, Stream.of(first(subject.run("paced-1000"))))
              .flatMap(Function.identity())
              .toArray(String[]::new));
    }
    if (nginx != null) {
      Subject floor = nginx;
      Stream<String> cells =
          figures.stream().map(f -> times(f.applyAsDouble(gateway), f.applyAsDouble(floor)));
      String first =
          times(firstP50(gateway), firstP50(floor))
              + " / "
              + times(firstP99(gateway), firstP99(floor));
      row(
          Stream.of(Stream.of("ratio"), cells, Stream.of(first))
              .flatMap(Function.identity())
              .toArray(String[]::new));
    }
    line("");
  }

  private void plain() {
    line("### Plain answers");
    line("");
    row("", "connections", "answers/s", "p50 / p99 ms", "CPU µs a request", "ratio to nginx");
    rule(6);
    row("mock alone", "1", rate(results.mockAlone()), latency(results.mockAlone()), "", "");
    for (String run : List.of("plain-1", "plain-16", "plain-64", "plain-256", "prompt-100k")) {
      for (Subject subject : subjects()) {
        Run r = subject.run(run);
        String label = run.equals("prompt-100k") ? ", 100 KB prompt" : "";
        row(
            name(subject) + label,
            Integer.toString(r.connections()),
            rate(r),
            latency(r),
            figure(r.cpuMicrosPerRequest()),
            ratio(subject, run, Run::cpuMicrosPerRequest));
      }
    }
    line("");
  }

  private void unpaced() {
    line("### Streams of %d chunks without pause".formatted(Sitting.CHUNKS));
    line("");
    row("", "streams", "chunks/s", "first chunk p50 / p99 ms", "CPU µs a chunk", "ratio to nginx");
    rule(6);
    for (String run : List.of("stream-16", "stream-64")) {
      for (Subject subject : subjects()) {
        Run r = subject.run(run);
        row(
            name(subject),
            Integer.toString(r.connections()),
            figure(r.chunksPerSecond()),
            first(r),
            figure(r.cpuMicrosPerChunk()),
            ratio(subject, run, Run::cpuMicrosPerChunk));
      }
    }
    line("");
  }

  private void paced() {
    line("### Streams of %d chunks, %d ms apart".formatted(Sitting.CHUNKS, Sitting.GAP_MILLIS));
    line("");
    row(
        "",
        "streams",
        "chunks/s",
        "of the ideal",
        "first chunk p50 / p99 ms",
        "gap p99 ms",
        "CPU, % of a core");
    rule(7);
    for (String run : List.of("paced-200", "paced-1000")) {
      for (Subject subject : subjects()) {
        Run r = subject.run(run);
        double share = r.chunksPerSecond() / Targets.idealChunks(r.connections());
        row(
            name(subject),
            Integer.toString(r.connections()),
            figure(r.chunksPerSecond()),
            figure(100 * share) + " %",
            first(r),
            figure(r.gap().p99()),
            figure(100 * r.cpuSeconds() / r.seconds()));
      }
    }
    line("");
  }

  private void translated() {
    line("### Translated: clients of Anthropic's messages, an upstream of OpenAI's chat");
    line("");
    row("", "connections", "answers/s", "chunks/s", "CPU µs an answer", "CPU µs a chunk");
    rule(6);
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("translated-64", "plain answers");
    labels.put("translated-100k", "plain answers, 100 KB prompt");
    labels.put("translated-stream-16", "streams without pause");
    labels.put("translated-stream-64", "streams without pause");
    labels.put("translated-paced-200", "streams, %d ms apart".formatted(Sitting.GAP_MILLIS));
    labels.forEach(
        (run, label) -> {
          Run r = gateway.run(run);
          boolean stream = r.chunksPerSecond() > 0;
          row(
              label,
              Integer.toString(r.connections()),
              rate(r),
              stream ? figure(r.chunksPerSecond()) : "",
              figure(r.cpuMicrosPerRequest()),
              stream ? figure(r.cpuMicrosPerChunk()) : "");
        });
    line("");
  }

  private void memory() {
    line("### Start and memory");
    line("");
    row("", "start to first answer, s", "idle MiB", "peak MiB");
    rule(4);
    for (Subject s : subjects()) {
      row(name(s), figure(s.startSeconds()), figure(s.idlePss()), figure(s.peakPss()));
    }
    line("");
  }

  /** What takes the trust away from figures. */
  private void trouble() {
    List<String> lines = new ArrayList<>();
    for (Subject subject : subjects()) {
      for (Run run : subject.runs()) {
        if (run.errorCount() > 0) {
          lines.add("- %s, %s: %s".formatted(name(subject), run.name(), kinds(run.errors())));
        }
      }
    }
    line("### Errors and noise");
    line("");
    line(lines.isEmpty() ? "No request failed." : String.join("\n", lines));
    double[] others =
        subjects().stream()
            .flatMap(subject -> subject.runs().stream())
            .mapToDouble(Run::otherCpu)
            .sorted()
            .toArray();
    double noise = others[others.length / 2];
    line(
        "Programs that have nothing to do with it took %s %% of a core (median of the runs)%s."
            .formatted(
                figure(100 * Math.max(0, noise)),
                noise > 0.05 ? ": **too much for figures that one can rely on**" : ""));
  }

  private static String kinds(Map<String, Integer> errors) {
    return errors.entrySet().stream()
        .map(e -> e.getValue() + " times " + e.getKey().replace('|', ' ').replace('\n', ' '))
        .collect(Collectors.joining("; "));
  }

  private List<Subject> subjects() {
    return nginx == null ? List.of(gateway) : List.of(nginx, gateway);
  }

  private static String name(Subject subject) {
    return subject.name();
  }

  private String ratio(Subject subject, String run, ToDoubleFunction<Run> figure) {
    return nginx == null || subject.equals(nginx)
        ? ""
        : times(figure.applyAsDouble(subject.run(run)), figure.applyAsDouble(nginx.run(run)));
  }

  private static String times(double value, double floor) {
    return floor == 0 ? "–" : figure(value / floor) + " x";
  }

  private static String rate(Run run) {
    return figure(run.answersPerSecond());
  }

  private static String latency(Run run) {
    return figure(run.latency().p50()) + " / " + figure(run.latency().p99());
  }

  private static String first(Run run) {
    return figure(run.timeToFirst().p50()) + " / " + figure(run.timeToFirst().p99());
  }

  private static double firstP50(Subject subject) {
    return subject.run("paced-1000").timeToFirst().p50();
  }

  private static double firstP99(Subject subject) {
    return subject.run("paced-1000").timeToFirst().p99();
  }

  private static String trimmed(double limit) {
    return limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
  }

  private void row(String... cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void rule(int columns) {
    line("|" + "---|".repeat(columns));
  }

  private void line(String what) {
    text.append(what).append('\n');
  }
}
