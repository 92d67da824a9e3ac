package dev.caravan.provider;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The environment variables of one provider.
 *
 * @param provider its name
 * @param stems its names as they stand in variables ({@code NVIDIA_NIM}, {@code NVIDIA}), the
 *     proper one first
 * @param keys variables that hold a key, without number
 * @param bases variables that hold a base URL
 * @param needs variables that its base URL names
 */
record Variables(
    String provider, Set<String> stems, List<String> keys, List<String> bases, List<String> needs) {

  private static final String KEY = "_API_KEY";
  private static final String BASE = "_API_BASE";

  static Variables of(Catalogue.Entry entry) {
    return of(
        entry.name(), entry.aliases(), entry.keyVariables(), entry.baseVariables(), entry.needs());
  }

  static Variables of(Provider provider) {
    return of(
        provider.getName(),
        provider.getAliases(),
        provider.getKeyVariables(),
        provider.getBaseVariables(),
        Placeholders.in(provider.getBaseUrl()));
  }

  static Variables ofCustom(String name) {
    return of(name, List.of(), List.of(), List.of(), List.of());
  }

  private static Variables of(
      String name,
      List<String> aliases,
      List<String> keyVariables,
      List<String> baseVariables,
      List<String> needs) {
    Set<String> stems = new LinkedHashSet<>();
    stems.add(stem(name));
    aliases.forEach(alias -> stems.add(stem(alias)));
    for (String variable : keyVariables) {
      if (variable.endsWith(KEY)) {
        stems.add(variable.substring(0, variable.length() - KEY.length()));
      }
    }
    return new Variables(
        name, stems, joined(stems, KEY, keyVariables), joined(stems, BASE, baseVariables), needs);
  }

  /** A provider's name as it stands in variables. */
  static String stem(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /** The longest of the stems that a text begins with, followed by an underscore and more. */
  Optional<String> stemOf(String text) {
    return stems.stream()
        .filter(stem -> text.startsWith(stem + "_") && text.length() > stem.length() + 1)
        .max(Comparator.comparingInt(String::length));
  }

  private static List<String> joined(Set<String> stems, String suffix, List<String> more) {
    Set<String> all = new LinkedHashSet<>();
    stems.forEach(stem -> all.add(stem + suffix));
    all.addAll(more);
    return new ArrayList<>(all);
  }
}
