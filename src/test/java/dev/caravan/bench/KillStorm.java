package dev.caravan.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.RunningProcess;
import dev.caravan.mock.MockProvider;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Kills a gateway under load at random moments with SIGKILL, starts it again in the same folder,
 * and compares what it remembers with what its clients and its provider have seen: nothing that is
 * older than a second may be missing, and no file may be damaged. Started by {@code
 * bench/kill-storm [kills]} in the root of the repository.
 *
 * <p>Three providers share one mock: {@code count} has keys that always work, {@code cool} has keys
 * that answer three times and then say that they are used up for ten hours, {@code cap} has a cap
 * of the operator.
 *
 * <p>Exit codes: 0 nothing was lost, 1 something was, 2 wrong usage.
 */
public final class KillStorm {
  private static final String CLIENT_KEY = "sk-storm-client-0123456789";
  private static final long SECOND = 1_000_000_000L;
  private static final int COOL_KEYS = 1500;
  private static final int GOOD_UNTIL = 3;
  private static final int CAP = 40;
  private static final int CAP_KEYS = 60;

  private final Path home;
  private final PrintStream out;
  private final MockProvider mock;
  private final SplittableRandom random;
  private final List<String> findings = new ArrayList<>();
  private final ConcurrentLinkedQueue<Long> answered = new ConcurrentLinkedQueue<>();
  private final AtomicLong sent = new AtomicLong();
  private final Map<String, Long> usedUpAt = new ConcurrentHashMap<>();
  private final Map<String, Long> cappedAt = new ConcurrentHashMap<>();

  /** How many requests of a key the mock must have seen for it to be used up, or at its cap. */
  private final Map<String, Long> enough = new ConcurrentHashMap<>();

  private volatile int port;
  private volatile boolean over;
  private long remembered;
  private long lostAtMost;
  private int beforeReady;
  private int told;

  private KillStorm(Path home, MockProvider mock, long seed, PrintStream out) {
    this.home = home;
    this.mock = mock;
    this.random = new SplittableRandom(seed);
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    int kills = arguments.length == 0 ? 100 : number(arguments[0]);
    if (arguments.length > 1 || kills < 1 || kills > 10_000) {
      System.err.println("usage: bench/kill-storm [kills], 1 to 10000, by default 100");
      System.exit(2);
    }
    Path home = Files.createTempDirectory("caravan-storm");
    List<String> findings;
    try {
      findings = run(kills, 3 * SECOND, home, System.out);
    } finally {
      delete(home);
    }
    System.out.println(findings.isEmpty() ? "\npassed" : "\nFAILED");
    findings.forEach(finding -> System.out.println("  " + finding));
    System.exit(findings.isEmpty() ? 0 : 1);
  }

  /**
   * Kills it so many times.
   *
   * @param longest nanoseconds that a gateway lives under load at most
   * @param home empty folder
   * @return what is wrong, none when all is well
   */
  static List<String> run(int kills, long longest, Path home, PrintStream out) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (MockProvider mock = MockProvider.start(vertx, "127.0.0.1", 0)) {
      KillStorm storm = new KillStorm(home, mock, System.nanoTime(), out);
      storm.run(kills, longest);
      return List.copyOf(storm.findings);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PROXY_API_KEY", CLIENT_KEY);
    environment.put("MANAGEMENT_PORT", "0");
    for (String provider : List.of("COUNT", "COOL", "CAP")) {
      environment.put(provider + "_API_BASE", mock.baseUrl());
    }
    for (int i = 1; i <= 4; i++) {
      environment.put("COUNT_API_KEY_" + i, "sk-good-count-" + i);
    }
    for (int i = 1; i <= COOL_KEYS; i++) {
      environment.put("COOL_API_KEY_" + i, coolKey(i));
    }
    environment.put("ROTATION_MODE_COOL", "sequential");
    environment.put("FAIR_CYCLE_COOL", "false");
    environment.put("QUOTA_GROUPS_CAP_ALL", "mock-5");
    environment.put("CUSTOM_CAP_CAP_TDEFAULT_ALL", Integer.toString(CAP));
    environment.put("ROTATION_MODE_CAP", "sequential");
    environment.put("FAIR_CYCLE_CAP", "false");
    for (int i = 1; i <= CAP_KEYS; i++) {
      environment.put("CAP_API_KEY_" + i, "sk-good-cap-" + i);
    }
    return environment;
  }

