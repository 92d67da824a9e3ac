package dev.caravan.dialect.openai.responses;

/** Events that announce something and say nothing yet. */
final class Handshakes {
  private Handshakes() {}

  /**
   * Whether an event is one.
   *
   * @param type of the event
   * @param item type of the item that it tells of, empty for none
   */
  static boolean is(String type, String item) {
    return switch (type) {
      case "response.created",
          "response.queued",
          "response.in_progress",
          "response.content_part.added",
          "response.reasoning_summary_part.added",
          "codex.rate_limits",
          "codex.response.metadata",
          "response.metadata",
          "keepalive" ->
          true;
      // a call says what it calls, a message and a thought only that they begin
      case "response.output_item.added" -> item.equals("message") || item.equals("reasoning");
      default -> false;
    };
  }
}
