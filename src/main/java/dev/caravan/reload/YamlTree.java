package dev.caravan.reload;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The nodes of a YAML file, which know their places.
 *
 * @param root the list of the file's items
 */
record YamlTree(RouteFile file, Node root) {
  private static final int DEEPEST = 200;
  private static final int SHORTEST_CLUE = 4;
  private static final Pattern QUOTED = Pattern.compile("'([^' ]{4,})'");

  /** A place in a file, line and column from 1. */
  record Place(int line, int column) {
    static Place of(Node node) {
      return node.getStartMark()
          .map(mark -> new Place(mark.getLine() + 1, mark.getColumn() + 1))
          .orElse(new Place(1, 1));
    }
  }

  static LoadSettings settings(RouteFile file) {
    return LoadSettings.builder()
        .setLabel(file.label())
        .setUseMarks(true)
        .setAllowDuplicateKeys(true) // looked for by the checker, which names the place
        .setAllowNonScalarKeys(true)
        .setAllowRecursiveKeys(false)
        .setMaxAliasesForCollections(20)
        .build();
  }

  /** The tree of a file; empty when it has none, or its syntax is broken. */
  static Optional<YamlTree> read(RouteFile file) {
    try {
      return file.text()
          .flatMap(text -> new Compose(settings(file)).composeString(text))
          .map(root -> new YamlTree(file, root));
    } catch (YamlEngineException | StackOverflowError e) {
      return Optional.empty();
    }
  }

  /**
   * The place of the longest scalar that some words mention, else of one that holds what they have
   * in quotes, else that of the scalar that is the given id; null when there is none.
   */
  @Nullable Place mentioned(String words, String id) {
    String said = words.replace("://", ":");
    ScalarNode[] best = new ScalarNode[3];
    Matcher quotes = QUOTED.matcher(words);
    String quoted = quotes.find() ? quotes.group(1) : "";
    scalars(
        root,
        0,
        scalar -> {
          String value = scalar.getValue();
          if (value.length() >= SHORTEST_CLUE
              && said.contains(value.replace("://", ":"))
              && (best[0] == null || value.length() > best[0].getValue().length())) {
            best[0] = scalar;
          }
          if (best[2] == null && !quoted.isEmpty() && value.contains(quoted)) {
            best[2] = scalar;
          }
          if (best[1] == null && !id.isEmpty() && value.equals(id)) {
            best[1] = scalar;
          }
        });
    ScalarNode found = best[0] != null ? best[0] : best[2] != null ? best[2] : best[1];
    return found == null ? null : Place.of(found);
  }

  /** The value of a key, null when it is not there. */
  static @Nullable Node find(Node node, String key) {
    if (node instanceof MappingNode map) {
      for (NodeTuple member : map.getValue()) {
        if (text(member.getKeyNode()).equals(key)) {
          return member.getValueNode();
        }
      }
    }
    return null;
  }

  /** The text of a key; empty when there is none, or it is no scalar. */
  static String find(Node node, String key, String otherwise) {
    Node found = find(node, key);
    return found instanceof ScalarNode scalar ? scalar.getValue() : otherwise;
  }

  /** A scalar's text, empty for what is no scalar. */
  static String text(@Nullable Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  /** The entries of a list, or none. */
  static List<Node> items(@Nullable Node node) {
    return node instanceof SequenceNode list ? list.getValue() : List.of();
  }

  private static void scalars(Node node, int depth, Consumer<ScalarNode> seen) {
    if (depth > DEEPEST) {
      return;
    }
    switch (node) {
      case ScalarNode scalar -> seen.accept(scalar);
      case SequenceNode list -> list.getValue().forEach(item -> scalars(item, depth + 1, seen));
      case MappingNode map -> {
        for (NodeTuple entry : map.getValue()) {
          scalars(entry.getValueNode(), depth + 1, seen);
        }
      }
      default -> {}
    }
  }
}
