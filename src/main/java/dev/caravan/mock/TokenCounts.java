package dev.caravan.mock;

/**
 * Token counts of one answer as OpenAI writes them.
 *
 * @param cached prompt tokens read from a cache, part of the prompt
 * @param completion all output, reasoning included
 * @param reasoning part of the completion
 */
record TokenCounts(int cached, int completion, int reasoning) {

  /** Every prompt is this long, so that a test can reckon. */
  static final int PROMPT = 20;

  String json() {
    return "{\"prompt_tokens\":"
        + PROMPT
        + ",\"completion_tokens\":"
        + completion
        + ",\"total_tokens\":"
        + (PROMPT + completion)
        + ",\"prompt_tokens_details\":{\"cached_tokens\":"
        + cached
        + "},\"completion_tokens_details\":{\"reasoning_tokens\":"
        + reasoning
        + "}}";
  }
}
