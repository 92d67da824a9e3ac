package dev.caravan.config;

import java.util.function.Function;

/**
 * How the text of a setting becomes a value. Immutable; the ready ones are in {@link Types}.
 *
 * @param name as the documents say it: {@code seconds}, {@code yes/no}
 * @param legal the end of the sentence "is not …"
 * @param secret whether the value must not be shown
 * @param emptyCounts whether empty text is a value; otherwise it means "not set"
 * @param reader turns text into a value, or throws {@link IllegalArgumentException}
 */
public record SettingType<T>(
    String name, String legal, boolean secret, boolean emptyCounts, Function<String, T> reader) {

  SettingType(String name, String legal, Function<String, T> reader) {
    this(name, legal, false, false, reader);
  }

  /**
   * Turns text into a value.
   *
   * @param text without blanks around it
   * @throws IllegalArgumentException if the text is none of the legal ones
   */
  public T read(String text) {
    return reader.apply(text);
  }
}
