package dev.caravan.client.matrix;

/**
 * A provider before the mock, in one dialect. A new upstream is a new constant, once the mock
 * speaks its dialect.
 */
enum Upstream {
  OPENAI_CHAT("openai-chat", "/v1", ""),
  OPENAI_RESPONSES("openai-responses", "/v1", "gAAAArs_0"),
  ANTHROPIC("anthropic", "", "EqQBCkYIBxgCKkBmb3hlcw=="),
  GEMINI("gemini", "", "c2lnbmVkIGJ5IHRoZSBtb2Nr");

  private final String dialect;
  private final String path;
  private final String signature;

  Upstream(String dialect, String path, String signature) {
    this.dialect = dialect;
    this.path = path;
    this.signature = signature;
  }

  String dialect() {
    return dialect;
  }

  /** What stands behind the mock's address. */
  String path() {
    return path;
  }

  /** What the mock signs its thinking with in this dialect, empty when the dialect cannot. */
  String signature() {
    return signature;
  }

  /** Where a request asks for thinking. */
  String thinkingField() {
    return switch (this) {
      case OPENAI_CHAT -> "\"reasoning_effort\"";
      case OPENAI_RESPONSES -> "\"reasoning\"";
      case ANTHROPIC -> "\"thinking\"";
      case GEMINI -> "\"thinkingConfig\"";
    };
  }

  /** Where a request says how the answer has to look. */
  String schemaField() {
    return switch (this) {
      case OPENAI_CHAT -> "\"response_format\"";
      case OPENAI_RESPONSES -> "\"json_schema\"";
      case ANTHROPIC -> "\"output_config\"";
      case GEMINI -> "\"responseMimeType\"";
    };
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
