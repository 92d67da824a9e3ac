package dev.caravan.bench;

import dev.caravan.bench.Servers.Server;
import dev.caravan.bench.Workload.Speech;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One measurement of everything: the mock alone, nginx, the gateway, each for as long as the
 * others.
 */
final class Sitting {
  static final int CHUNKS = 50;
  static final int GAP_MILLIS = 20;
  static final String PACED = "mock-" + CHUNKS + "x" + GAP_MILLIS + "ms";
  static final String UNPACED = "mock-" + CHUNKS + "x0ms";

  private final Servers servers;
  private final boolean quick;
  private final PrintStream progress;

  Sitting(Servers servers, boolean quick, PrintStream progress) {
    this.servers = servers;
    this.quick = quick;
    this.progress = progress;
  }

  /**
   * What a server showed.
   *
   * @param startSeconds from its start to the first answered chat request, median
   * @param idlePss in MiB, 2 seconds after the start
   */
  record Subject(String name, double startSeconds, double idlePss, List<Run> runs) {
    Run run(String run) {
      return runs.stream().filter(r -> r.name().equals(run)).findFirst().orElseThrow();
    }

    double peakPss() {
      return runs.stream().mapToDouble(Run::peakPss).max().orElse(0);
    }
  }

  /**
   * @param mockAlone one connection straight to the mock
   * @param nginx null when it is not installed
   */
  record Results(Run mockAlone, @Nullable Subject nginx, Subject gateway) {}

  Results measure() throws IOException, InterruptedException {
    try (Server mock = servers.mock()) {
      Measurement alone = new Measurement(null, mock.processes());
      Run direct = run(alone, workloads().getFirst(), mock.address(), "mock");
      Optional<Path> program = Servers.nginxProgram();
      Subject nginx = program.isPresent() ? nginx(program.get(), mock) : null;
      return new Results(direct, nginx, gateway(mock));
    }
  }

  private Subject nginx(Path program, Server mock) throws IOException, InterruptedException {
    try (Server nginx = servers.nginx(program, mock.address().port())) {
      return subject("nginx", nginx, mock, nginx.startSeconds(), List.of());
    }
  }

  // the first start is left out: it may build and it finds cold files
  private Subject gateway(Server mock) throws IOException, InterruptedException {
    List<Double> starts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      try (Server again = servers.gateway(mock.address().port())) {
        if (i > 0) {
          starts.add(again.startSeconds());
        }
        if (i == 3) {
          starts.sort(null);
          return subject("Caravan", again, mock, starts.get(1), translated());
        }
      }
    }
    throw new IllegalStateException("unreachable");
  }

  private Subject subject(
      String name, Server server, Server mock, double startSeconds, List<Workload> more)
      throws IOException, InterruptedException {
    Thread.sleep(2_000);
    double idle = server.processes().pssMebibytes();
    progress.printf(Locale.ROOT, "%s: ready in %.2f s, idle %.0f MiB%n", name, startSeconds, idle);
    Measurement measurement = new Measurement(server.processes(), mock.processes());
    List<Run> runs = new ArrayList<>();
    for (Workload workload : workloads()) {
      runs.add(run(measurement, workload, server.address(), name));
    }
    for (Workload workload : more) {
      runs.add(run(measurement, workload, server.address(), name));
    }
    return new Subject(name, startSeconds, idle, List.copyOf(runs));
  }

  private Run run(Measurement measurement, Workload workload, Address address, String who)
      throws IOException, InterruptedException {
    Run run = measurement.run(workload, address);
    progress.println(Line.of(who, run));
    return run;
  }

  /** What only the gateway can do: clients of Anthropic's dialect, an upstream of OpenAI's. */
  private List<Workload> translated() {
    return List.of(
        plain("plain-64", 64, 200, 3).as("translated-64", Speech.MESSAGES),
        plain("prompt-100k", 16, 100_000, 2).as("translated-100k", Speech.MESSAGES),
        stream("stream-16", 16).as("translated-stream-16", Speech.MESSAGES),
        stream("stream-64", 64).as("translated-stream-64", Speech.MESSAGES),
        new Workload("paced-200", 200, PACED, 200, CHUNKS, warm(3), measured(), ramp(1))
            .as("translated-paced-200", Speech.MESSAGES));
  }

  private Workload stream(String name, int streams) {
    return new Workload(name, streams, UNPACED, 200, CHUNKS, warm(2), measured(), Duration.ZERO);
  }

  private List<Workload> workloads() {
    return List.of(
        plain("plain-1", 1, 200, 3),
        plain("plain-16", 16, 200, 2),
        plain("plain-64", 64, 200, 2),
        plain("plain-256", 256, 200, 2),
        plain("prompt-100k", 16, 100_000, 2),
        stream("stream-16", 16),
        stream("stream-64", 64),
        new Workload("paced-200", 200, PACED, 200, CHUNKS, warm(3), measured(), ramp(1)),
        new Workload("paced-1000", 1000, PACED, 200, CHUNKS, warm(4), measured(), ramp(2)));
  }

  private Workload plain(String name, int connections, int prompt, int warmUpSeconds) {
    return new Workload(
        name, connections, "mock-1", prompt, 0, warm(warmUpSeconds), measured(), Duration.ZERO);
  }

  private Duration warm(int seconds) {
    return quick ? Duration.ofMillis(500L * seconds) : Duration.ofSeconds(seconds);
  }

  private Duration ramp(int seconds) {
    return warm(seconds);
  }

  private Duration measured() {
    return Duration.ofMillis(quick ? 1_500 : 5_000);
  }
}
