package dev.caravan.reload;

import dev.caravan.provider.NearNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Holds a file against Camel's schema. Where a place may have one of several shapes, the complaint
 * is about the one that its author meant, judged by the keys that are there; a validator that knows
 * nothing of authors would list every shape.
 *
 * <p>As lenient as Camel with scalars: a number is a text, and a placeholder is anything.
 */
final class SchemaCheck {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  private final Schema schema = Schema.ofCamel();
  private final BiConsumer<Node, String> complain;

  /**
   * Sets up a check.
   *
   * @param complain told the place and the sentence
   */
  SchemaCheck(BiConsumer<Node, String> complain) {
    this.complain = complain;
  }

  /** A complaint while it is not sure that it will be made. */
  private record Finding(Node at, String what) {}

  void check(YamlTree tree) {
    check(tree.root(), schema, "the file").forEach(f -> complain.accept(f.at(), f.what()));
  }

  private List<Finding> check(Node node, Schema rule, String name) {
    if (!rule.ref().isEmpty()) {
      return check(node, schema.definition(rule.ref()), name); // draft-04: a reference stands alone
    }
    if (node instanceof MappingNode map && map.getValue().size() > rule.most()) {
      return List.of(tooManyKeys(map, rule.most(), name));
    }
    if (!fits(node, rule.type())) {
      return List.of(new Finding(node, wrongKind(node, rule.type(), name)));
    }
    List<Finding> findings = new ArrayList<>();
    if (!rule.values().isEmpty() && node instanceof ScalarNode scalar && !isPlaceholder(scalar)) {
      value(scalar, rule, name, findings);
    }
    switch (node) {
      case SequenceNode list when rule.items() != null ->
          list.getValue().forEach(item -> findings.addAll(check(item, rule.items(), name)));
      case MappingNode map -> members(map, rule, name, findings);
      default -> {}
    }
    if (findings.isEmpty()) {
      findings.addAll(oneOf(node, rule.anyOf(), false, name));
    }
    if (findings.isEmpty()) {
      findings.addAll(oneOf(node, rule.oneOf(), true, name));
    }
    // last, since a wrong key explains a missing one
    if (findings.isEmpty() && node instanceof MappingNode) {
      for (String key : rule.required()) {
        if (YamlTree.find(node, key) == null) {
          findings.add(new Finding(node, "%s needs '%s'".formatted(name, key)));
        }
      }
    }
    if (rule.not() != null && findings.isEmpty() && check(node, rule.not(), name).isEmpty()) {
      findings.add(new Finding(node, name + " may not stand like this"));
    }
    return findings;
  }

  private static void value(ScalarNode scalar, Schema rule, String name, List<Finding> findings) {
    if (rule.values().stream().noneMatch(v -> v.equalsIgnoreCase(scalar.getValue()))) {
      findings.add(
          new Finding(
              scalar,
              "%s '%s' is not one of %s%s"
                  .formatted(
                      name,
                      shown(scalar.getValue()),
                      String.join(", ", rule.values()),
                      NearNames.hint(scalar.getValue(), rule.values()))));
    }
  }

