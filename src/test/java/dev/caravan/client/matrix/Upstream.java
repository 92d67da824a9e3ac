package dev.caravan.client.matrix;

/**
 * A provider before the mock, in one dialect. A new upstream is a new constant, once the mock
 * speaks its dialect.
 */
enum Upstream {
  OPENAI_CHAT("openai-chat", "/v1"),
  ANTHROPIC("anthropic", "");

  private final String dialect;
  private final String path;

  Upstream(String dialect, String path) {
    this.dialect = dialect;
    this.path = path;
  }

  String dialect() {
    return dialect;
  }

  /** What stands behind the mock's address. */
  String path() {
    return path;
  }

  /** Name of the provider. */
  String provider() {
    return "to_" + name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public String toString() {
    return dialect;
  }
}
