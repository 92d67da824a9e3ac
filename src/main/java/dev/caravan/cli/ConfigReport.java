package dev.caravan.cli;

import dev.caravan.config.Accepted;
import dev.caravan.config.Configuration;
import dev.caravan.config.Setting;
import dev.caravan.config.Settings;
import dev.caravan.config.Source;
import dev.caravan.observe.Redaction;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.NearNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The settings in effect, each with its source, and the names that mean nothing. Holds no secret.
 * Immutable.
 */
public final class ConfigReport {
  private static final Pattern BASE = Pattern.compile("([A-Z0-9][A-Z0-9_]*)_API_BASE");
  private static final Pattern NUMBER = Pattern.compile("_\\d{1,9}$");
  private static final String PROVIDER = "<P>";
  private static final String KEYS = "Providers and their credentials";

  /**
   * A setting as it stands.
   *
   * @param section of the documents
   * @param value in effect as it was written, secrets in it masked
   * @param source where the value comes from
   * @param fallback what holds when nobody sets it
   * @param meaning a sentence
   * @param remark what is odd about it, empty when nothing is
   */
  public record Row(
      String section,
      String name,
      String value,
      Source source,
      String fallback,
      String meaning,
      String remark) {}

  /**
   * A name in a file of the gateway's own that nobody reads.
   *
   * @param near what was probably meant, the nearest first
   */
  public record Unknown(String name, Source source, List<String> near) {}

  private final List<Row> rows = new ArrayList<>();
  private final List<Unknown> unknown = new ArrayList<>();

  private final Configuration configuration;
  private final SortedMap<String, String> variables;
  private final Redaction redaction;
  private final Set<String> stems = new TreeSet<>();
  private final Map<String, String> keysOfProviders = new LinkedHashMap<>();

  /**
   * Looks through a configuration.
   *
   * @param declared names of the providers that route files define
   */
  public ConfigReport(Configuration configuration, Collection<String> declared) {
    this.configuration = configuration;
    this.variables = configuration.variables();
    this.redaction = Redaction.of(configuration);
    declared.forEach(name -> stems.add(stem(name)));
    for (String variable : variables.keySet()) {
      var base = BASE.matcher(variable);
      if (base.matches()) {
        stems.add(base.group(1));
      }
    }
    for (Catalogue.Entry entry : Catalogue.bundled().all()) {
      stems.add(stem(entry.name()));
      entry.aliases().forEach(alias -> stems.add(stem(alias)));
      for (String key : entry.keyVariables()) {
        keysOfProviders.put(key, "Key of " + entry.name() + ".");
        if (key.endsWith("_API_KEY")) {
          stems.add(key.substring(0, key.length() - "_API_KEY".length()));
        }
      }
      entry
          .baseVariables()
          .forEach(v -> keysOfProviders.put(v, "Address of " + entry.name() + "."));
      entry
          .needs()
          .forEach(v -> keysOfProviders.put(v, "Part of the address of " + entry.name() + "."));
    }
    Set<String> told = new LinkedHashSet<>();
    Settings.byTitle().forEach((title, settings) -> section(title, settings, told));
    variables.keySet().stream().filter(v -> !told.contains(v)).forEach(this::other);
  }

  /** Whether somebody would read a variable of this name. */
  static boolean isKnown(String variable) {
    String unnumbered = NUMBER.matcher(variable).replaceFirst("");
    return Settings.rowOf(variable).isPresent()
        || Accepted.contains(variable)
        || Catalogue.bundled().all().stream()
            .anyMatch(
                entry ->
                    entry.keyVariables().contains(unnumbered)
                        || entry.baseVariables().contains(variable)
                        || entry.needs().contains(variable));
  }

  /** All settings in the order of the documents, those of families only where they are set. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** Names in {@code .env} and other files that nobody reads. */
  public List<Unknown> unknown() {
    return List.copyOf(unknown);
  }

  private void section(String title, List<Setting<?>> settings, Set<String> told) {
    for (Setting<?> row : settings) {
      if (!row.name().contains("<")) {
        told.add(row.name());
        rows.add(row(title, row.name(), row, ""));
        continue;
      }
      for (String variable : variables.keySet()) {
        if (!told.contains(variable)
            && !text(variable).isEmpty()
            && Settings.rowOf(variable).filter(row::equals).isPresent()) {
          member(title, variable, row);
          told.add(variable);
        }
      }
    }
  }

