package dev.caravan.mock;

/** What goes wrong with an answer. */
sealed interface Mishap {

  /** Nothing does. */
  record None() implements Mishap {}

  /** An error answer. */
  record Refused(Refusal refusal) implements Mishap {}

  /** No status line, ever. */
  record Hangs() implements Mishap {}

  /** The connection is closed without a byte. */
  record Vanishes() implements Mishap {}

  /** Status 200, and then something. */
  sealed interface Late extends Mishap {

    /**
     * Chunks of a stream that come before it; the role chunk is not counted. In a plain answer 0
     * means before its body, more means in the middle of it.
     */
    int after();
  }

  /** The connection is closed. */
  record Cut(int after) implements Late {}

  /** Nothing more comes while the connection stays open. */
  record Stalls(int after) implements Late {}

  /** An error object instead of the rest, and an orderly end without {@code [DONE]}. */
  record ErrorEvent(int after, Refusal refusal) implements Late {}

  /** JSON that stops in the middle, and an orderly end. */
  record Garbled() implements Late {
    @Override
    public int after() {
      return 0;
    }
  }

  /** A proper frame, and no content in it. */
  record Empty() implements Late {
    @Override
    public int after() {
      return 0;
    }
  }
}
