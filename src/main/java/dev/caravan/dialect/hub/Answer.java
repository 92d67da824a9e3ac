package dev.caravan.dialect.hub;

import dev.caravan.call.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer.
 *
 * @param id as the provider calls it, null when it has none
 * @param blocks in order
 * @param stopSequence the text that ended it, null when not known
 */
public record Answer(
    @Nullable String id,
    List<Block> blocks,
    Finish finish,
    @Nullable JsonText stopSequence,
    Usage usage) {

  public Answer {
    blocks = List.copyOf(blocks);
  }

  /** Whether it says anything to anybody. */
  public boolean isEmpty() {
    return blocks.isEmpty() && finish == Finish.STOP;
  }
}
