package dev.caravan.bench.simulation;

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
 * tables go into {@code docs/simulation.md}.
 */
public final class Simulation {
  private static final Path PAGE = Path.of("docs/simulation.md");

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
    for (Scenario scenario : scenarios) {
      String table = table(scenario, System.out);
      System.out.println(table);
      page.append(table).append('\n');
    }
    if (save) {
      String command = "bench/simulate" + (huge ? " --huge" : "") + " --save";
      new dev.caravan.bench.SimulationPage().write(PAGE, page.toString(), command);
      System.out.println("written to " + PAGE);
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

  static List<Score> run(Scenario scenario) {
    return pickers(scenario).stream().map(picker -> Run.of(scenario, picker)).toList();
  }

  private static String table(Scenario scenario, PrintStream out) {
    StringBuilder text = new StringBuilder();
    text.append("### ").append(scenario.name()).append("\n\n");
    text.append(Character.toUpperCase(scenario.story().charAt(0)))
        .append(scenario.story().substring(1))
        .append("\n\n");
    text.append(
        "| picker | served | of the all-knowing | wasted calls | waited mean / p99 | unfair (Gini) | idle while wanted | keys blamed | CPU µs a request |\n");
    text.append("|---|---|---|---|---|---|---|---|---|\n");
    double most = 0;
    for (var picker : pickers(scenario)) {
      Score score = Run.of(scenario, picker);
      most = Math.max(most, score.picker.equals("all-knowing") ? score.served : most);
      text.append(row(scenario, score, most));
      out.print('.');
      out.flush();
    }
    out.println();
    return text.toString();
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
