package dev.caravan.mock;

/**
 * The answer of the mock when all is well.
 *
 * @param pace how a stream is timed
 * @param role whether the role chunk is sent even before a mishap "after 0"
 * @param reasoning chunks of thinking before the content
 * @param content what it says
 * @param ending how it ends
 */
record Answer(Pace pace, boolean role, int reasoning, Content content, Ending ending) {

  /**
   * @param chunks of content, for {@link Content.Text}
   * @param gapMillis from one chunk to the next
   * @param pauseMillis from the role chunk to the first other one
   */
  record Pace(int chunks, int gapMillis, int pauseMillis) {}

  /** What an answer says. */
  sealed interface Content {

    /** Numbered tokens in a stream, the quick brown fox up to this length in a plain answer. */
    record Text(int length) implements Content {}

    /** The last user message. */
    record Echo() implements Content {}

    /** Calls of the tool that the request offers; text once their results are there. */
    record Tools(int calls) implements Content {}

    /** Thoughts between tags inside the text, torn over the chunks of a stream. */
    record Tags() implements Content {}

    /** The call that a line of the last user message names; text when none does. */
    record Act() implements Content {}
  }

  /**
   * @param finish reason, unless the content is a tool call
   * @param repeated whether each chunk of a stream carries it
   * @param usage where the token counts stand
   * @param cached prompt tokens that count as cached
   * @param done whether {@code [DONE]} closes a stream
   * @param used percent of a plan that is used
   * @param bare whether the last event of a stream of responses lacks the output before it
   * @param toldInStream whether what is used of a plan is told by an event, and not by headers
   */
  record Ending(
      String finish,
      boolean repeated,
      UsagePlace usage,
      int cached,
      boolean done,
      int used,
      boolean bare,
      boolean toldInStream) {}

  /** Where a stream tells its token counts. */
  enum UsagePlace {
    /** In a chunk without choices, when {@code stream_options.include_usage} asks for it. */
    OWN_CHUNK,
    /** In the finishing chunk, asked for or not. */
    LAST_CHUNK,
    /** Nowhere, and not in a plain answer either. */
    NOWHERE
  }
}
