package dev.caravan.config;

/**
 * Where a value came from: {@code command line}, {@code environment}, {@code .env:12}, {@code
 * default}.
 *
 * @param origin the kind of source, or the file's name within the data folder
 * @param line within the file, from 1; 0 when it is no file
 */
public record Source(String origin, int line) {
  public static final Source COMMAND_LINE = new Source("command line", 0);
  public static final Source ENVIRONMENT = new Source("environment", 0);
  public static final Source DEFAULT = new Source("default", 0);
  static final Source GENERATED = new Source("generated", 0);

  /** Whether it is a file, which is the gateway's own; the environment is everybody's. */
  public boolean isFile() {
    return line > 0;
  }

  /** Whether nobody said anything. */
  public boolean isDefault() {
    return is(DEFAULT);
  }

  boolean isGenerated() {
    return is(GENERATED);
  }

  // not equals(), which records get from method handles: they take eight classes at every start
  private boolean is(Source other) {
    return line == other.line && origin.equals(other.origin);
  }

  @Override
  public String toString() {
    return isFile() ? origin + ":" + line : origin;
  }
}
