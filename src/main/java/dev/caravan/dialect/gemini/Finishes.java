package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.Finish;

/** Gemini's finish reasons (Gemini API reference, FinishReason; http-api.md 9.3). */
final class Finishes {
  private Finishes() {}

  static Finish of(String reason) {
    return switch (reason) {
      case "MAX_TOKENS" -> Finish.LENGTH;
      case "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "LANGUAGE",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          Finish.REFUSED;
      default -> Finish.STOP;
    };
  }

  /**
   * Whether a client has to be told of it, even when nothing else was said. A call that the model
   * did not manage to write is no such reason: the provider is asked again.
   */
  static boolean isUnusual(String reason) {
    return of(reason) != Finish.STOP;
  }

  /** The reason that a client sees; calls have none of their own. */
  static String word(Finish finish) {
    return switch (finish) {
      case LENGTH -> "MAX_TOKENS";
      case REFUSED -> "SAFETY";
      case STOP, STOP_SEQUENCE, TOOL_CALLS, PAUSED -> "STOP";
    };
  }
}
