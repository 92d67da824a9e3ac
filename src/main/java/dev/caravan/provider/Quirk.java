package dev.caravan.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A way in which a provider departs from OpenAI's chat dialect (providers.md 11). */
public enum Quirk {
  /** Knows {@code max_tokens} only, not {@code max_completion_tokens}. */
  MT,
  /** Refuses {@code parallel_tool_calls}. */
  NP,
  /** Refuses {@code stream_options}, so the usage of a stream has to be estimated. */
  NS,
  /** Takes a message's content only as one string, not as a list of parts. */
  STR,
  /** May wrap its thinking in {@code <think>} tags inside the text, which are taken apart. */
  TH;

  static Optional<Quirk> named(String code) {
    return Arrays.stream(values())
        .filter(q -> q.name().equals(code.strip().toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(Enum::name).toList();
  }
}
