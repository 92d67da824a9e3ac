package dev.caravan.bench;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.reload.Generations;
import dev.caravan.reload.Generations.Result;
import dev.caravan.reload.RouteFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Changes the routes again and again while clients ask, every third time to something broken, and
 * looks whether a client has noticed and what is left. Started by {@code bench/reload-storm} in the
 * root of the repository.
 *
 * <p>Exit codes: 0 nothing was wrong, 1 something was, 2 wrong usage.
 */
public final class ReloadStorm {
  private static final Path BROKEN = Path.of("src/test/resources/broken-edits");
  private static final double ALLOWED_GROWTH_MEBIBYTES = 4;
  private static final int PROGRESS = 100;
  private static final int SETTLED_AFTER = 300;
  private static final int ALLOWED_CLASSES = 100;
  private static final String PLAIN = "mock/mock-1";
  private static final String STREAM = "mock/mock-20x15ms";

  /**
   * How hard it storms.
   *
   * @param perSecond requests, every other one a stream of 300 ms
   * @param reloads how many, every third broken
   * @param pause between two of them
   * @param providers route files besides those that come with the gateway
   */
  record Force(int perSecond, int reloads, Duration pause, int providers) {}

  private final Force force;
  private final SoakedGateway gateway;
  private final RouteFolder routes;
  private final PrintStream out;
  private final Client client;
  private final List<Broken> broken = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicLong plain = new AtomicLong();
  private final AtomicLong streams = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Phaser asking = new Phaser(1);
  private volatile Queue<Long> latencies = new ConcurrentLinkedQueue<>();

  /** A broken edit, and where in the folder it is put. */
  private record Broken(String target, byte[] bytes) {
    private static final Pattern AS = Pattern.compile("(?m)^# as: (.*)$");

    static Broken read(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      Matcher as = AS.matcher(new String(bytes, StandardCharsets.UTF_8));
      return new Broken(as.find() ? as.group(1) : "own.yaml", bytes);
    }
  }

