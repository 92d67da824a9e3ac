package dev.caravan.bench.simulation;

import dev.caravan.bench.SimulationPage;
import dev.caravan.pool.Mode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * Simulates all scenarios with all pickers and prints a table for each; started by {@code
 * bench/simulate [--huge] [--save] [name]} in the root of the repository. With {@code --save} the
 * tables go into {@code docs/simulation.md}, and the pools' lines of them into {@code
 * docs/rotation.md}.
 */
public final class Simulation {
  private static final Path PAGE = Path.of("docs/simulation.md");
  private static final Path SUMMARY = Path.of("docs/rotation.md");

  private static final String SUMMARY_HEAD =
      """
      | | balanced: served of what can be, wasted calls | sequential: the same | keys blamed |
      |---|---|---|---|
      """;

  private Simulation() {}

  public static void main(String[] arguments) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(arguments));
    boolean save = words.remove("--save");
    boolean huge = words.remove("--huge");
    if (words.size() > 1 || words.stream().anyMatch(w -> w.startsWith("-"))) {
      System.err.println("usage: bench/simulate [--huge] [--save] [part of a scenario's name]");
      System.exit(2);
    }
    String wanted = words.isEmpty() ? "" : words.getFirst();
    List<Scenario> scenarios = new ArrayList<>(Scenarios.all());
    if (huge) {
      scenarios.add(Scenarios.huge());
    }
    scenarios.removeIf(s -> !s.name().contains(wanted));
    StringBuilder page = new StringBuilder();
    StringBuilder summary = new StringBuilder(SUMMARY_HEAD);
    for (Scenario scenario : scenarios) {
      List<Score> scores = run(scenario, System.out);
      String table = table(scenario, scores);
      System.out.println(table);
      page.append(table).append('\n');
      summary.append(summary(scenario, scores));
    }
    if (save) {
      String command = "bench/simulate" + (huge ? " --huge" : "") + " --save";
      SimulationPage pages = new SimulationPage();
      pages.write(PAGE, page.toString(), command);
      pages.write(SUMMARY, summary.toString(), command);
      System.out.println("written to " + PAGE + " and " + SUMMARY);
    }
  }

  private static List<BiFunction<World, VirtualTime, Picker>> pickers(Scenario scenario) {
    List<BiFunction<World, VirtualTime, Picker>> pickers = new ArrayList<>();
    pickers.add((world, time) -> new AllKnowing(world));
    pickers.add((world, time) -> new Caravan(world, time, Mode.BALANCED));
    pickers.add((world, time) -> new Caravan(world, time, Mode.SEQUENTIAL));
    pickers.add((world, time) -> Memoryless.inTurn(world));
    pickers.add((world, time) -> Memoryless.byChance(world));
    // it looks at every key for each request
    if (scenario.credentials() <= 1000) {
      pickers.add((world, time) -> new Reference(world, true));
      pickers.add((world, time) -> new Reference(world, false));
    }
    return pickers;
  }

  private static List<Score> run(Scenario scenario, PrintStream out) {
    List<Score> scores = new ArrayList<>();
    for (var picker : pickers(scenario)) {
      scores.add(Run.of(scenario, picker));
      out.print('.');
      out.flush();
    }
    out.println();
    return scores;
  }

  private static String table(Scenario scenario, List<Score> scores) {
    StringBuilder text = new StringBuilder();
    text.append("### ").append(scenario.name()).append("\n\n");
    text.append(Character.toUpperCase(scenario.story().charAt(0)))
        .append(scenario.story().substring(1))
        .append("\n\n");
    text.append(
        "| picker | served | of the all-knowing | wasted calls | waited mean / p99 | unfair (Gini) | idle while wanted | keys blamed | CPU µs a request |\n");
    text.append("|---|---|---|---|---|---|---|---|---|\n");
    double most = most(scores);
    scores.forEach(score -> text.append(row(scenario, score, most)));
    return text.toString();
  }

  /** What the all-knowing picker, the first one, has served. */
  private static double most(List<Score> scores) {
    return scores.getFirst().served;
  }

  private static String summary(Scenario scenario, List<Score> scores) {
    double most = most(scores);
    StringBuilder text = new StringBuilder("| " + scenario.name());
    for (Score score : scores) {
      if (score.picker.startsWith("Caravan")) {
        text.append(
            String.format(
                Locale.ROOT,
                " | %.1f %%, %.2f %%",
                100 * score.served / most,
                score.wastedShare()));
      }
    }
    long blamed =
        scores.stream()
            .filter(s -> s.picker.startsWith("Caravan"))
            .mapToLong(s -> s.keysBlamed)
            .sum();
    return text.append(" | ").append(blamed).append(" |\n").toString();
  }

  private static String row(Scenario scenario, Score score, double most) {
    return String.format(
        Locale.ROOT,
        "| %s | %,d of %,d | %.1f %% | %.2f %% | %.2f / %.1f s | %.2f | %,d s | %s | %.1f |%n",
        score.picker,
        score.served,
        scenario.requests(),
        100 * score.served / most,
        score.wastedShare(),
        score.meanWait(),
        score.longWait(),
        score.gini(),
        score.idleSeconds,
        score.keysBlamed < 0 ? "–" : Long.toString(score.keysBlamed),
        score.cpuMicros);
  }
}
