package dev.caravan.mock;

import io.vertx.core.buffer.Buffer;

/** The events of one stream, in the dialect that was asked in. Belongs to its stream. */
interface Chunks {
  /** Announces the answer. */
  Buffer role();

  /**
   * Something said.
   *
   * @param delta as a chat chunk has it
   */
  Buffer delta(byte[] delta);

  Buffer finish(String reason);

  Buffer finish(String reason, TokenCounts counts);

  Buffer usageOnly(TokenCounts counts);

  Buffer error(Refusal refusal);

  /** What comes last. */
  Buffer done();
}
