package dev.caravan.config;

import dev.caravan.config.Sources.Value;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is set, and where. One order holds everywhere (operations.md 4): command line, environment,
 * {@code overrides.env}, {@code .env}, other {@code *.env} by name, {@code application.properties},
 * default. An empty value hides no other, unless the setting is a list.
 *
 * <p>An immutable snapshot: a change on disk makes another one. Nothing here fails; what is wrong
 * is a warning, and the default is used.
 */
public final class Configuration {
  private final Path home;
  private final SortedMap<String, Value> values;
  private final SortedMap<String, String> camelProperties;
  private final List<Warning> sourceWarnings;
  private final List<Warning> warnings;
  private final Map<Setting<?>, Object> read = new HashMap<>();

  private Configuration(
      Path home,
      SortedMap<String, Value> values,
      SortedMap<String, String> camelProperties,
      List<Warning> sourceWarnings) {
    this.home = home;
    this.values = values;
    this.camelProperties = camelProperties;
    this.sourceWarnings = sourceWarnings;
    List<Warning> all = new ArrayList<>(sourceWarnings);
    values.forEach((name, value) -> read(name, value, all));
    this.warnings = List.copyOf(all);
  }

  /**
   * Reads the files of a data folder, which need not exist.
   *
   * @param home the data folder, see {@link #home(Map, Map)}
   * @param commandLine settings given as flags, by the name of the variable
   * @param environment of the process
   */
  public static Configuration load(
      Path home, Map<String, String> commandLine, Map<String, String> environment) {
    Path folder = home.toAbsolutePath().normalize();
    Sources sources = new Sources(folder);
    sources.add(commandLine, Source.COMMAND_LINE);
    sources.add(environment, Source.ENVIRONMENT);
    sources.addFiles();
    sources.resolveReferences();
    return new Configuration(folder, sources.variables(), sources.camel(), sources.warnings());
  }

  /** The data folder: from the command line, else the environment, else the current folder. */
  public static Path home(Map<String, String> commandLine, Map<String, String> environment) {
    String name = Settings.CARAVAN_HOME.name();
    String given = commandLine.getOrDefault(name, environment.getOrDefault(name, ""));
    return withoutTilde(given.isBlank() ? "." : given.strip());
  }

  public Path home() {
    return home;
  }

  /**
   * The value of a setting; relative paths start in the data folder.
   *
   * @throws IllegalArgumentException if the setting has no default; {@link #find} is for those
   */
  public <T> T get(Setting<T> setting) {
    T value = value(setting);
    if (value == null) {
      throw new IllegalArgumentException(setting + " has no default; use find");
    }
    return value;
  }

  /** The value of a setting, empty if it is not set and has no default. */
  public <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable(value(setting));
  }

  /** Where the value of a setting came from; the default if what is set there is not legal. */
  public Source source(Setting<?> setting) {
    Value value = read.containsKey(setting) ? values.get(setting.name()) : null;
    return value == null ? Source.DEFAULT : value.source();
  }

  /** Whether somebody set it, to whatever value. */
  public boolean isSet(Setting<?> setting) {
    return !source(setting).isDefault();
  }

  /** Where a variable came from, empty if it is not set. */
  public Optional<Source> source(String variable) {
    return Optional.ofNullable(values.get(variable)).map(Value::source);
  }

  /** All variables of all sources as they were written, secrets included. */
  public SortedMap<String, String> variables() {
    SortedMap<String, String> texts = new TreeMap<>();
    values.forEach((name, value) -> texts.put(name, value.text()));
    return Collections.unmodifiableSortedMap(texts);
  }

  /**
   * The properties that are no settings of the gateway: Camel's own ({@code camel.…}) and those
   * that routes refer to as {@code {{name}}}.
   */
  public SortedMap<String, String> camelProperties() {
    return Collections.unmodifiableSortedMap(camelProperties);
  }

  /** The values that must not be shown, for the masks of {@code observe}. */
  public Set<String> secrets() {
    Set<String> secrets = new LinkedHashSet<>();
    values.forEach((name, value) -> addSecret(name, value.text(), secrets));
    camelProperties.forEach((key, text) -> addSecret(PropertyFile.spelled(key), text, secrets));
    read.values().stream().flatMap(Configuration::password).forEach(secrets::add);
    return secrets;
  }

  /** Everything that was found wrong, all at once. */
  public List<Warning> warnings() {
    return warnings;
  }

  /** The same as if the command line had said otherwise of one setting. */
  public Configuration with(Setting<?> setting, String text) {
    return with(setting.name(), text, Source.COMMAND_LINE);
  }

  /** The same with one variable set to another value. */
  Configuration with(String variable, String text, Source source) {
    SortedMap<String, Value> changed = new TreeMap<>(values);
    changed.put(variable, new Value(text, source));
    return new Configuration(home, changed, camelProperties, sourceWarnings);
  }

  // What is kept for a setting was read by the type of an equal setting.
  @SuppressWarnings("unchecked")
  private <T> @Nullable T value(Setting<T> setting) {
    Object set = read.get(setting);
    Object value = set == null ? setting.fallback() : set;
    return (T) (value instanceof Path path ? home.resolve(withoutTilde(path.toString())) : value);
  }

  private void read(String name, Value value, List<Warning> found) {
    Optional<Setting<?>> known = Settings.named(name);
    if (known.isPresent()) {
      read(known.get(), value, found);
    } else if (value.source().isFile()) {
      String near = Settings.near(name);
      if (near != null) {
        found.add(
            Warning.at(value.source(), "%s is no setting; did you mean %s?".formatted(name, near)));
      }
    }
  }

  private void read(Setting<?> setting, Value value, List<Warning> found) {
    String text = value.text().strip();
    if (text.isEmpty() && !setting.type().emptyCounts()) {
      return;
    }
    try {
      read.put(setting, setting.type().read(text));
    } catch (IllegalArgumentException illegal) {
      found.add(
          Warning.at(
              value.source(),
              "%s%s is not %s; the default (%s) is used"
                  .formatted(
                      setting,
                      shown(setting.name(), text),
                      setting.type().legal(),
                      setting.fallbackText())));
    }
  }

  private static String shown(String name, String text) {
    // An address may hold a password, and one that does not parse cannot be searched for it.
    if (Settings.isSecret(name) || text.contains("@")) {
      return "";
    }
    return " \"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
  }

  /** The password of an address such as {@code http://me:password@proxy:3128}. */
  private static Stream<String> password(Object value) {
    String who = value instanceof URI address ? address.getUserInfo() : null;
    return who == null ? Stream.empty() : Stream.of(who.substring(who.indexOf(':') + 1));
  }

  private static void addSecret(String name, String text, Set<String> secrets) {
    if (!text.isBlank() && Settings.isSecret(name)) {
      secrets.add(text.strip());
    }
  }

  private static Path withoutTilde(String path) {
    boolean isHomes = path.equals("~") || path.startsWith("~/");
    return Path.of(isHomes ? System.getProperty("user.home") + path.substring(1) : path);
  }

  /** Names only: values are often secrets. */
  @Override
  public String toString() {
    return "configuration of %s with %d variables".formatted(home, values.size());
  }
}
