package dev.caravan.reload;

import dev.caravan.provider.NearNames;
import dev.caravan.provider.Provider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** One bean of a file: its class, and, of a provider, every property. */
final class BeanCheck {
  private static final String PROVIDER = Provider.class.getName();

  private final ClassLoader loader;
  private final BiConsumer<Node, String> complain;

  BeanCheck(ClassLoader loader, BiConsumer<Node, String> complain) {
    this.loader = loader;
    this.complain = complain;
  }

  void check(Node bean) {
    Node type = YamlTree.find(bean, "type");
    String name = YamlTree.text(type);
    String plain = name.startsWith("#class:") ? name.substring(7) : name;
    if (type == null || plain.contains("{{") || plain.startsWith("#") || scripted(bean)) {
      return;
    }
    if (plain.equals(PROVIDER)) {
      provider(bean, type);
    } else if (plain.indexOf('.') > 0 && !exists(plain, loader)) {
      complain.accept(
          type,
          "there is no class %s on the class path%s"
              .formatted(plain, NearNames.hint(plain, List.of(PROVIDER))));
    }
  }

  private static boolean scripted(Node bean) {
    return YamlTree.find(bean, "script") != null || YamlTree.find(bean, "builderClass") != null;
  }

  static boolean exists(String type, ClassLoader loader) {
    int end = type.indexOf('(');
    try {
      Class.forName(end < 0 ? type : type.substring(0, end), false, loader);
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private void provider(Node bean, Node type) {
    Map<String, Method> setters = new TreeMap<>();
    for (Method method : Provider.class.getMethods()) {
      if (method.getName().startsWith("set") && method.getParameterCount() == 1) {
        String property = method.getName().substring(3);
        setters.put(Character.toLowerCase(property.charAt(0)) + property.substring(1), method);
      }
    }
    Provider provider = Provider.named(YamlTree.find(bean, "name", ""));
    Map<String, Node> places = new LinkedHashMap<>();
    boolean whole = true;
    if (YamlTree.find(bean, "properties") instanceof MappingNode properties) {
      for (NodeTuple entry : properties.getValue()) {
        String property = YamlTree.text(entry.getKeyNode());
        places.put(property, entry.getKeyNode());
        whole &= set(provider, setters, entry);
      }
    }
    if (whole) {
      for (String complaint : provider.complaints()) {
        String first = complaint.split(" ", 2)[0];
        complain.accept(
            places.getOrDefault(first, type),
            "provider %s: %s".formatted(provider.getName(), complaint));
      }
    }
  }

  /**
   * Sets one property as Camel would.
   *
   * @return whether it could be judged
   */
  private boolean set(Provider provider, Map<String, Method> setters, NodeTuple entry) {
    String property = YamlTree.text(entry.getKeyNode());
    Method setter = setters.get(property);
    if (setter == null) {
      complain.accept(
          entry.getKeyNode(),
          "a provider has no property '%s'%s"
              .formatted(property, NearNames.hint(property, setters.keySet())));
      return false;
    }
    if (YamlTree.text(entry.getValueNode()).contains("{{")) {
      return false;
    }
    Class<?> type = setter.getParameterTypes()[0];
    Object value = value(type, entry.getValueNode());
    if (value == null) {
      complain.accept(
          entry.getValueNode(),
          "%s of a provider needs %s%s"
              .formatted(
                  property,
                  wanted(type),
                  property.equals("headers") ? ": lines of 'Name: value'" : ""));
      return false;
    }
    try {
      setter.invoke(provider, value);
      return true;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      complain.accept(
          entry.getValueNode(), "%s: %s".formatted(property, e.getTargetException().getMessage()));
      return false;
    }
  }

  private static @Nullable Object value(Class<?> type, Node node) {
    if (type == Map.class) {
      if (!(node instanceof MappingNode map)) {
        return null;
      }
      Map<String, String> values = new LinkedHashMap<>();
      map.getValue()
          .forEach(e -> values.put(YamlTree.text(e.getKeyNode()), YamlTree.text(e.getValueNode())));
      return values;
    }
    if (!(node instanceof ScalarNode scalar)) {
      return null;
    }
    String text = scalar.getValue().strip();
    try {
      return switch (type.getSimpleName()) {
        case "int", "Integer" -> Integer.valueOf(text);
        case "double" -> Double.valueOf(text);
        case "boolean" ->
            (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"))
                ? Boolean.valueOf(text)
                : null;
        default -> scalar.getValue();
      };
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String wanted(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "int", "Integer", "double" -> "a number";
      case "boolean" -> "true or false";
      case "Map" -> "names with texts under it";
      default -> "one text, with commas where it is a list";
    };
  }
}
