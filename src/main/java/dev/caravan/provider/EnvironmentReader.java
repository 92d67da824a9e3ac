package dev.caravan.provider;

import dev.caravan.provider.Catalogue.Standing;
import dev.caravan.provider.Definition.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sorts the variables by provider; {@link EnvironmentProviders} tells the rules. */
final class EnvironmentReader {

  private static final Set<String> RESERVED = Set.of("PROXY", "OAUTH", "GLOBAL");
  private static final Pattern NUMBERED = Pattern.compile("(.+)_(\\d{1,9})");
  private static final Pattern KEY = Pattern.compile("(.+)_API_KEY(?:_\\d{1,9})?");
  private static final Pattern BASE = Pattern.compile("([A-Z0-9][A-Z0-9_]*)_API_BASE");

  private record Known(Variables variables, Source source, Standing standing) {}

  private final Environment environment;
  private final Set<String> withAccounts;
  private final Map<String, Known> known = new LinkedHashMap<>();
  private final Map<String, Variables> keyOwners = new HashMap<>();
  private final Map<String, KeyRing> rings = new TreeMap<>();

  EnvironmentReader(
      Map<String, String> environment,
      Catalogue catalogue,
      Collection<Provider> declared,
      Set<String> withAccounts) {
    this.environment = new Environment(environment);
    this.withAccounts = withAccounts;
    for (Provider provider : declared) {
      know(Variables.of(provider), new Source.Declared(provider), Standing.SERVED);
    }
    for (Catalogue.Entry entry : catalogue.all()) {
      if (!known.containsKey(entry.name())) {
        know(Variables.of(entry), new Source.Listed(entry), entry.standing());
      }
    }
  }

  EnvironmentProviders read() {
    environment.names().forEach(this::findCustomProvider);
    for (Known one : known.values()) {
      one.variables.keys().forEach(key -> keyOwners.putIfAbsent(key, one.variables));
    }
    environment.names().forEach(this::findKey);
    List<Definition> definitions = new ArrayList<>();
    for (Known one : known.values()) {
      switch (one.standing) {
        case SERVED, ACCOUNTS -> define(one, definitions);
        case UNSERVED -> reportUnserved(one);
        case OAUTH -> {} // it has no file yet
      }
    }
    new StraySettings(environment, known.values().stream().map(Known::variables).toList()).warn();
    return new EnvironmentProviders(definitions, environment.findings());
  }

  private void know(Variables variables, Source source, Standing standing) {
    known.put(variables.provider(), new Known(variables, source, standing));
  }

  private void findCustomProvider(String variable) {
    Matcher base = BASE.matcher(variable);
    if (!base.matches() || environment.find(variable).isEmpty() || belongsToSomebody(variable)) {
      return;
    }
    String name = base.group(1).toLowerCase(Locale.ROOT);
    if (RESERVED.contains(base.group(1))) {
      environment.fail(
          variable,
          "would define a provider \"%s\", a name that has another meaning".formatted(name),
          "choose another name");
    } else {
      know(Variables.ofCustom(name), new Source.Custom(name), Standing.SERVED);
    }
  }

  // One that is not served may still offer an OpenAI surface; its address says so.
  private boolean belongsToSomebody(String variable) {
    return known.values().stream()
        .filter(one -> one.standing != Standing.UNSERVED)
        .map(Known::variables)
        .anyMatch(v -> v.bases().contains(variable) || v.needs().contains(variable));
  }

  private void findKey(String variable) {
    Matcher numbered = NUMBERED.matcher(variable);
    Variables owner = keyOwners.get(variable);
    Variables numberedOwner = numbered.matches() ? keyOwners.get(numbered.group(1)) : null;
    if (owner != null) {
      ring(owner).add(variable, KeyRing.UNNUMBERED, owner.keys().indexOf(variable));
    } else if (numberedOwner != null) {
      int rank = numberedOwner.keys().indexOf(numbered.group(1));
      ring(numberedOwner).add(variable, Integer.parseInt(numbered.group(2)), rank);
    } else {
      reportOrphan(variable);
    }
  }

  private KeyRing ring(Variables owner) {
    return rings.computeIfAbsent(owner.provider(), name -> new KeyRing(environment));
  }

  private void reportOrphan(String variable) {
    Matcher key = KEY.matcher(variable);
    if (key.matches()
        && !RESERVED.contains(key.group(1))
        && !isAnAccount(key.group(1))
        && environment.find(variable).isPresent()) {
      environment.warn(
          variable,
          "belongs to no known provider",
          "set %s_API_BASE to define one%s"
              .formatted(
                  key.group(1), NearNames.hint(key.group(1).toLowerCase(Locale.ROOT), served())));
    }
  }

  /** {@code IFLOW_1}: a numbered account in variables, which may hold a key that it fetched. */
  private boolean isAnAccount(String name) {
    Matcher numbered = NUMBERED.matcher(name);
    return numbered.matches() && withAccounts.contains(numbered.group(1).toLowerCase(Locale.ROOT));
  }

  private List<String> served() {
    return known.values().stream()
        .filter(one -> one.standing == Standing.SERVED || one.standing == Standing.ACCOUNTS)
        .map(one -> one.variables.provider())
        .toList();
  }

  private void reportUnserved(Known one) {
    for (ApiKey key : keysOf(one.variables)) {
      environment.warn(
          key.variable(),
          "is a key of %s, which speaks no dialect of ours".formatted(one.variables.provider()),
          "set %s if it has an OpenAI-like address".formatted(one.variables.bases().getFirst()));
    }
  }

  private void define(Known one, List<Definition> definitions) {
    Variables variables = one.variables;
    List<ApiKey> keys = keysOf(variables);
    boolean addressed = environment.first(variables.bases()).isPresent();
    if (!isLive(one.source, keys, addressed) && !withAccounts.contains(variables.provider())) {
      if (one.standing == Standing.ACCOUNTS) {
        return;
      }
      if (addressed) {
        environment.warn(
            environment.first(variables.bases()).orElseThrow().variable(),
            "gives %s an address, but there is no key of it".formatted(variables.provider()),
            "set " + variables.keys().getFirst());
      }
      return;
    }
    Overrides overrides = new OverrideReader(environment, variables).read();
    if (overrides != null) {
      definitions.add(new Definition(variables.provider(), one.source, overrides, keys));
    }
  }

  private static boolean isLive(Source source, List<ApiKey> keys, boolean addressed) {
    return switch (source) {
      case Source.Declared _, Source.Custom _ -> true;
      case Source.Listed(var entry) -> !keys.isEmpty() || (entry.keyOptional() && addressed);
    };
  }

  private List<ApiKey> keysOf(Variables variables) {
    @Nullable KeyRing ring = rings.get(variables.provider());
    return ring == null ? List.of() : ring.keys();
  }
}