  /** One of a family: the environment is everybody's, so there a provider must be meant. */
  private void member(String title, String variable, Setting<?> row) {
    String who = provider(variable, row.name());
    boolean known = who.isEmpty() || isProvider(who);
    boolean file = configuration.source(variable).filter(Source::isFile).isPresent();
    if (known) {
      rows.add(row(title, variable, Settings.named(variable).orElse(row), ""));
    } else if (file) {
      String guess = who.toLowerCase(Locale.ROOT);
      List<String> names = stems.stream().map(stem -> stem.toLowerCase(Locale.ROOT)).toList();
      rows.add(
          row(
              title,
              variable,
              Settings.named(variable).orElse(row),
              "no provider has this name" + ModelsCommand.didYouMean(NearNames.of(guess, names))));
    }
  }

  /** What stands for the provider, with all that follows; empty when none does. */
  private static String provider(String variable, String pattern) {
    int at = pattern.indexOf(PROVIDER);
    if (at < 0) {
      return "";
    }
    String rest = variable.substring(at);
    String behind = pattern.substring(at + PROVIDER.length());
    int next = behind.indexOf('<');
    String fixed = next < 0 ? behind : behind.substring(0, next);
    int end = fixed.length() > 1 ? rest.lastIndexOf(fixed) : -1;
    return end > 0 ? rest.substring(0, end) : rest;
  }

  private boolean isProvider(String text) {
    return stems.stream().anyMatch(stem -> text.equals(stem) || text.startsWith(stem + "_"));
  }

  private void other(String variable) {
    Source source = configuration.source(variable).orElse(Source.DEFAULT);
    String meaning = keysOfProviders.get(NUMBER.matcher(variable).replaceFirst(""));
    if (text(variable).isEmpty()) {
      return;
    }
    if (meaning != null) {
      rows.add(new Row(KEYS, variable, shown(variable), source, "unset", meaning, ""));
    } else if (source.isFile() && Accepted.contains(variable)) {
      rows.add(
          new Row(KEYS, variable, shown(variable), source, "", "Accepted, without effect.", ""));
    } else if (source.isFile() && Settings.rowOf(variable).isEmpty()) {
      unknown.add(new Unknown(variable, source, near(variable)));
    }
  }

  private Row row(String title, String name, Setting<?> setting, String remark) {
    String written = text(name);
    boolean legal = configuration.isSet(setting);
    boolean counts = legal && !(written.isEmpty() && !setting.type().emptyCounts());
    return new Row(
        title,
        name,
        counts ? shown(name) : setting.fallback() == null ? "" : setting.fallbackText(),
        counts ? configuration.source(setting) : Source.DEFAULT,
        setting.fallbackText(),
        setting.text(),
        !legal && !written.isEmpty()
            ? "what %s sets is not %s"
                .formatted(
                    configuration.source(name).orElse(Source.DEFAULT), setting.type().legal())
            : remark);
  }

  private String text(String variable) {
    return variables.getOrDefault(variable, "").strip();
  }

  private String shown(String variable) {
    String text = text(variable);
    String masked = redaction.mask(variable, text);
    return Settings.isSecret(variable) && masked.equals(text) ? "…" : masked;
  }

  /** Settings, and those of families with the providers that are known. */
  private List<String> near(String variable) {
    Set<String> names = new LinkedHashSet<>();
    for (Setting<?> row : Settings.all()) {
      String name = row.name();
      if (!name.contains("<")) {
        names.add(name);
      } else if (name.contains(PROVIDER)) {
        stems.stream()
            .filter(variable::contains)
            .map(stem -> name.replace(PROVIDER, stem).replaceAll("<[A-Z]+>", "1"))
            .forEach(names::add);
      }
    }
    int reach = Math.max(1, variable.length() / 6);
    return NearNames.of(variable, names).stream()
        .filter(name -> Math.abs(name.length() - variable.length()) <= reach)
        .limit(3)
        .toList();
  }

  private static String stem(String provider) {
    return provider.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
