package dev.caravan.dialect.anthropic;

import dev.caravan.dialect.hub.Finish;

/** Anthropic's stop reasons (http-api.md 4.4). */
final class Stops {
  private Stops() {}

  static Finish of(String reason) {
    return switch (reason) {
      case "max_tokens", "model_context_window_exceeded" -> Finish.LENGTH;
      case "tool_use" -> Finish.TOOL_CALLS;
      case "stop_sequence" -> Finish.STOP_SEQUENCE;
      case "refusal" -> Finish.REFUSED;
      case "pause_turn" -> Finish.PAUSED;
      default -> Finish.STOP;
    };
  }

  /** The reason that a client sees: {@code tool_use} if and only if a tool was called. */
  static String word(Finish finish, boolean called) {
    return switch (finish) {
      case LENGTH -> "max_tokens";
      case REFUSED -> "refusal";
      case PAUSED -> "pause_turn";
      case STOP, STOP_SEQUENCE, TOOL_CALLS ->
          called ? "tool_use" : finish == Finish.STOP_SEQUENCE ? "stop_sequence" : "end_turn";
    };
  }
}
