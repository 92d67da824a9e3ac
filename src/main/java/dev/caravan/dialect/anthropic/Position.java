package dev.caravan.dialect.anthropic;

/**
 * Where a stream of messages events stands, in one number: 0 before {@code message_start}, then how
 * many blocks have ended, and whether one is open.
 */
final class Position {
  private Position() {}

  static int of(int blocks, boolean open) {
    return 1 + 2 * blocks + (open ? 1 : 0);
  }

  /** Number of the block that is open, or of the next. */
  static int block(int position) {
    return (position - 1) / 2;
  }

  static boolean isOpen(int position) {
    return position > 0 && (position - 1) % 2 == 1;
  }
}
