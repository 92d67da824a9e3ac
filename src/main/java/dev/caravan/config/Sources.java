package dev.caravan.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gathers variables from all places, the strongest first: a variable keeps the first value that is
 * not empty. For one use.
 */
final class Sources {

  /** A value as it was found. */
  record Value(String text, Source source) {

    /** Values are often secrets. */
    @Override
    public String toString() {
      return "from " + source;
    }
  }

  private static final String REFERENCE = "file:";

  private final Path home;
  private final SortedMap<String, Value> variables = new TreeMap<>();
  private final SortedMap<String, String> camel = new TreeMap<>();
  private final List<Warning> warnings = new ArrayList<>();

  Sources(Path home) {
    this.home = home;
  }

  SortedMap<String, Value> variables() {
    return variables;
  }

  SortedMap<String, String> camel() {
    return camel;
  }

  List<Warning> warnings() {
    return warnings;
  }

  void add(Map<String, String> values, Source source) {
    values.forEach((name, text) -> offer(name, text, source));
  }

  void addFiles() {
    for (String name : envFiles()) {
      String text = read(name);
      if (text != null) {
        warnOfMode(name);
        EnvFile file = EnvFile.parse(name, text, this::known);
        warnings.addAll(file.warnings());
        offerAll(name, file.assignments());
      }
    }
    String name = "application.properties";
    String text = read(name);
    if (text != null) {
      List<Assignment> all = PropertyFile.parse(text);
      for (Assignment property : all) {
        if (!PropertyFile.isVariable(property.key())) {
          camel.put(property.key(), property.value());
        }
      }
      offerAll(
          name,
          all.stream()
              .filter(property -> PropertyFile.isVariable(property.key()))
              .map(Sources::asVariable)
              .toList());
    }
  }

  /** Replaces {@code file:/run/secrets/x} by what the file holds, for variables that are secret. */
  void resolveReferences() {
    for (String name : List.copyOf(variables.keySet())) {
      Value value = variables.getOrDefault(name, new Value("", Source.DEFAULT));
      if (value.text().startsWith(REFERENCE) && Settings.isSecret(name)) {
        resolve(name, value);
      }
    }
  }

  private void resolve(String name, Value value) {
    String reference = value.text().substring(REFERENCE.length());
    String path = reference.startsWith("//") ? reference.substring(2) : reference;
    try {
      String secret = Files.readString(home.resolve(path)).strip();
      variables.put(name, new Value(secret, value.source()));
    } catch (IOException | RuntimeException unreadable) {
      // Not left as it is: a reference sent to a provider as if it were the key helps nobody.
      variables.remove(name);
      warnings.add(
          Warning.at(
              value.source(),
              "%s refers to the file %s, which cannot be read (%s); it counts as not set"
                  .formatted(name, path, unreadable.getClass().getSimpleName())));
    }
  }

  /** {@code overrides.env} stands in for an {@code .env} that cannot be written. */
  private List<String> envFiles() {
    List<String> names = new ArrayList<>(List.of("overrides.env", ".env"));
    try (Stream<Path> files = Files.list(home)) {
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".env") && !name.startsWith("."))
          .filter(name -> !name.equals("overrides.env"))
          .sorted()
          .forEach(names::add);
    } catch (IOException | RuntimeException unreadable) {
      // A home that is not there yet has no files; the environment alone is enough to run.
    }
    return names;
  }

  private @Nullable String read(String name) {
    Path file = home.resolve(name);
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException absent) {
      return null;
    } catch (IOException unreadable) {
      boolean isFolder = Files.isDirectory(file);
      warnings.add(
          new Warning(
              name,
              isFolder
                  ? "it is a folder and is ignored; a container makes one when the file to mount is"
                      + " missing"
                  : "it cannot be read and is ignored (%s)"
                      .formatted(unreadable.getClass().getSimpleName())));
      return null;
    }
  }

  private void warnOfMode(String name) {
    var view = Files.getFileAttributeView(home.resolve(name), PosixFileAttributeView.class);
    try {
      if (view != null
          && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
        warnings.add(
            new Warning(name, "everybody on this machine can read it; chmod 600 keeps it yours"));
      }
    } catch (IOException unreadable) {
      // It was read a moment ago; its mode is not worth a word of its own.
    }
  }

  private void offerAll(String file, List<Assignment> assignments) {
    Map<String, Assignment> last = new TreeMap<>();
    assignments.forEach(assignment -> last.put(assignment.key(), assignment));
    last.forEach(
        (name, assignment) -> offer(name, assignment.value(), new Source(file, assignment.line())));
  }

  private void offer(String name, String text, Source source) {
    Value stronger = variables.get(name);
    if (stronger == null || (stronger.text().isEmpty() && !isSetWhenEmpty(name))) {
      variables.put(name, new Value(text, source));
    }
  }

  private @Nullable String known(String name) {
    Value value = variables.get(name);
    return value == null ? null : value.text();
  }

  private static Assignment asVariable(Assignment property) {
    return new Assignment(
        PropertyFile.variable(property.key()), property.value(), property.line(), 0, 0);
  }

  private static boolean isSetWhenEmpty(String name) {
    return Settings.named(name).map(setting -> setting.type().emptyCounts()).orElse(false);
  }
}
