package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Raw;
import java.util.Map;
import java.util.Set;

/**
 * What the answer to a request needs of the request itself.
 *
 * @param echo members of the request that the answer repeats
 * @param namespaces of tools, by the name that the tool has on its way to the provider
 * @param custom names of tools that take free text
 */
record Memo(Map<String, Raw> echo, Map<String, Qualified> namespaces, Set<String> custom) {
  private static final Memo NONE = new Memo(Map.of(), Map.of(), Set.of());

  /**
   * A tool in a namespace.
   *
   * @param name of the tool in it
   */
  record Qualified(String namespace, String name) {

    /** The name that it has where there are no namespaces (http-api.md 7.2). */
    static String joined(String namespace, String name) {
      return namespace.isEmpty() || name.startsWith("mcp__") || name.startsWith(namespace)
          ? name
          : namespace + "__" + name;
    }
  }

  static Memo of(Asked asked) {
    return asked.conversation().memo() instanceof Memo memo ? memo : NONE;
  }

  Qualified qualified(String name) {
    return namespaces.getOrDefault(name, new Qualified("", name));
  }
}
