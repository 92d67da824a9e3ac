package dev.caravan.dialect.openai;

import dev.caravan.dialect.hub.Finish;

/** OpenAI's finish reasons. */
final class Finishes {
  private Finishes() {}

  static Finish of(String reason) {
    return switch (reason) {
      case "length", "max_tokens" -> Finish.LENGTH;
      case "tool_calls", "function_call" -> Finish.TOOL_CALLS;
      case "content_filter" -> Finish.REFUSED;
      default -> Finish.STOP;
    };
  }

  /**
   * The reason that a client sees: calls are told by their own reason, unless the answer was cut or
   * refused.
   */
  static String word(Finish finish, boolean called) {
    return switch (finish) {
      case LENGTH -> "length";
      case REFUSED -> "content_filter";
      case TOOL_CALLS -> "tool_calls";
      case STOP, STOP_SEQUENCE, PAUSED -> called ? "tool_calls" : "stop";
    };
  }
}