  private void members(MappingNode map, Schema rule, String name, List<Finding> findings) {
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple member : map.getValue()) {
      if (!(member.getKeyNode() instanceof ScalarNode)) {
        findings.add(
            new Finding(
                member.getKeyNode(),
                "%s has a key that is no text; a placeholder needs quotes: \"{{...}}\""
                    .formatted(name)));
        continue;
      }
      String key = YamlTree.text(member.getKeyNode());
      Node first = seen.putIfAbsent(key, member.getKeyNode());
      if (first != null) {
        findings.add(
            new Finding(
                member.getKeyNode(),
                "key '%s' is here twice, first in line %d"
                    .formatted(shown(key), YamlTree.Place.of(first).line())));
      }
      Schema property = rule.properties().get(key);
      if (property != null) {
        findings.addAll(check(member.getValueNode(), property, key));
      } else if (rule.closed()) {
        findings.add(
            new Finding(member.getKeyNode(), unknown(key, name, rule.properties().keySet())));
      }
    }
  }

  private static Finding tooManyKeys(MappingNode map, int most, String name) {
    List<String> keys = map.getValue().stream().map(e -> YamlTree.text(e.getKeyNode())).toList();
    return new Finding(
        map.getValue().get(most).getKeyNode(),
        "one dash of %s holds one key, and here are %s; is the indentation right, or a dash missing?"
            .formatted(name, String.join(", ", keys)));
  }

  private static String unknown(String key, String name, Set<String> known) {
    String near = NearNames.hint(key, known);
    String all =
        near.isEmpty() && known.size() <= 12 ? "; known: " + String.join(", ", known) : near;
    return "%s has no '%s'%s".formatted(name, shown(key), all);
  }

  private List<Finding> oneOf(Node node, List<Schema> shapes, boolean exactlyOne, String name) {
    if (shapes.isEmpty()) {
      return List.of();
    }
    List<Schema> good = new ArrayList<>();
    List<Finding> best = null;
    Schema meant = null;
    for (Schema shape : shapes) {
      List<Finding> findings = check(node, shape, name);
      if (findings.isEmpty()) {
        good.add(shape);
      } else if (best == null || meant == null || (isMeant(node, shape) && !isMeant(node, meant))) {
        best = findings;
        meant = shape;
      }
    }
    if (good.size() == 1 || (good.size() > 1 && !exactlyOne)) {
      return List.of();
    }
    if (good.size() > 1) {
      // several kinds of scalars are all the same to Camel
      return node instanceof MappingNode map ? tooMany(map, good, name) : List.of();
    }
    if (node instanceof MappingNode && meant != null && !isMeant(node, meant)) {
      Set<String> keys = new LinkedHashSet<>();
      shapes.forEach(shape -> keys.addAll(keysOf(shape)));
      if (!keys.isEmpty()) {
        return List.of(
            new Finding(node, "%s needs one of %s".formatted(name, String.join(", ", keys))));
      }
    }
    return best == null ? List.of() : best;
  }

  private static List<Finding> tooMany(MappingNode map, List<Schema> good, String name) {
    List<String> keys = good.stream().flatMap(shape -> shape.required().stream()).toList();
    return keys.size() < 2
        ? List.of()
        : List.of(
            new Finding(map, "%s takes only one of %s".formatted(name, String.join(", ", keys))));
  }

  /** Whether a shape is the one that the author had in mind. */
  private boolean isMeant(Node node, Schema shape) {
    if (!shape.ref().isEmpty()) {
      return isMeant(node, schema.definition(shape.ref()));
    }
    if (!(node instanceof MappingNode map)) {
      return fits(node, shape.type());
    }
    if (!shape.type().isEmpty() && !shape.type().equals("object")) {
      return false;
    }
    if (shape.required().isEmpty()) {
      List<Schema> inner = shape.oneOf().isEmpty() ? shape.anyOf() : shape.oneOf();
      return shape.not() == null
          && (inner.isEmpty()
              ? !shape.properties().isEmpty()
              : inner.stream().anyMatch(s -> isMeant(node, s)));
    }
    return shape.required().stream().anyMatch(key -> YamlTree.find(map, key) != null);
  }

  private List<String> keysOf(Schema shape) {
    if (!shape.ref().isEmpty()) {
      return keysOf(schema.definition(shape.ref()));
    }
    if (!shape.required().isEmpty()) {
      return shape.required();
    }
    List<String> keys = new ArrayList<>();
    shape.oneOf().forEach(inner -> keys.addAll(keysOf(inner)));
    shape.anyOf().forEach(inner -> keys.addAll(keysOf(inner)));
    return keys;
  }

  private static boolean fits(Node node, String type) {
    return switch (type) {
      case "" -> true;
      case "object" -> node instanceof MappingNode;
      case "array" -> node instanceof SequenceNode;
      default ->
          node instanceof ScalarNode scalar
              && !isNothing(scalar)
              && (isPlaceholder(scalar) || fitsScalar(scalar.getValue().strip(), type));
    };
  }

  private static boolean fitsScalar(String text, String type) {
    return switch (type) {
      case "number" -> NUMBER.matcher(text).matches();
      case "boolean" -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
      default -> true;
    };
  }

  private static boolean isPlaceholder(ScalarNode scalar) {
    return scalar.getValue().contains("{{");
  }

  private static boolean isNothing(ScalarNode scalar) {
    return scalar.getTag().equals(Tag.NULL);
  }

  private static String wrongKind(Node node, String type, String name) {
    String wanted =
        switch (type) {
          case "object" -> "keys with values under it";
          case "array" -> "a list (lines that begin with a dash)";
          case "string" -> "a text";
          case "number" -> "a number";
          default -> "true or false";
        };
    String found =
        switch (node) {
          case MappingNode map -> "keys with values";
          case SequenceNode list -> "a list";
          case ScalarNode scalar when isNothing(scalar) -> "nothing";
          case ScalarNode scalar -> "'" + shown(scalar.getValue()) + "'";
          default -> "something else";
        };
    boolean placeholder =
        node instanceof MappingNode map
            && !map.getValue().isEmpty()
            && !(map.getValue().getFirst().getKeyNode() instanceof ScalarNode);
    return "%s needs %s, and has %s%s"
        .formatted(
            name, wanted, found, placeholder ? "; a placeholder needs quotes: \"{{...}}\"" : "");
  }

  private static String shown(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 80 ? line.substring(0, 80) + "…" : line;
  }
}
