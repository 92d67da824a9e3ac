package dev.caravan.dialect;

import dev.caravan.call.Usage;
import org.jspecify.annotations.Nullable;

/** Watches the events of one upstream stream, in order. Not thread-safe. */
public interface StreamWatch {

  /** What one event means to the gateway. */
  enum Sight {
    /** A comment or a ping: a sign of life, nothing more. */
    LIFE,
    /** Announces the answer but holds nothing of it: the role, {@code message_start}. */
    HANDSHAKE,
    /**
     * Part of what the model thinks, when nothing but that has come; told apart by watches that
     * were asked to.
     */
    REASONING,
    /** Part of the answer, or something not known: after it nothing can be taken back. */
    CONTENT,
    /** Usage and nothing else. */
    USAGE,
    /** An error object. */
    ERROR,
    /** The mark after which nothing comes. */
    END
  }

  /**
   * Looks at one complete event.
   *
   * @param bytes array that holds it
   * @param start first byte of the event
   * @param end one past its blank line
   * @param hints what {@link dev.caravan.dialect.sse.EventScanner} saw while it looked for the end
   */
  Sight look(byte[] bytes, int start, int end, int hints);

  /**
   * Where the event that was looked at last names the model, quotes included, when the client has
   * to see the name that it asked for there; null otherwise.
   */
  default @Nullable Span modelAt() {
    return null;
  }

  /**
   * Where the client's stream stands, in the dialect's own terms; 0 before anything has come, and
   * where nobody asks.
   */
  default int position() {
    return 0;
  }

  /** What the stream has said about usage so far. */
  Usage usage();

  /**
   * Whether the stream has said in any way that the answer is complete: a finish reason, usage, an
   * end mark.
   */
  boolean isComplete();
}