  private static String coolKey(int number) {
    // a bare number can be a drill of its own: 400 is a status
    return "sk-after" + GOOD_UNTIL + "-quota36000-n" + number;
  }

  private void run(int kills, long longest) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      threads.add(Thread.ofVirtual().start(() -> ask("count/mock-1", 0)));
    }
    threads.add(Thread.ofVirtual().start(() -> ask("cool/mock-3", 40)));
    threads.add(Thread.ofVirtual().start(() -> ask("cap/mock-5", 30)));
    threads.add(Thread.ofVirtual().start(this::watch));
    try {
      for (int kill = 1; kill <= kills; kill++) {
        storm(kill, longest);
        for (; told < findings.size(); told++) {
          out.println(findings.get(told));
        }
        if (kill % 10 == 0 || kill == kills) {
          out.printf(
              Locale.ROOT,
              "%d kills (%d before it served): %,d requests remembered of %,d answered and %,d sent; %d keys used up, %d at their cap; at most %,d calls lost in all; %d findings%n",
              kill,
              beforeReady,
              remembered,
              answered.size(),
              sent.get(),
              usedUpAt.size(),
              cappedAt.size(),
              lostAtMost,
              findings.size());
        }
      }
      last();
    } finally {
      over = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** One life: start, look at what it remembers, load, kill. */
  private void storm(int kill, long longest) throws Exception {
    long sentBefore = sent.get();
    long answeredBefore = answered.size();
    RunningProcess process = start();
    long killedAt;
    try {
      if (random.nextInt(8) == 0) {
        beforeReady++;
        Thread.sleep(random.nextInt(1500)); // while it starts
      } else {
        serve(process);
        Thread.sleep((longest / 4 + (long) (random.nextDouble() * longest * 3 / 4)) / 1_000_000);
      }
    } finally {
      port = 0;
      killedAt = System.nanoTime();
      process.close();
    }
    complainAbout(process, "life " + kill);
    check(killedAt, sentBefore, answeredBefore, "kill " + kill);
  }

  private RunningProcess start() throws IOException {
    Path output = Files.createDirectories(home.resolve("output"));
    return RunningProcess.start(home.resolve("data"), output, environment());
  }

  private void serve(RunningProcess process) {
    port = portOf(process);
  }

  /** The machine may be busy with other work. */
  private static int portOf(RunningProcess process) {
    for (int tries = 1; ; tries++) {
      try {
        return process.port();
      } catch (AssertionError e) {
        if (tries == 4 || !process.isAlive()) {
          throw e;
        }
      }
    }
  }

  private void check(long killedAt, long sentBefore, long answeredBefore, String when)
      throws Exception {
    RunningProcess process = start();
    try {
      JsonNode stats = stats(portOf(process));
      long atLeast = remembered + olderThanASecond(killedAt) - answeredBefore;
      long atMost = remembered + sent.get() - sentBefore;
      long now = stats.at("/providers/count/total_requests").asLong();
      if (now < atLeast || now > atMost) {
        findings.add(
            "%s: %d requests are remembered, and it must be %d to %d"
                .formatted(when, now, atLeast, atMost));
      }
      lostAtMost += Math.max(0, remembered + answered.size() - answeredBefore - now);
      remembered = now;
      checkCooldowns(stats, killedAt, when);
      checkCaps(stats, killedAt, when);
    } finally {
      process.close();
    }
    complainAbout(process, when);
    noDamage(when);
  }

  private long olderThanASecond(long killedAt) {
    return answered.stream().filter(at -> at <= killedAt - SECOND).count();
  }

  private void checkCooldowns(JsonNode stats, long killedAt, String when) {
    Map<String, JsonNode> byLabel = byLabel(stats, "cool");
    usedUpAt.forEach(
        (label, at) -> {
          JsonNode credential = byLabel.get(label);
          boolean rests = credential != null && !credential.path("cooldowns").isEmpty();
          if (rests) {
            return;
          }
          if (at <= killedAt - SECOND) {
            findings.add("%s: %s does not rest any more".formatted(when, label));
          }
          // lost with the last second: it has to find it out again
          enough.put(label, seen(label) + 1);
          usedUpAt.remove(label);
        });
  }

  private void checkCaps(JsonNode stats, long killedAt, String when) {
    Map<String, JsonNode> byLabel = byLabel(stats, "cap");
    cappedAt.forEach(
        (label, at) -> {
          JsonNode credential = byLabel.get(label);
          long used =
              credential == null
                  ? -1
                  : credential.at("/group_usage/all/custom_cap/used").asLong(-1);
          if (used >= CAP) {
            return;
          }
          if (at <= killedAt - SECOND) {
            findings.add("%s: %s has used %d of its cap only".formatted(when, label, used));
          }
          enough.put(label, seen(label) + CAP - Math.max(0, used));
          cappedAt.remove(label);
        });
  }

  private static Map<String, JsonNode> byLabel(JsonNode stats, String provider) {
    Map<String, JsonNode> byLabel = new TreeMap<>();
    stats
        .path("providers")
        .path(provider)
        .path("credentials")
        .forEach(c -> byLabel.put(c.path("identifier").asText(), c));
    return byLabel;
  }

  private static JsonNode stats(int port) {
    return new Client(port, CLIENT_KEY).get("/v1/quota-stats").json();
  }

  private void noDamage(String when) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("data/state"))) {
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches(".*\\.(corrupt|foreign|future|unreadable)-.*"))
          .forEach(name -> findings.add(when + ": a damaged file: " + name));
    }
  }

  private void complainAbout(RunningProcess process, String when) {
    process
        .err()
        .lines()
        .filter(line -> line.contains("state:") || line.contains(" ERROR "))
        .filter(line -> !line.contains("took over"))
        .forEach(line -> findings.add(when + ": it logged: " + line));
  }

  /** A stop by SIGTERM loses nothing at all. */
  private void last() throws Exception {
    RunningProcess process = start();
    try {
      serve(process);
      Thread.sleep(1000);
      port = 0;
      Thread.sleep(500); // answers on their way
      long before = stats(portOf(process)).at("/providers/count/total_requests").asLong();
      process.terminate();
      process.exitCode();
      RunningProcess next = start();
      try {
        long after = stats(portOf(next)).at("/providers/count/total_requests").asLong();
        if (after != before) {
          findings.add("SIGTERM: %d of %d requests are remembered".formatted(after, before));
        }
        out.printf(Locale.ROOT, "after SIGTERM: %,d of %,d requests%n", after, before);
      } finally {
        next.close();
      }
    } finally {
      process.close();
    }
  }

  private void ask(String model, int pauseMillis) {
    while (!over) {
      int open = port;
      if (open == 0) {
        pause(5);
        continue;
      }
      boolean counts = model.startsWith("count");
      if (counts) {
        sent.incrementAndGet();
      }
      ClientAnswer answer = ask(open, model);
      if (answer == null) {
        pause(5);
      } else if (counts && answer.status() == 200) {
        answered.add(System.nanoTime());
      }
      if (pauseMillis > 0) {
        pause(pauseMillis);
      }
    }
  }

  private static @Nullable ClientAnswer ask(int port, String model) {
    try {
      return new Client(port, CLIENT_KEY).ask(model);
    } catch (RuntimeException e) {
      return null; // it was killed
    }
  }

  /** Notes when the mock has first told a key that it is used up, or answered up to its cap. */
  private void watch() {
    while (!over) {
      Map<String, Long> perKey = mock.stats().perKey();
      long now = System.nanoTime();
      for (int i = 1; i <= COOL_KEYS; i++) {
        note("COOL_API_KEY_" + i, perKey.get(coolKey(i)), GOOD_UNTIL + 1, usedUpAt, now);
      }
      for (int i = 1; i <= CAP_KEYS; i++) {
        note("CAP_API_KEY_" + i, perKey.get("sk-good-cap-" + i), CAP, cappedAt, now);
      }
      pause(10);
    }
  }

  private void note(
      String label, @Nullable Long count, long usually, Map<String, Long> when, long now) {
    if (count != null && count >= enough.getOrDefault(label, usually)) {
      when.putIfAbsent(label, now);
    }
  }

  private long seen(String label) {
    int number = Integer.parseInt(label.substring(label.lastIndexOf('_') + 1));
    return mock.stats().ofKey(label.startsWith("COOL") ? coolKey(number) : "sk-good-cap-" + number);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int number(String text) {
    return text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> inside = Files.walk(folder)) {
      inside.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }
}
