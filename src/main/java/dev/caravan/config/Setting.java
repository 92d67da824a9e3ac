package dev.caravan.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a user may set. Immutable; two settings are equal when they read the same variable
 * in the same way.
 *
 * @param name of the variable, {@code GLOBAL_TIMEOUT}; in the row of a pattern with placeholders,
 *     {@code ROTATION_MODE_<P>}
 * @param type how its text is read
 * @param fallback value when nothing is set, null when there is none
 * @param fallbackText the same as the documents show it
 * @param text what it does, in one sentence
 * @param live whether a change applies without restart
 */
public record Setting<T>(
    String name,
    SettingType<T> type,
    @Nullable T fallback,
    String fallbackText,
    String text,
    boolean live) {

  /** The same setting under another name, as a pattern makes it. */
  Setting<T> named(String other) {
    return new Setting<>(other, type, fallback, fallbackText, text, live);
  }

  /** As a property: {@code caravan.global-timeout}. */
  public String propertyKey() {
    return PropertyFile.key(name);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Setting<?> that && name.equals(that.name) && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
