package dev.caravan.provider;

import java.util.List;

/**
 * A provider that the environment or a file makes live.
 *
 * @param name its name
 * @param source where its definition comes from
 * @param overrides what the environment changes in it
 * @param keys its API keys, in the order in which they take turns; empty when it has none
 */
public record Definition(String name, Source source, Overrides overrides, List<ApiKey> keys) {

  public Definition {
    keys = List.copyOf(keys);
  }

  /** Where a provider's definition comes from. */
  public sealed interface Source {

    /** For people: {@code builtin}, {@code template} or {@code env}. */
    default String word() {
      return switch (this) {
        case Listed _ -> "builtin";
        case Declared _ -> "template";
        case Custom _ -> "env";
      };
    }

    /** The catalogue on the class path: somebody has to make the bean and the route of its file. */
    record Listed(Catalogue.Entry entry) implements Source {}

    /** A file of the installation, which also makes its route. */
    record Declared(Provider provider) implements Source {}

    /** The environment alone: somebody has to make the bean and the route. */
    record Custom(String name) implements Source {}
  }

  /** The bean with the environment's changes in it: a fresh one, or the declared one itself. */
  public Provider provider() {
    Provider provider =
        switch (source) {
          case Source.Listed(var entry) -> entry.provider();
          case Source.Declared(var declared) -> declared;
          case Source.Custom(var custom) -> Provider.named(custom);
        };
    overrides.applyTo(provider);
    return provider;
  }

  /** The route template that calls it. */
  public String routeTemplate() {
    return source instanceof Source.Listed(var entry)
        ? entry.routeTemplate()
        : provider().routeTemplate();
  }

  /** Whether it is called without a credential, since it has none. */
  public boolean isAnonymous() {
    return keys.isEmpty();
  }
}
