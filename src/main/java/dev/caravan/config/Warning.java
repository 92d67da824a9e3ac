package dev.caravan.config;

/**
 * Something about the configuration that a user should know; the start goes on.
 *
 * @param where {@code .env:12}, {@code environment}
 * @param text one sentence without secrets: what is wrong, what is legal, what happens now
 */
public record Warning(String where, String text) {
  static Warning at(Source source, String text) {
    return new Warning(source.toString(), text);
  }

  @Override
  public String toString() {
    return where + ": " + text;
  }
}
