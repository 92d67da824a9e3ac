package dev.caravan.provider;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the environment says about providers: which are live, with which keys and changes, and what
 * is wrong with it (providers.md 11 and 12, operations.md 5.3 and 5.4). Immutable.
 *
 * @param definitions the live ones: declared, from the catalogue, and made by the environment alone
 * @param findings everything that could not be used, with the reason
 */
public record EnvironmentProviders(List<Definition> definitions, List<Finding> findings) {

  public EnvironmentProviders {
    definitions = List.copyOf(definitions);
    findings = List.copyOf(findings);
  }

  /**
   * Reads an environment. Fails never; what cannot be used becomes a finding.
   *
   * @param environment variables and values
   * @param catalogue the providers that come with the gateway
   * @param declared the providers of the installation's own files; one with the name of a catalogue
   *     entry replaces it
   */
  public static EnvironmentProviders read(
      Map<String, String> environment, Catalogue catalogue, Collection<Provider> declared) {
    return read(environment, catalogue, declared, Set.of());
  }

  /**
   * The same, where accounts make providers live too.
   *
   * @param withAccounts the names of the providers that have one
   */
  public static EnvironmentProviders read(
      Map<String, String> environment,
      Catalogue catalogue,
      Collection<Provider> declared,
      Set<String> withAccounts) {
    return new EnvironmentReader(environment, catalogue, declared, withAccounts).read();
  }
}
