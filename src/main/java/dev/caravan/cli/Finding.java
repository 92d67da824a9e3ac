package dev.caravan.cli;

/**
 * What one check of {@code caravan doctor} has found.
 *
 * @param check what was looked at
 * @param standing how it stands
 * @param words what was seen, and what to do about it
 */
record Finding(String check, Standing standing, String words) {

  /** From nothing to do to cannot work. */
  enum Standing {
    OK,
    WARN,
    FAIL;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Finding ok(String check, String words) {
    return new Finding(check, Standing.OK, words);
  }

  static Finding warn(String check, String words) {
    return new Finding(check, Standing.WARN, words);
  }

  static Finding fail(String check, String words) {
    return new Finding(check, Standing.FAIL, words);
  }
}
