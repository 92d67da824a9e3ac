package dev.caravan.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue: every setting once. {@code Settings.GLOBAL_TIMEOUT} is a key for {@link
 * Configuration#get}; {@code Settings.ROTATION_MODE.of("groq")} makes one of a family.
 *
 * <p>To add a setting, add one constant to the section it belongs to; {@code docs/settings.md} and
 * {@code application.properties} follow from it.
 */
public final class Settings
    implements ServerSettings,
        CallSettings,
        CredentialSettings,
        RotationSettings,
        StateSettings,
        ObservationSettings {

  /** Endings of names that mean a secret wherever they come from. */
  private static final List<String> SECRET_ENDINGS =
      List.of("_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_JWT", "_PAT");

  private static final List<Section> SECTIONS =
      List.of(SERVER, CALLS, CREDENTIALS, ROTATION, STATE, OBSERVATION);

  private static final List<SettingPattern<?>> MOST_FIXED_FIRST = mostFixedFirst();

  private static final Map<String, Setting<?>> BY_NAME = byName();

  private Settings() {}

  /** All rows in the order of the documents; families have placeholders in their names. */
  public static List<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>();
    SECTIONS.forEach(section -> all.addAll(section.rows()));
    return List.copyOf(all);
  }

  /** The setting that a variable sets, or the member of a family; empty when there is none. */
  public static Optional<Setting<?>> named(String variable) {
    return rowOf(variable).map(row -> row.named(variable));
  }

  /**
   * The row of the catalogue that a variable belongs to, placeholders in its name if it has some.
   */
  public static Optional<Setting<?>> rowOf(String variable) {
    Setting<?> exact = BY_NAME.get(variable);
    if (exact != null) {
      return Optional.of(exact);
    }
    for (SettingPattern<?> pattern : MOST_FIXED_FIRST) {
      if (pattern.matches(variable)) {
        return Optional.of(pattern.row());
      }
    }
    return Optional.empty();
  }

  /** The rows under the titles of the documents, in their order. */
  public static Map<String, List<Setting<?>>> byTitle() {
    Map<String, List<Setting<?>>> byTitle = new LinkedHashMap<>();
    SECTIONS.forEach(section -> byTitle.put(section.title(), List.copyOf(section.rows())));
    return byTitle;
  }

  /** Whether a variable holds something that must not be shown, known to the catalogue or not. */
  public static boolean isSecret(String variable) {
    return named(variable)
        .map(setting -> setting.type().secret())
        .orElseGet(() -> endsLikeSecret(withoutNumber(variable)));
  }

  static List<Section> sections() {
    return SECTIONS;
  }

  /**
   * The name that was probably meant: one letter off, or two in a longer name. Null if none is that
   * near.
   */
  static @Nullable String near(String unknown) {
    int allowed = unknown.length() < 8 ? 1 : 2;
    return BY_NAME.keySet().stream()
        .filter(known -> Math.abs(known.length() - unknown.length()) <= allowed)
        .filter(known -> EditDistance.between(known, unknown) <= allowed)
        .min(
            Comparator.<String>comparingInt(known -> EditDistance.between(known, unknown))
                .thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }

  private static boolean endsLikeSecret(String variable) {
    return SECRET_ENDINGS.stream().anyMatch(variable::endsWith);
  }

  private static String withoutNumber(String variable) {
    int end = variable.length();
    while (end > 0 && Character.isDigit(variable.charAt(end - 1))) {
      end--;
    }
    boolean isNumbered = end < variable.length() && end > 0 && variable.charAt(end - 1) == '_';
    return isNumbered ? variable.substring(0, end - 1) : variable;
  }

  private static List<SettingPattern<?>> mostFixedFirst() {
    List<SettingPattern<?>> patterns = new ArrayList<>();
    SECTIONS.forEach(section -> patterns.addAll(section.patterns()));
    patterns.sort(Comparator.<SettingPattern<?>>comparingInt(p -> p.fixedLength()).reversed());
    return List.copyOf(patterns);
  }

  private static Map<String, Setting<?>> byName() {
    Map<String, Setting<?>> byName = new LinkedHashMap<>();
    for (Setting<?> setting : all()) {
      if (byName.put(setting.name(), setting) != null) {
        throw new IllegalStateException(setting + " is in the catalogue twice");
      }
    }
    byName.keySet().removeIf(name -> name.contains("<"));
    return Map.copyOf(byName);
  }
}