  private ReloadStorm(Force force, SoakedGateway gateway, RouteFolder routes, PrintStream out)
      throws IOException {
    this.force = force;
    this.gateway = gateway;
    this.routes = routes;
    this.out = out;
    this.client = new Client(gateway.address().port(), gateway.address().key());
    try (Stream<Path> files = Files.list(BROKEN)) {
      for (Path file : files.sorted().toList()) {
        broken.add(Broken.read(file));
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    int reloads = arguments.length == 0 ? 1_000 : Integer.parseInt(arguments[0]);
    if (arguments.length > 1 || reloads < 10) {
      System.err.println("usage: bench/reload-storm [reloads], 10 or more, by default 1000");
      System.exit(2);
    }
    Path home = Files.createTempDirectory("caravan-storm");
    List<String> findings =
        run(new Force(200, reloads, Duration.ofMillis(50), 52), home, System.out);
    System.out.println(findings.isEmpty() ? "\npassed" : "\nFAILED");
    findings.forEach(finding -> System.out.println("  " + finding));
    System.exit(findings.isEmpty() ? 0 : 1);
  }

  /**
   * Runs it.
   *
   * @param home empty folder
   * @return what was wrong, none when all was well
   */
  static List<String> run(Force force, Path home, PrintStream out) throws Exception {
    RouteFolder routes = RouteFolder.copyOf(Path.of("routes"), home.resolve("routes"));
    for (int i = 1; i <= force.providers(); i++) {
      routes.write("providers/p%d.yaml".formatted(i), provider("p" + i));
    }
    try (SoakedGateway gateway = new SoakedGateway(home, routes.path())) {
      ReloadStorm storm = new ReloadStorm(force, gateway, routes, out);
      storm.blow();
      return List.copyOf(storm.findings);
    }
  }

  private void blow() throws Exception {
    Thread clients = Thread.ofPlatform().name("storm-clients").start(this::ask);
    calm();
    int tenth = Math.max(3, force.reloads() / 10);
    List<Long> millis = new ArrayList<>();
    reload(1, tenth, millis);
    double early = heap();
    int classes = classes();
    millis.clear();
    latencies = new ConcurrentLinkedQueue<>();
    reload(tenth + 1, force.reloads(), millis);
    report("answers during reloads", latencies);
    over.set(true);
    clients.join();
    asking.arriveAndAwaitAdvance();
    findings.addAll(gateway.awaitQuiet());
    awaitRetired();
    double late = heap();
    millis.sort(null);
    out.printf(
        Locale.ROOT,
        "%,d reloads, every third broken; a good one of %d routes took %d ms (median), %d (p90), %d (most)%n",
        force.reloads(),
        gateway.gateway().context().getRoutesSize(),
        at(millis, 0.5),
        at(millis, 0.9),
        at(millis, 1));
    out.printf(
        Locale.ROOT,
        "%,d plain answers, %,d streams, %d wrong%n",
        plain.get(),
        streams.get(),
        wrong.size());
    out.printf(
        Locale.ROOT,
        "heap after GC: %.1f MiB after %d reloads, %.1f MiB at the end; classes: %d and %d%n",
        early,
        tenth,
        late,
        classes,
        classes());
    judge(early, late, classes);
  }

  /** So that there is something to compare with. */
  private void calm() throws InterruptedException {
    Duration time = force.pause().multipliedBy(Math.min(200, force.reloads()));
    Thread.sleep(time.dividedBy(2)); // the JVM warms up
    latencies = new ConcurrentLinkedQueue<>();
    Thread.sleep(time.dividedBy(2));
    report("answers without reloads", latencies);
  }

  private void judge(double early, double late, int classes) {
    if (!wrong.isEmpty()) {
      findings.add(wrong.size() + " requests ended as they must not:");
      wrong.stream().limit(10).forEach(findings::add);
    }
    // after a few reloads it is not settled yet
    boolean settled = force.reloads() >= SETTLED_AFTER;
    if (settled && late - early > ALLOWED_GROWTH_MEBIBYTES) {
      findings.add("the heap grew from %.1f to %.1f MiB".formatted(early, late));
    }
    if (classes() - classes > ALLOWED_CLASSES) {
      findings.add("there are %d classes more".formatted(classes() - classes));
    }
  }

  private void reload(int from, int to, List<Long> millis) throws InterruptedException {
    Generations generations = gateway.gateway().generations();
    for (int i = from; i <= to; i++) {
      boolean good = i % 3 != 0;
      Broken edit = broken.get(i / 3 % broken.size());
      if (good) {
        routes.write("own.yaml", own(i));
      } else {
        routes.write(edit.target(), edit.bytes());
      }
      Result result = generations.reload(false);
      if (!good && !edit.target().equals("own.yaml")) {
        routes.delete(edit.target());
      }
      switch (result) {
        case Result.Changed changed when good -> millis.add(changed.took().toMillis());
        case Result.Rejected rejected when !good -> {}
        default -> findings.add("reload %d: %s".formatted(i, result));
      }
      if (good && !client.get("/own").body().equals("generation " + i)) {
        findings.add("reload %d is not what serves".formatted(i));
      }
      if (i % PROGRESS == 0) {
        out.printf(
            Locale.ROOT,
            "  %,d of %,d reloads, %,d answers, %d wrong%n",
            i,
            force.reloads(),
            plain.get() + streams.get(),
            wrong.size());
      }
      Thread.sleep(force.pause());
    }
  }

  private void awaitRetired() throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (gateway.gateway().generations().retiring() > 0 && System.nanoTime() < until) {
      Thread.sleep(20);
    }
    int left = gateway.gateway().generations().retiring();
    if (left > 0) {
      findings.add(left + " old generations are still there");
    }
  }

  // An open loop: a request that waits does not hold back the next.
  private void ask() {
    long step = 1_000_000_000L / force.perSecond();
    long next = System.nanoTime();
    for (int i = 0; !over.get(); i++) {
      LockSupport.parkNanos(next - System.nanoTime());
      next += step;
      boolean stream = i % 2 == 0;
      asking.register();
      Thread.startVirtualThread(
          () -> {
            try {
              if (stream) {
                askForStream();
              } else {
                askPlainly();
              }
            } catch (RuntimeException e) {
              wrong.add(String.valueOf(e));
            } finally {
              asking.arriveAndDeregister();
            }
          });
    }
  }

  private void askPlainly() {
    long started = System.nanoTime();
    ClientAnswer answer = client.ask(PLAIN);
    latencies.add(System.nanoTime() - started);
    plain.incrementAndGet();
    if (answer.status() != 200) {
      wrong.add("%d %s".formatted(answer.status(), answer.body()));
    }
  }

  private void askForStream() {
    ClientStream answer = client.streamOf(STREAM).awaitEnd();
    streams.incrementAndGet();
    if (answer.status() != 200 || !answer.isDone()) {
      wrong.add("stream %d: %s".formatted(answer.status(), answer.lines()));
    }
  }

  private void report(String what, Queue<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    if (!sorted.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "%s: %.2f ms (median), %.2f (p90), %.2f (p99)%n",
          what,
          at(sorted, 0.5) / 1e6,
          at(sorted, 0.9) / 1e6,
          at(sorted, 0.99) / 1e6);
    }
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.isEmpty() ? 0 : sorted.get((int) ((sorted.size() - 1) * share));
  }

  private static double heap() {
    return SoakedGateway.heapInUse() / 1048576.0;
  }

  private static int classes() {
    return ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
  }

  private static String own(int number) {
    return """
    - route:
        id: own
        from:
          uri: platform-http:/own
          steps:
            - setBody: { constant: "generation %d" }
    - route:
        id: own-tick
        from:
          uri: timer:own?period=100
          steps:
            - to: seda:own-audit
    - route:
        id: own-audit
        from:
          uri: seda:own-audit
          steps:
            - setBody: { simple: "${date:now}" }
    """
        .formatted(number);
  }

  private static String provider(String name) {
    return """
    - beans:
        - name: %s
          type: dev.caravan.provider.Provider
          properties: { baseUrl: "http://127.0.0.1:9/v1" }
    - templatedRoute:
        routeTemplateRef: openai-compatible
        parameters:
          - { name: provider, value: %s }
    """
        .formatted(name, name);
  }
}
