package dev.caravan.dialect;

import java.util.Collection;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The dialects on the class path, by name. Immutable. */
public final class Dialects {
  private final TreeMap<String, Dialect> byName = new TreeMap<>();

  private Dialects() {
    for (Dialect dialect : ServiceLoader.load(Dialect.class)) {
      byName.put(dialect.name(), dialect);
    }
  }

  public static Dialects onClassPath() {
    return new Dialects();
  }

  /**
   * The dialect of a name.
   *
   * @throws IllegalArgumentException for a name that no dialect has
   */
  public Dialect named(String name) {
    Dialect dialect = byName.get(name);
    if (dialect == null) {
      throw new IllegalArgumentException(
          "dialect \"%s\" is not known; known: %s"
              .formatted(name, String.join(", ", byName.keySet())));
    }
    return dialect;
  }

  public Collection<String> names() {
    return byName.keySet();
  }
}
