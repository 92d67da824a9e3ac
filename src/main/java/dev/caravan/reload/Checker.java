package dev.caravan.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Looks a set of route files through without running it: YAML, Camel's schema, and every name that
 * they use. All complaints at once, but for names, which are looked at when the rest is well.
 *
 * <p>What only Camel can tell, such as a mistake in an expression, shows when the set is built.
 */
public final class Checker {
  private static final Set<String> UNCLOSED =
      Set.of("while scanning a quoted scalar", "while scanning a simple key");

  private final Legal legal;

  /**
   * Makes one.
   *
   * @param legal what files may name besides what they declare
   */
  public Checker(Legal legal) {
    this.legal = legal;
  }

  /** All that is wrong, sorted by file and line; empty when the set may be built. */
  public List<Complaint> check(RouteSet set) {
    List<Complaint> complaints = new ArrayList<>(set.complaints());
    List<YamlTree> trees = new ArrayList<>();
    for (RouteFile file : set.files()) {
      read(file, complaints).ifPresent(trees::add);
    }
    if (set.files().isEmpty() && set.complaints().isEmpty()) {
      complaints.add(new Complaint("", 0, 0, "there is no .yaml file in the folder"));
    }
    if (complaints.isEmpty()) {
      try {
        NameCheck names = new NameCheck(legal, complaints);
        names.check(trees);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return complaints.stream().distinct().sorted().toList();
  }

  private static Optional<YamlTree> read(RouteFile file, List<Complaint> complaints) {
    Optional<String> text = file.text();
    if (text.isEmpty() || text.get().indexOf('\0') >= 0) {
      complaints.add(Complaint.of(file, "it is no text in UTF-8"));
      return Optional.empty();
    }
    Optional<Node> root;
    try {
      root = new Compose(YamlTree.settings(file)).composeString(text.get());
    } catch (YamlEngineException e) {
      complaints.add(syntax(file, e));
      return Optional.empty();
    } catch (StackOverflowError e) {
      complaints.add(Complaint.of(file, "it is nested too deeply"));
      return Optional.empty();
    }
    if (root.isEmpty()) {
      complaints.add(
          Complaint.of(file, "there is nothing in it; write a route, or delete the file"));
      return Optional.empty();
    }
    if (!(root.get() instanceof SequenceNode)) {
      complaints.add(
          at(file, root.get(), "it needs a list: each route begins with a dash, '- route:'"));
      return Optional.empty();
    }
    YamlTree tree = new YamlTree(file, root.get());
    int before = complaints.size();
    new SchemaCheck((node, what) -> complaints.add(at(file, node, what))).check(tree);
    return complaints.size() == before ? Optional.of(tree) : Optional.empty();
  }

  private static Complaint syntax(RouteFile file, YamlEngineException e) {
    if (e instanceof MarkedYamlEngineException marked) {
      // what is not closed is best shown where it was opened
      boolean open = UNCLOSED.contains(String.valueOf(marked.getContext()));
      Mark mark =
          (open ? marked.getContextMark() : marked.getProblemMark())
              .or(marked::getProblemMark)
              .or(marked::getContextMark)
              .orElse(null);
      String context = marked.getContext() == null ? "" : marked.getContext() + ", ";
      String advice =
          e instanceof ParserException && marked.getProblem().contains("block end")
              ? "; is the indentation right?"
              : "";
      return new Complaint(
          file.label(),
          mark == null ? 1 : mark.getLine() + 1,
          mark == null ? 1 : mark.getColumn() + 1,
          "YAML: " + context + marked.getProblem() + advice);
    }
    if (e instanceof ReaderException reader) {
      String head = file.text().orElse("");
      int at = Math.min(reader.getPosition(), head.length());
      int line = (int) head.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
      return new Complaint(
          file.label(),
          line,
          at - head.lastIndexOf('\n', Math.max(0, at - 1)),
          "YAML: the character U+%04X may not stand in it".formatted(reader.getCodePoint()));
    }
    String message = String.valueOf(e.getMessage());
    return Complaint.of(file, "YAML: " + message.lines().findFirst().orElse(""));
  }

  static Complaint at(RouteFile file, Node node, String what) {
    YamlTree.Place place = YamlTree.Place.of(node);
    return new Complaint(file.label(), place.line(), place.column(), what);
  }
}
