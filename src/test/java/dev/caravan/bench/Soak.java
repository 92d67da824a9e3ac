package dev.caravan.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Wears the gateway out: hundreds of thousands of requests, one in twenty with a fault, and then a
 * look at what is left of them. Started by {@code bench/soak [requests]} in the root of the
 * repository.
 *
 * <p>Exit codes: 0 nothing is left and nothing was wrong, 1 something is, 2 wrong usage.
 */
public final class Soak {
  static final int CLIENTS = 64;
  private static final double ALLOWED_GROWTH_MEBIBYTES = 4;

  // idle upstream connections are kept for 50 s, and looked at each 5 s
  private static final Duration UPSTREAM_IDLE = Duration.ofSeconds(70);

  private final SoakedGateway gateway;
  private final SoakClients clients;
  private final PrintStream out;
  private final List<String> findings = new ArrayList<>();
  private long done;

  private Soak(SoakedGateway gateway, PrintStream out) {
    this.gateway = gateway;
    this.clients = new SoakClients(gateway.address());
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    long requests = arguments.length == 0 ? 200_000 : number(arguments[0]);
    if (arguments.length > 1 || requests < 1_000 || requests > 10_000_000) {
      System.err.println("usage: bench/soak [requests], 1000 to 10000000, by default 200000");
      System.exit(2);
    }
    Path home = Files.createTempDirectory("caravan-soak");
    List<String> findings;
    try {
      findings = run(requests, true, home, System.out);
    } finally {
      delete(home);
    }
    System.out.println(findings.isEmpty() ? "\npassed" : "\nFAILED");
    findings.forEach(finding -> System.out.println("  " + finding));
    System.exit(findings.isEmpty() ? 0 : 1);
  }

  /**
   * Starts a gateway, asks and judges.
   *
   * @param thorough whether to look at the heap and to wait for idle connections to close
   * @param home empty folder
   * @return what is wrong, none when all is well
   */
  static List<String> run(long requests, boolean thorough, Path home, PrintStream out)
      throws Exception {
    try (LogWatch log = new LogWatch();
        SoakedGateway gateway = new SoakedGateway(home, Path.of("routes"))) {
      Soak soak = new Soak(gateway, out);
      if (thorough) {
        soak.thoroughly(requests);
      } else {
        soak.upTo(requests);
      }
      soak.judge();
      log.unexpected()
          .forEach(
              (line, count) ->
                  soak.findings.add("%d unexpected log lines: %s".formatted(count.get(), line)));
      return List.copyOf(soak.findings);
    }
  }

  private void thoroughly(long requests) throws Exception {
    upTo(requests / 10);
    double early = mebibytes();
    Histogram before = Histogram.take();
    for (int tenth = 3; tenth <= 10; tenth++) {
      upTo(requests * tenth / 10);
    }
    double late = mebibytes();
    out.printf(
        Locale.ROOT, "heap after GC: %.1f MiB after a tenth, %.1f MiB at the end%n", early, late);
    if (late - early > ALLOWED_GROWTH_MEBIBYTES) {
      findings.add("the heap grew from %.1f to %.1f MiB, most of all:".formatted(early, late));
      findings.addAll(Histogram.take().growthSince(before, 12));
    }
    int open = gateway.awaitUpstreamClosed(UPSTREAM_IDLE);
    out.printf("upstream connections after the idle time: %d%n", open);
    if (open > 0) {
      findings.add(open + " upstream connections stay open for good");
    }
  }

  private void upTo(long number) throws Exception {
    long started = System.nanoTime();
    clients.ask(number, CLIENTS);
    double seconds = (System.nanoTime() - started) / 1e9;
    findings.addAll(gateway.awaitQuiet());
    int open = gateway.upstream().openConnections();
    out.printf(
        Locale.ROOT,
        "%,d requests, the last %,d at %,.0f/s; quiet: %d upstream connections kept, %d wrong answers%n",
        number,
        number - done,
        (number - done) / seconds,
        open,
        clients.wrongCount());
    done = number;
    // each loop keeps its own, and no loop ever needs more than there are clients
    int most = CLIENTS * Runtime.getRuntime().availableProcessors();
    if (open > most) {
      findings.add("%d upstream connections are open, for %d clients".formatted(open, CLIENTS));
    }
  }

  private void judge() {
    out.println("how requests ended:");
    clients.endings().forEach((how, count) -> out.printf(Locale.ROOT, "  %,9d %s%n", count, how));
    if (clients.wrongCount() > 0) {
      findings.add(clients.wrongCount() + " requests ended as they must not:");
      findings.addAll(clients.wrongSamples());
    }
  }

  private static double mebibytes() {
    return SoakedGateway.heapInUse() / 1048576.0;
  }

  private static long number(String text) {
    return text.matches("\\d{1,9}") ? Long.parseLong(text) : -1;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> inside = Files.walk(folder)) {
      inside.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }
}
