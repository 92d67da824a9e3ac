package dev.caravan.provider;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The variables while they are being read, and what was found wrong with them on the way. */
final class Environment {

  private final TreeMap<String, String> variables = new TreeMap<>();
  private final List<Finding> findings = new ArrayList<>();

  /**
   * A variable that has a value.
   *
   * @param value without blanks and one pair of quotes around it, not empty
   */
  record Found(String variable, String value) {}

  Environment(Map<String, String> variables) {
    this.variables.putAll(variables);
  }

  Collection<String> names() {
    return variables.keySet();
  }

  boolean isSet(String variable) {
    return variables.containsKey(variable);
  }

  Optional<Found> find(String variable) {
    String value = variables.get(variable);
    return value == null
        ? Optional.empty()
        : Optional.of(new Found(variable, clean(value))).filter(f -> !f.value().isEmpty());
  }

  /** The first of the variables that has a value. */
  Optional<Found> first(Collection<String> candidates) {
    return candidates.stream().flatMap(v -> find(v).stream()).findFirst();
  }

  void warn(String variable, String problem, String remedy) {
    note(new Finding(Finding.Severity.WARNING, variable, problem, remedy));
  }

  void fail(String variable, String problem, String remedy) {
    note(new Finding(Finding.Severity.ERROR, variable, problem, remedy));
  }

  List<Finding> findings() {
    return findings;
  }

  // A global variable is looked at once for every provider, but is wrong only once.
  private void note(Finding finding) {
    if (!findings.contains(finding)) {
      findings.add(finding);
    }
  }

  private static String clean(String value) {
    String text = value.strip();
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(0) == text.charAt(text.length() - 1);
    return quoted ? text.substring(1, text.length() - 1).strip() : text;
  }
}
