package dev.caravan.upstream;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/**
 * What the client of a stream is shown before the gateway is bound to an answer: reasoning, which
 * another attempt may follow (rotation.md 6.4). Of that one its own reasoning is left out, so that
 * the client sees one train of thought and one answer. Lives on the loop of its call.
 */
public final class Foretaste {
  private final Consumer<Buffer> client;
  private boolean begun;

  /**
   * For one call.
   *
   * @param client takes pieces of the stream, on the loop of the call
   */
  public Foretaste(Consumer<Buffer> client) {
    this.client = client;
  }

  /** Whether the client has been shown something, by this attempt or an earlier one. */
  boolean hasBegun() {
    return begun;
  }

  void show(Buffer piece) {
    begun = true;
    client.accept(piece);
  }
}
