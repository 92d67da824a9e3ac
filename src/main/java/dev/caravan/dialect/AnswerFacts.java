package dev.caravan.dialect;

import dev.caravan.call.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway knows of a whole answer.
 *
 * @param shape what it is
 * @param usage what it says it used, {@link Usage#NONE} when it says nothing
 * @param modelAt the value of the top-level {@code model}, quotes included, null when absent
 */
public record AnswerFacts(Shape shape, Usage usage, @Nullable Span modelAt) {

  /** What a body that came with status 200 turned out to be. */
  public enum Shape {
    ANSWER,
    /** An object with an {@code error}: a failure, whatever the status said. */
    ERROR,
    /** An answer without any content. */
    EMPTY,
    /** Not JSON, or cut. */
    UNREADABLE
  }
}
