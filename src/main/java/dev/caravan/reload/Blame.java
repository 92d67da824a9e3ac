package dev.caravan.reload;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.model.RouteDefinition;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Finds the file and line behind what Camel throws. */
final class Blame {
  private static final Pattern STEP = Pattern.compile(">>> (.*?) <<<", Pattern.DOTALL);

  private Blame() {}

  /**
   * For a failure of a context as a whole.
   *
   * @param origins the file of each route, as far as it is known
   */
  static RoutesRejected of(
      Exception problem, RouteSet files, Map<RouteDefinition, RouteFile> origins) {
    for (Throwable t = problem; t != null; t = t.getCause()) {
      if (t instanceof RoutesRejected known) {
        return known;
      }
    }

    String id = routeId(problem);
    Optional<RouteFile> origin =
        origins.entrySet().stream()
            .filter(entry -> id.equals(entry.getKey().getRouteId()))
            .map(Map.Entry::getValue)
            .findFirst();
    return origin.isPresent()
        ? RoutesRejected.because(at(origin.get(), problem, id), problem)
        : ofRoute(problem, files, id);
  }

  /** For a failure of one route, wherever it comes from. */
  static RoutesRejected ofRoute(Exception problem, RouteSet files, String id) {
    String words = words(problem);
    String clues = clues(problem, words);
    return files.files().stream()
        .map(
            file ->
                new Object[] {
                  file, YamlTree.read(file).map(tree -> tree.mentioned(clues, id)).orElse(null)
                })
        .filter(found -> found[1] != null)
        .map(
            found ->
                RoutesRejected.because(
                    complaint((RouteFile) found[0], (YamlTree.Place) found[1], words), problem))
        .findFirst()
        .orElseGet(() -> RoutesRejected.because(new Complaint("", 0, 0, words), problem));
  }

  /** For a failure of loading one file. */
  static RoutesRejected ofFile(Exception problem, RouteFile file) {
    for (Throwable t = problem; t != null; t = t.getCause()) {
      if (t instanceof RoutesRejected known) {
        return known;
      }
      if (t instanceof MarkedYamlEngineException marked && marked.getProblemMark().isPresent()) {
        Mark mark = marked.getProblemMark().get();
        return RoutesRejected.because(
            new Complaint(
                file.label(), mark.getLine() + 1, mark.getColumn() + 1, marked.getProblem()),
            problem);
      }
    }
    return RoutesRejected.because(at(file, problem, ""), problem);
  }

  /** A complaint at the first place in a file that has this text. */
  static Complaint at(RouteFile file, String text, String what) {
    return complaint(
        file, YamlTree.read(file).map(tree -> tree.mentioned(text, text)).orElse(null), what);
  }

  private static Complaint at(RouteFile file, Exception problem, String id) {
    String words = words(problem);
    String clues = clues(problem, words);
    return complaint(
        file, YamlTree.read(file).map(tree -> tree.mentioned(clues, id)).orElse(null), words);
  }

  private static Complaint complaint(
      RouteFile file, YamlTree.@org.jspecify.annotations.Nullable Place place, String what) {
    return place == null
        ? Complaint.of(file, what)
        : new Complaint(file.label(), place.line(), place.column(), what);
  }

  private static String routeId(Throwable problem) {
    for (Throwable t = problem; t != null; t = t.getCause()) {
      String id =
          switch (t) {
            case FailedToCreateRouteException e -> e.getRouteId();
            case FailedToStartRouteException e -> e.getRouteId();
            default -> null;
          };
      if (id != null) {
        return id;
      }
    }
    return "";
  }

  /** The innermost message that says something; outer ones of Camel repeat whole routes. */
  private static String words(Throwable problem) {
    if (!isCamels(problem)) {
      return firstLine(problem);
    }
    return Stream.iterate(problem, t -> t != null, Throwable::getCause)
        .map(Blame::firstLine)
        .filter(message -> !message.isBlank() && message.length() < 400)
        .reduce((outer, inner) -> inner)
        .orElse(problem.getClass().getSimpleName());
  }

  /** What Camel shows of the step that failed, between its arrows; else the words themselves. */
  private static String clues(Throwable problem, String words) {
    for (Throwable t = problem; t != null; t = t.getCause()) {
      Matcher step = STEP.matcher(String.valueOf(t.getMessage()));
      if (step.find()) {
        return step.group(1) + " " + words;
      }
    }
    return words;
  }

  private static boolean isCamels(Throwable problem) {
    return problem.getClass().getName().startsWith("org.apache.camel.")
        || problem instanceof IllegalStateException;
  }

  private static String firstLine(Throwable problem) {
    String message = problem.getMessage();
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}
