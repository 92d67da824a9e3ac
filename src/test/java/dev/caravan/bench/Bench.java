package dev.caravan.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.caravan.bench.Sitting.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures the gateway beside nginx; started by {@code bench/run} in the root of the repository.
 *
 * <p>Prints the tables, keeps the raw figures in {@code bench/results/}, and writes them into
 * {@code docs/performance.md} unless it was quick. Exit codes: 0 measured, 1 a request failed, 2
 * wrong usage, 3 it cannot measure here.
 */
public final class Bench {
  private static final Path PAGE = Path.of("docs/performance.md");
  private static final Path RESULTS = Path.of("bench/results");

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    List<String> options = List.of(arguments);
    if (!List.of("--quick").containsAll(options)) {
      System.err.println("usage: bench/run [--quick]");
      System.exit(2);
    }
    if (!Files.isReadable(Path.of("/proc/self/smaps_rollup"))) {
      System.err.println("bench: it reads /proc/<pid>/stat and smaps_rollup, which only Linux has");
      System.exit(3);
    }
    System.exit(measure(options.contains("--quick")) ? 0 : 1);
  }

  private static boolean measure(boolean quick) throws IOException, InterruptedException {
    Files.createDirectories(RESULTS);
    Path scratch = Files.createTempDirectory("caravan-bench");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(scratch)));
    Path root = Path.of("").toAbsolutePath();
    Servers servers = new Servers(root, scratch, RESULTS.toAbsolutePath());
    Results results = new Sitting(servers, quick, System.out).measure();
    keep(results);
    String page = Page.of(results, circumstances(quick, servers));
    System.out.println();
    System.out.print(page);
    if (!quick) {
      new Section("bench").write(PAGE, page);
      System.out.println("\nwritten to " + PAGE);
    }
    return Stream.of(Optional.ofNullable(results.nginx()), Optional.of(results.gateway()))
        .flatMap(Optional::stream)
        .flatMap(subject -> subject.runs().stream())
        .allMatch(run -> run.errorCount() == 0);
  }

  private static String circumstances(boolean quick, Servers servers)
      throws IOException, InterruptedException {
    String command = quick ? "bench/run --quick" : "bench/run";
    Optional<Path> program = Servers.nginxProgram();
    String floor =
        program.isPresent()
            ? "The floor is %s.".formatted(Machine.nginxVersion(program.get()))
            : "nginx is not installed there, so there is no floor.";
    String start =
        servers.usesLauncher()
            ? ""
            : " Caravan was started without its launcher, so without an AOT cache.";
    return Machine.here().describe(command) + "\n" + floor + start;
  }

  private static void keep(Results results) throws IOException {
    String time =
        LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(RESULTS.resolve("run-" + time + ".json").toFile(), results);
  }

  private static void delete(Path folder) {
    try (Stream<Path> inside = Files.walk(folder)) {
      inside.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      System.err.println("bench: " + folder + " is left behind: " + e.getMessage());
    }
  }
}
