package dev.caravan.dialect.hub;

import java.util.List;

/**
 * One turn.
 *
 * @param blocks in order; a writer leaves out a message that it can write none of
 */
public record Message(Role role, List<Block> blocks) {

  public Message {
    blocks = List.copyOf(blocks);
  }
}
