package dev.caravan.config;

/**
 * One {@code KEY=value} of a file.
 *
 * @param key as written
 * @param value unquoted and expanded
 * @param line on which it begins, from 1
 * @param from offset of the key in the file's text
 * @param to offset after the value and its quotes
 */
record Assignment(String key, String value, int line, int from, int to) {

  /** Values are often secrets. */
  @Override
  public String toString() {
    return key + " in line " + line;
  }
}
