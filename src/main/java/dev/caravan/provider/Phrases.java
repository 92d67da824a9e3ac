package dev.caravan.provider;

import java.util.regex.Pattern;

/**
 * The sentences by which vendors tell what their codes do not. Whole phrases only: "max_tokens must
 * be positive" and "string too long" are not about the context window (rotation.md case 48).
 */
final class Phrases {

  static final String CONTEXT_WINDOW =
      "prompt is too long(?:: \\d|$)"
          + "|maximum context length"
          + "|maximum prompt length is"
          + "|exceeds? (?:the )?(?:model'?s )?(?:available |maximum |max )?context (?:window|length|size|limit)"
          + "|context (?:window|length|size)(?: limit)? (?:is |was |has been )?exceeded"
          + "|exceeds the maximum (?:number of tokens|input (?:length|tokens))"
          + "|input is too long for (?:the )?requested model"
          + "|too many tokens in (?:the )?(?:prompt|request|input)"
          + "|reduce the length of the (?:messages|prompt|input)";

  static final Pattern QUOTA = Pattern.compile("(?i)\\bquota\\b");

  private Phrases() {}
}
